import { createHash } from 'node:crypto';
import type { Memory } from '../../../sidecar/memory/memory.ts';
import { AppError } from '../../../sidecar/protocol/errors.ts';
import type { Verdict } from '../../../sidecar/protocol/words.ts';

/** The only text that an answer of this id may ever have, so that a reader can tell a wrong one. */
export function textOf(candidate: string, bytes: number): string {
  const line = `answer ${candidate} `;
  return line.repeat(Math.ceil(bytes / line.length)).slice(0, Math.max(bytes, line.length));
}

export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export interface ToldDecision {
  readonly verdict?: Verdict;
  /** Length of the answer's text. */
  readonly bytes?: number;
}

const MAX_TRIES = 20;

/** Sends again what the disk refused, as the window does. */
async function insist(send: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await send();
      return;
    } catch (error) {
      if (tries === MAX_TRIES || !(AppError.is(error) && error.code.startsWith('memory.'))) throw error;
    }
  }
}

/**
 * Records a request, its answer and a verdict, and tells the id of each event once it is acknowledged. Resolves to
 * the decision's id.
 */
export async function decideTold(
  memory: Memory,
  ids: () => string,
  acknowledged: (id: string) => void,
  { verdict = 'approved', bytes = 200 }: ToldDecision = {},
): Promise<string> {
  const [request, candidate, decision] = [ids(), ids(), ids()];
  const text = textOf(candidate, bytes);
  await recordAnswer(memory, request, candidate, text, acknowledged);
  const click = { kind: 'decision' as const, decision, request, candidate, verdict, reasons: [] };
  const edit = verdict === 'edited' ? { editedText: `${text}!` } : {};
  await insist(() => memory.append<'decision'>({ ...click, sha256: sha256Of(text), ...edit }));
  acknowledged(decision);
  return decision;
}

/** Records a request and its answer. */
export async function recordAnswer(
  memory: Memory,
  request: string,
  candidate: string,
  text: string,
  acknowledged: (id: string) => void = () => undefined,
): Promise<void> {
  const model = 'small';
  const asked = { kind: 'request' as const, thread: request, request, prompt: `ask ${request}`, context: [] };
  await insist(() =>
    memory.append<'request'>({ ...asked, category: 'other', model, appVersion: '0' }, request),
  );
  acknowledged(request);
  const sha256 = sha256Of(text);
  const answer = { kind: 'candidate', request, candidate, text, sha256, model, options: {} } as const;
  await insist(() =>
    memory.append<'candidate'>({ ...answer, stopped: 'complete', engine: 'unknown' }, candidate),
  );
  acknowledged(candidate);
}
