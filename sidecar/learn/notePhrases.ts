import type { Verdict } from '../protocol/words.ts';
import { RULE_CATALOGUE } from './ruleCatalogue.ts';
import { ALWAYS, noteScope, scopedRule, scopedShort, scopedText } from './ruleScope.ts';

/** Something that a note asks for, in the note's own words. */
export interface NotePhrase {
  /** Id of the rule it speaks for: a catalogued one, or `use:<slug>` or `avoid:<slug>`, with `@<scope>` where it has one. */
  readonly rule: string;
  /** The sentence of a rule of the user's own; undefined for a catalogued one that holds everywhere. */
  readonly text: string | undefined;
  readonly short: string | undefined;
  readonly scope: string;
  /** True where the note says it as a standing wish (`always`, `never`, `prefer`, `please`). */
  readonly explicit: boolean;
}

const WORD = "[A-Za-z][A-Za-z0-9_+#./'-]{0,39}";
const ASK =
  /\b(always|never|please|prefer(?:s|red)?|must|should|do not|don't|dont|avoid|stop using|without|instead of|rather than|use|using|uses|used|add|include|needs?|missing|wants?|likes?)\b/gi;
const PHRASE = new RegExp(
  `^(?:\\s+(?:of|to|have|see|the|an?|some|more|any|use|using|add|include|prefer))*\\s+(${WORD}(?:\\s+${WORD}){0,3})`,
  'i',
);
const STOP = new Set(
  'a an and are as at be because but by can do does every everywhere for from here how i if in instead into is it its just like more my no not now of on or please rather so than that the them then there these they this those to too up was we when where which while why with you your always never again next time though still also only'.split(
    ' ',
  ),
);
const STANDING = /\b(?:always|never|prefer|must|please)\b/i;
const NEGATIVE = /^(?:never|do not|don't|dont|avoid|stop using|without|instead of|rather than)$/i;
/** Verb forms that describe the answer rather than ask for something: the verdict says whether that was liked. */
const DESCRIBES = /^(?:uses|used|using)$/i;
const MAX_NOTE = 4_000;

/** What a note asks for. Only letters, digits and `_+#./'-` of it survive, so nothing in it can act as markup. */
export function notePhrases(note: string, verdict: Verdict): NotePhrase[] {
  const found = new Map<string, NotePhrase>();
  for (const sentence of note.slice(0, MAX_NOTE).split(/[;!?\n]|\.\s|\.$/)) {
    const scope = noteScope(sentence);
    for (const clause of sentence.split(/[,:()]/)) {
      for (const phrase of clausePhrases(clause, verdict, scope)) {
        const known = found.get(phrase.rule);
        if (!known || (phrase.explicit && !known.explicit)) found.set(phrase.rule, phrase);
      }
    }
  }
  return [...found.values()];
}

function clausePhrases(clause: string, verdict: Verdict, scope: string): NotePhrase[] {
  const explicit = STANDING.test(clause);
  const phrases: NotePhrase[] = [];
  let negated = false;
  for (const match of clause.matchAll(ASK)) {
    const word = match[0];
    negated = NEGATIVE.test(word) || (negated && /^(?:use|using|add|include|prefer)$/i.test(word));
    const object = PHRASE.exec(clause.slice(match.index + word.length))?.[1];
    const words = object === undefined ? [] : keepWords(object);
    if (words.length === 0) continue;
    const avoid = negated || (DESCRIBES.test(word) && verdict === 'denied');
    phrases.push(scoped(toPhrase(words.join(' '), avoid, explicit), scope));
  }
  return phrases;
}

function keepWords(object: string): string[] {
  const words: string[] = [];
  for (const raw of object.split(/\s+/)) {
    const word = raw.replace(/[./'-]+$/, '');
    if (word === '' || STOP.has(word.toLowerCase()) || new RegExp(`^(?:${ASK.source})$`, 'i').test(word))
      break;
    words.push(word);
    if (words.length === 3) break;
  }
  return words;
}

function toPhrase(object: string, avoid: boolean, explicit: boolean): NotePhrase {
  const scope = ALWAYS;
  const known = avoid ? undefined : RULE_CATALOGUE.find((each) => each.mentions.test(object));
  if (known) return { rule: known.id, text: undefined, short: undefined, scope, explicit };
  const slug = object.toLowerCase().replace(/[^a-z0-9+#]+/g, '-');
  const [rule, text, short] = avoid
    ? [`avoid:${slug}`, `Write code without ${object}.`, `without ${object}`]
    : [`use:${slug}`, `Use ${object}.`, object];
  return { rule, text, short, scope, explicit };
}

function scoped(phrase: NotePhrase, scope: string): NotePhrase {
  if (scope === ALWAYS) return phrase;
  const template = RULE_CATALOGUE.find((each) => each.id === phrase.rule);
  return {
    rule: scopedRule(phrase.rule, scope),
    text: scopedText(phrase.text ?? template?.text ?? phrase.rule, scope),
    short: scopedShort(phrase.short ?? template?.short ?? phrase.rule, scope),
    scope,
    explicit: phrase.explicit,
  };
}
