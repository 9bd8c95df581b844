import { codeBlocks } from '../../protocol/answerBlocks.ts';
import { splitProse } from '../features.ts';
import type { BlockPhrase } from './blockPhrase.ts';
import { usedCode } from './usedCode.ts';

/** Finds what an answer uses of the given phrases; in their order. */
export type BlockMatcher = <P extends BlockPhrase>(phrases: readonly P[], text: string) => P[];

/**
 * A name counts where code uses it: between the boundaries of identifiers, in its own capitals, and in lines that
 * bring something in, in any. Comments, quoted texts and prose may mention it. Other phrases count everywhere, in
 * any capitals and with any white space between their words.
 */
export function createBlockMatcher(): BlockMatcher {
  const known = new Map<string, Patterns>();
  const patternsOf = (phrase: BlockPhrase): Patterns => {
    const patterns = known.get(phrase.text) ?? makePatterns(phrase);
    known.set(phrase.text, patterns);
    return patterns;
  };
  return (phrases, text) => {
    if (phrases.length === 0) return [];
    const used = phrases.some((each) => each.isName) ? usedBy(text) : { code: '', imports: '' };
    return phrases.filter((phrase) => {
      const { exact, anyCase } = patternsOf(phrase);
      return phrase.isName ? exact.test(used.code) || anyCase.test(used.imports) : anyCase.test(text);
    });
  };
}

interface Patterns {
  readonly exact: RegExp;
  readonly anyCase: RegExp;
}

/** A hyphen joins names of packages, so `lodash-es` is not `lodash`. */
const PART = String.raw`[\p{L}\p{N}_$-]`;

function makePatterns({ text, isName }: BlockPhrase): Patterns {
  const words = text.split(' ').map((word) => word.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'));
  const part = isName ? PART : String.raw`[\p{L}\p{N}_]`;
  const before = new RegExp(`^${part}`, 'u').test(text) ? `(?<!${part})` : '';
  const after = new RegExp(`${part}$`, 'u').test(text) ? `(?!${part})` : '';
  const source = `${before}${words.join(String.raw`\s+`)}${after}`;
  return { exact: new RegExp(source, 'u'), anyCase: new RegExp(source, 'iu') };
}

function usedBy(text: string): { readonly code: string; readonly imports: string } {
  const fenced = codeBlocks(text);
  const blocks = fenced.length > 0 ? fenced : [{ language: '', code: splitProse(text).code }];
  const used = blocks.map(({ code, language }) => usedCode(code, language));
  return {
    code: used.map((each) => each.code).join('\n'),
    imports: used.map((each) => each.imports).join('\n'),
  };
}
