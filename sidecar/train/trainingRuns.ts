import type { EventOf } from '../memory/events.ts';
import type { Memory } from '../memory/memory.ts';
import { AppError } from '../protocol/errors.ts';
import type { Params, Result } from '../protocol/methods.ts';
import type { Run } from '../protocol/trainingSchemas.ts';

/** Training runs as the journal tells them, newest first. */
export function foldRuns(events: readonly EventOf<'run'>[]): Run[] {
  const runs = new Map<string, Run>();
  for (const event of events) {
    const known = runs.get(event.run);
    const final = event.status !== 'queued' && event.status !== 'running';
    const startedAt = known?.startedAt ?? event.at;
    runs.set(event.run, {
      ...known,
      run: event.run,
      kind: event.runKind,
      status: event.status,
      startedAt,
      ...(final && { finishedAt: event.at }),
      ...(event.samples !== undefined && { samples: event.samples }),
      ...(event.version !== undefined && { version: event.version }),
      ...(event.error !== undefined && { error: event.error }),
    });
  }
  return [...runs.values()].reverse();
}

/** Runs, where one without an end counts as failed as soon as nobody holds the training lock. */
export async function listRuns(memory: Memory, current: string | undefined): Promise<Run[]> {
  const runs = foldRuns(memory.index.runs());
  const open = runs.some((each) => each.status === 'running' && each.run !== current);
  if (!open) return runs;
  const lock = current === undefined ? await memory.lock('training') : undefined;
  if (current === undefined && !lock) return runs;
  await lock?.release();
  return runs.map((each) =>
    each.status === 'running' && each.run !== current
      ? { ...each, status: 'failed' as const, error: 'The process that ran it ended.' }
      : each,
  );
}

/** One run. Rejects with `run.unknown`. */
export async function getRun(
  memory: Memory,
  current: string | undefined,
  { run }: Params<'runs.get'>,
): Promise<Result<'runs.get'>> {
  const found = (await listRuns(memory, current)).find((each) => each.run === run);
  if (found) return found;
  throw new AppError('run.unknown', 'There is no such training run.', { next: 'Reload the list of runs.' });
}
