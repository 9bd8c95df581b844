import { occurrences } from '../occurrences.ts';
import { wordsOf } from './answerFeatures.ts';

/** What is known of a candidate besides its own text, before it is decided on, in the order of its vector. */
export const CONTEXT_NAMES = [
  'logprob',
  'no_logprob',
  'line_blank',
  'log_prompt',
  'like_last',
  'continues_last',
  'inside_word',
  'log_gap',
  'comment',
  'log_length',
  'log_lines',
  'unbalanced',
] as const;
export type ContextName = (typeof CONTEXT_NAMES)[number];

export interface CandidateContext {
  /** Text before the cursor, or the prompt. */
  readonly prompt: string;
  readonly text: string;
  /** Mean natural-log probability of its tokens; undefined where the server tells none. */
  readonly meanLogprob: number | undefined;
  /** Text that was shown before it; undefined for the first. */
  readonly lastText: string | undefined;
  /** Seconds from the last decision to showing this one; undefined for the first. */
  readonly secondsSinceLast: number | undefined;
}

/** Only the end of a prompt and the beginning of a text are read. */
const MAX_READ = 4_000;
const UNKNOWN_LOGPROB = -1;
const FIRST_LOG_GAP = 3;
const MAX_GAP = 600;
/** Smallest scale of each value. */
export const CONTEXT_FLOORS: Float64Array = new Float64Array(CONTEXT_NAMES.length).fill(0.05);

/** Features of the situation; deterministic, bounded in time by the first and last 4,000 units. */
export function contextFeatures(context: CandidateContext): Float64Array {
  const prompt = context.prompt.slice(-MAX_READ);
  const text = context.text.slice(0, MAX_READ);
  const last = context.lastText?.slice(0, MAX_READ);
  const line = prompt.slice(prompt.lastIndexOf('\n') + 1);
  const named: Record<ContextName, number> = {
    logprob: context.meanLogprob ?? UNKNOWN_LOGPROB,
    no_logprob: context.meanLogprob === undefined ? 1 : 0,
    line_blank: line.trim() === '' ? 1 : 0,
    log_prompt: Math.log1p(prompt.length),
    like_last: last === undefined ? 0 : sharedWords(text, last),
    continues_last: last && (last.endsWith(text) || last.startsWith(text) || text.startsWith(last)) ? 1 : 0,
    inside_word: /\w$/.test(line) ? 1 : 0,
    log_gap:
      context.secondsSinceLast === undefined
        ? FIRST_LOG_GAP
        : Math.log1p(Math.min(MAX_GAP, Math.max(0, context.secondsSinceLast))),
    comment: /^\s*(?:#|\/\/)/.test(text) ? 1 : 0,
    log_length: Math.log1p(text.length),
    log_lines: Math.log(text.split('\n').length),
    unbalanced: Math.abs(occurrences(text, /[([{]/g) - occurrences(text, /[)\]}]/g)),
  };
  return Float64Array.from(CONTEXT_NAMES, (name) => named[name]);
}

/** Share of the words of a text that another has too. */
function sharedWords(text: string, other: string): number {
  const own = new Set(wordsOf(text));
  const theirs = new Set(wordsOf(other));
  return [...own].filter((word) => theirs.has(word)).length / Math.max(1, own.size);
}
