import type { Memory } from '../memory/memory.ts';
import { readKind } from '../memory/views/decidedAnswers.ts';

/** What was going on when an answer was shown. */
export interface Situation {
  /** The answer decided on before it in the same conversation. */
  readonly lastText: string | undefined;
  /** Seconds from the last decision to showing it; undefined for the first. */
  readonly secondsSinceLast: number | undefined;
}

/**
 * @param shown when the answer was shown, in milliseconds
 * @param before the decision on it; without one, what is known now counts
 */
export async function situationOf(
  memory: Pick<Memory, 'index' | 'read'>,
  { thread, shown, before }: { readonly thread: string; readonly shown: number; readonly before?: string },
): Promise<Situation> {
  const { index } = memory;
  const [last] = index.liveDecisions({ limit: 1, ...(before !== undefined && { before }) });
  if (!last) return { lastText: undefined, secondsSinceLast: undefined };
  const isSame = index.request(last.request)?.thread === thread;
  const place = isSame ? index.candidate(last.candidate)?.event : undefined;
  return {
    lastText: (await readKind(memory, place, 'candidate'))?.text,
    secondsSinceLast: Math.max(0, (shown - Date.parse(last.at)) / 1_000),
  };
}
