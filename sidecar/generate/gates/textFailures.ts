import type { Stopped } from '../../protocol/requestSchemas.ts';

const PLACEHOLDER =
  /(?:\/\/|#|\/\*|--)\s*(?:\.\.\.|…)|(?:\/\/|#)\s*(?:your|add|insert|rest of(?: the)?|existing)\s+(?:code|implementation|logic)\b|\bTODO:?\s*implement\b|\braise NotImplementedError\b|<your[ _-][a-z _-]+>/i;

/** What is wrong with an answer as far as its text alone tells. */
export type TextFailure = 'truncated' | 'placeholder' | 'empty';

/** Gates that the text fails; empty for one that passes. */
export function textFailures(answer: { readonly text: string; readonly stopped: Stopped }): TextFailure[] {
  const failed: TextFailure[] = [];
  if (answer.text.trim() === '') failed.push('empty');
  if (answer.stopped !== 'complete') failed.push('truncated');
  if (PLACEHOLDER.test(answer.text)) failed.push('placeholder');
  return failed;
}
