import type { Stopped } from '../protocol/requestSchemas.ts';

const PLACEHOLDER =
  /(?:\/\/|#|\/\*|--)\s*(?:\.\.\.|…)|(?:\/\/|#)\s*(?:your|add|insert|rest of(?: the)?|existing)\s+(?:code|implementation|logic)\b|\bTODO:?\s*implement\b|\braise NotImplementedError\b|<your[ _-][a-z _-]+>/i;

/** What an answer must not be, whatever the user's taste. */
export type GateFailure = 'truncated' | 'placeholder' | 'empty';

/** Gates that an answer fails; empty for one that may be suggested. */
export function failedGates(answer: { readonly text: string; readonly stopped: Stopped }): GateFailure[] {
  const failed: GateFailure[] = [];
  if (answer.text.trim() === '') failed.push('empty');
  if (answer.stopped !== 'complete') failed.push('truncated');
  if (PLACEHOLDER.test(answer.text)) failed.push('placeholder');
  return failed;
}
