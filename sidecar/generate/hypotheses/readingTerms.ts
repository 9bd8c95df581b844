import { singular, stopWords } from '../../learn/terms.ts';

/** What questions ask in: their verbs change while the thing asked about stays. */
const STOP = stopWords(
  'at build by create deploy develop does goal have implement into like prefer prefers request requested selected should user using we will would your',
);
/** Words that name a tool by what it does. */
const SAME: ReadonlyMap<string, string> = new Map([
  ['containerised', 'docker'],
  ['containerized', 'docker'],
  ['container', 'docker'],
  ['dockerfile', 'docker'],
  ['dockerise', 'docker'],
  ['dockerize', 'docker'],
  ['authentication', 'auth'],
  ['authenticate', 'auth'],
  ['deployment', 'deploy'],
  ['testing', 'test'],
  ['database', 'db'],
]);

/** The words of a text that tell it from others, in one form each: also `c` and `node.js`, as readings are short. */
export function readingTerms(text: string): Set<string> {
  const terms = new Set<string>();
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}+#.]+/gu) ?? []) {
    const bare = word.replace(/^\.+|\.+$/g, '');
    const single = singular(bare);
    if (bare !== '' && !STOP.has(bare)) terms.add(SAME.get(single) ?? single);
  }
  return terms;
}

/** The share of words that two texts have in common, 0 to 1. */
export function likeness(a: string, b: string): number {
  const left = readingTerms(a);
  const right = readingTerms(b);
  const shared = [...left].filter((term) => right.has(term)).length;
  const all = left.size + right.size - shared;
  return all === 0 ? 1 : shared / all;
}
