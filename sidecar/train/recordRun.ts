import type { Memory } from '../memory/memory.ts';
import { AppError } from '../protocol/errors.ts';
import type { Params } from '../protocol/methods.ts';
import type { TrainResult } from '../protocol/trainingSchemas.ts';
import type { RunKind } from '../protocol/words.ts';

type StepNote = Params<'train.step'>;

/** Tells a step, and stops there where the run was cancelled. */
export type StepTeller = (
  step: StepNote['step'],
  message: string,
  count?: Pick<StepNote, 'done' | 'total'>,
) => void;

export interface RecordRunDeps {
  readonly memory: Memory;
  readonly notify: (method: 'train.step', params: StepNote) => void;
  readonly signal: AbortSignal;
}

/** Does the work of a run between its first event and its last. Rejects as the work does, and with `rpc.cancelled`. */
export async function recordRun(
  { memory, notify, signal }: RecordRunDeps,
  facts: { readonly run: string; readonly runKind: RunKind; readonly samples?: number },
  work: (tell: StepTeller) => Promise<TrainResult>,
): Promise<TrainResult> {
  const event = { kind: 'run' as const, ...facts };
  await memory.append<'run'>({ ...event, status: 'running' });
  const tell: StepTeller = (step, message, count = {}) => {
    if (signal.aborted) throw cancelled();
    notify('train.step', { run: facts.run, step, message, ...count });
    // Whoever is told may answer with a cancel at once.
    if (signal.aborted) throw cancelled();
  };
  try {
    const result = await work(tell);
    await memory.append<'run'>({
      ...event,
      status: 'succeeded',
      ...(result.version && { version: result.version.version }),
    });
    return result;
  } catch (error) {
    const stopped = signal.aborted || AppError.is(error, 'rpc.cancelled');
    const message = error instanceof Error ? error.message.slice(0, 5_000) : 'unknown';
    await memory.append<'run'>({
      ...event,
      status: stopped ? 'cancelled' : 'failed',
      ...(!stopped && { error: message }),
    });
    throw stopped ? cancelled() : error;
  }
}

const cancelled = (): AppError =>
  new AppError('rpc.cancelled', 'The training was cancelled. Nothing was changed.');
