import { createHash } from 'node:crypto';
import { monotonicFactory } from 'ulid';
import type { Memory } from '../../sidecar/memory/memory.ts';
import type { Category, Verdict } from '../../sidecar/protocol/words.ts';

export interface SaidDecision {
  readonly prompt: string;
  /** The answer. */
  readonly text: string;
  readonly verdict?: Verdict;
  readonly editedText?: string;
  readonly note?: string;
  readonly category?: Category;
}
export interface RecordedDecision {
  readonly request: string;
  readonly candidate: string;
  readonly decision: string;
}

/** Records a request, its answer and a verdict on it; resolves with their ids, taken from `ids`, once the verdict is acknowledged. */
export async function recordDecision(
  memory: Memory,
  { prompt, text, verdict = 'approved', category = 'other', ...more }: SaidDecision,
  ids: () => string = monotonicFactory(),
): Promise<RecordedDecision> {
  const [request, candidate, decision] = [ids(), ids(), ids()];
  const sha256 = createHash('sha256').update(text).digest('hex');
  const model = 'small';
  const asked = { kind: 'request', thread: request, request, prompt, category, model } as const;
  await memory.append<'request'>({ ...asked, context: [], appVersion: '0' }, request);
  const answer = { kind: 'candidate', request, candidate, text, sha256, model, options: {} } as const;
  await memory.append<'candidate'>({ ...answer, stopped: 'complete', engine: 'ollama' }, candidate);
  const click = { kind: 'decision', decision, request, candidate, sha256, verdict } as const;
  await memory.append<'decision'>({ ...click, reasons: ['clear'], ...more });
  return { request, candidate, decision };
}
