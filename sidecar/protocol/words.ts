import * as z from 'zod';

/** What a request is about. Detected from the prompt, changeable by the user. */
export const CATEGORIES = [
  'code_generation',
  'debugging',
  'refactoring',
  'testing',
  'explanation',
  'design',
  'documentation',
  'other',
] as const;
export const categorySchema = z.enum(CATEGORIES);
export type Category = z.infer<typeof categorySchema>;

/** `edited` means approved after the user corrected the text. */
export const VERDICTS = ['approved', 'denied', 'edited'] as const;
export const verdictSchema = z.enum(VERDICTS);
export type Verdict = z.infer<typeof verdictSchema>;

/**
 * What chose the answer that opens: what was decided so far, the order in which they were made while that is not yet
 * known to be better, or, one time in ten, chance, so that it can be known.
 */
export const chosenBySchema = z.enum(['taste', 'order', 'chance']);
export type ChosenBy = z.infer<typeof chosenBySchema>;

export const DENY_REASONS = [
  'too_complex',
  'too_long',
  'missing_error_handling',
  'missing_tests',
  'wrong',
  'insecure',
  'slow',
  'style',
  'poor_names',
  'missing_docs',
  'off_topic',
] as const;
export const APPROVE_REASONS = [
  'good_error_handling',
  'clear',
  'concise',
  'well_tested',
  'good_structure',
  'good_architecture',
] as const;
export type DenyReason = (typeof DENY_REASONS)[number];
export type ApproveReason = (typeof APPROVE_REASONS)[number];
/** A named reason or a free-form tag of the user's own; 1 to 64 characters. */
export const reasonSchema = z.string().min(1).max(64);

/** Tags of a feedback that say by themselves which way it speaks. */
export const POSITIVE_TAGS = ['pos', 'good', 'great', '+1', 'accept', 'helpful', 'correct'] as const;
export const NEGATIVE_TAGS = ['neg', 'bad', 'wrong', 'worse', '-1', 'reject', 'not good'] as const;

/** Minutes after which applied code is looked at; a later look stands for every mark that it is past. */
export const SURVIVAL_MARKS = [1, 10, 60] as const;

/** Kinds of training run. Only `prompt` runs exist so far; the others answer `notYet`. */
export const RUN_KINDS = ['preference', 'prompt', 'adapter', 'grpo', 'softPrompt'] as const;
export const runKindSchema = z.enum(RUN_KINDS);
export type RunKind = z.infer<typeof runKindSchema>;

export const RUN_STATUSES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export const runStatusSchema = z.enum(RUN_STATUSES);
export type RunStatus = z.infer<typeof runStatusSchema>;

/** Phases by number of live decisions; `from` is inclusive. */
export const PHASES = [
  { name: 'Setup', from: 0 },
  { name: 'Emerging', from: 10 },
  { name: 'Competent', from: 25 },
  { name: 'Sharp', from: 50 },
  { name: 'Expert', from: 100 },
] as const;
export const phaseSchema = z.enum(['Setup', 'Emerging', 'Competent', 'Sharp', 'Expert']);
export type Phase = z.infer<typeof phaseSchema>;

/** The phase that a number of live decisions is in. */
export function phaseOf(decisions: number): Phase {
  let phase: Phase = 'Setup';
  for (const { name, from } of PHASES) if (decisions >= from) phase = name;
  return phase;
}

const REASON_WORDS: ReadonlyMap<string, string> = new Map([
  ['missing_error_handling', 'no error handling'],
  ['missing_tests', 'no tests'],
  ['missing_docs', 'no docs'],
  ['style', 'not my style'],
]);
/** A reason tag as people say it: `too_long` -> `too long`. */
export function reasonWords(reason: string): string {
  return REASON_WORDS.get(reason) ?? reason.replaceAll('_', ' ');
}
