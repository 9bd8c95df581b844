import { type AnswerText, answerText, MAX_ANSWER } from './answerText.ts';
import { codeFeatures } from './codeFeatures.ts';
import { FEATURE_NAMES, type FeatureName } from './featureNames.ts';
import { proseFeatures } from './proseFeatures.ts';

/** Values in the order of `FEATURE_NAMES`: logarithms of counts, shares and flags, not yet standardised. */
export type FeatureVector = Float64Array;

/** Words of a text in lower case: runs of letters, digits and underscores of any script. */
export function wordsOf(text: string): string[] {
  const lower = text.toLowerCase();
  // The same words, found several times faster where there are no others.
  const pattern = ASCII.test(lower) ? /\w+/g : /[\p{L}\p{N}_]+/gu;
  return lower.match(pattern) ?? [];
}

const ASCII = /^[\0-\x7f]*$/;

/** Only the end of a long prompt is compared with the answer. */
const MAX_PROMPT = 8_000;

/**
 * The named features of an answer. Deterministic, no dependence on time or locale, linear in the length of both
 * texts, and bounded: only the first 24,000 units of the answer and the last 8,000 of the prompt are read.
 */
export function answerFeatures(
  prompt: string,
  answer: string,
  words: readonly string[] = wordsOf(answer.slice(0, MAX_ANSWER)),
): FeatureVector {
  const parts = answerText(answer);
  const named: Record<FeatureName, number> = {
    ...sizeFeatures(parts, words),
    ...codeFeatures(parts),
    ...proseFeatures(parts),
    ...wordFeatures(prompt, words),
  };
  return Float64Array.from(FEATURE_NAMES, (name) => named[name]);
}

function sizeFeatures(
  { text, code, codeLines, languages, before, after, prose }: AnswerText,
  words: readonly string[],
) {
  const fenced = languages.length > 0;
  const units = text.length + 1;
  return {
    log_chars: Math.log(units),
    log_lines: Math.log(text.split('\n').length + 1),
    log_words: Math.log(words.length + 1),
    n_blocks: Math.min(6, languages.length),
    has_code: code === '' ? 0 : 1,
    code_frac: code.length / units,
    log_code_lines: Math.log(codeLines.length + 1),
    log_pre: fenced ? Math.log1p(before) : 0,
    log_post: fenced ? Math.log1p(after) : 0,
    log_prose: Math.log1p(prose.trim().length),
    lang_tag: languages.some((language) => language !== '') ? 1 : 0,
    empty: text.length < 2 ? 1 : 0,
  };
}

function wordFeatures(prompt: string, words: readonly string[]) {
  const asked = new Set(wordsOf(prompt.slice(-MAX_PROMPT)).filter((word) => word.length > 2));
  const ids = new Map<string, number>();
  const sequence = words.map((word) => {
    const id = ids.get(word) ?? ids.size;
    ids.set(word, id);
    return id;
  });
  let long = 0;
  let shared = 0;
  for (const word of ids.keys()) {
    if (word.length <= 2) continue;
    long += 1;
    if (asked.has(word)) shared += 1;
  }
  return {
    prompt_cov: shared / Math.max(1, asked.size),
    resp_novel: (long - shared) / Math.max(1, long),
    uniq: ids.size / Math.max(1, words.length),
    rep4: repeated(sequence),
  };
}

/** Share of runs of four words that occurred before. */
function repeated(sequence: readonly number[]): number {
  const runs = sequence.length - 3;
  if (runs <= 0) return 0;
  const seen = new Set<number>();
  for (let i = 0; i < runs; i += 1) {
    let key = 0;
    // Ids are below 24,000, so that two fit in 30 bits; runs of four are told apart by a hash of 52 bits.
    for (let j = i; j < i + 4; j += 1) key = (key * 26_003 + (sequence[j] ?? 0) + 1) % 4_503_599_627_370_449;
    seen.add(key);
  }
  return 1 - seen.size / runs;
}
