import { statfs } from 'node:fs/promises';
import { type LearningCheckDeps, learningChecks } from './learn/memories/learningChecks.ts';
import type { Memory } from './memory/memory.ts';
import { countOf } from './protocol/countOf.ts';
import { AppError } from './protocol/errors.ts';
import type { Result } from './protocol/methods.ts';
import type { Server } from './protocol/modelSchemas.ts';
import type { Stats } from './protocol/statsSchemas.ts';

type Check = Result<'doctor.run'>['checks'][number];

export interface DoctorDeps extends LearningCheckDeps {
  readonly server: (signal: AbortSignal) => Promise<Server>;
  /** Names of the models that the server has, the one that the next request goes to, and the one that is set. */
  readonly models: (signal: AbortSignal) => Promise<{
    readonly names: readonly string[];
    readonly current: string | undefined;
    readonly wanted?: string | undefined;
  }>;
}

const GIGABYTE = 1_000_000_000;
/** Below this the next download or a long journal is at risk. */
const LITTLE_SPACE = 0.5 * GIGABYTE;

/** Looks at everything that Whetstone stands on and says what to do about what is wrong. Changes nothing. */
export async function runDoctor(deps: DoctorDeps, signal: AbortSignal): Promise<Result<'doctor.run'>> {
  const { memory } = deps;
  await memory.refresh();
  const checks = await Promise.all([
    dataFolder(memory),
    journal(memory),
    diskSpace(memory.dataFolder),
    modelServer(deps, signal),
    model(deps, signal),
    Promise.resolve(learning(deps.stats())),
  ]);
  return { checks: [...checks, ...(await learningChecks(deps))] };
}

async function dataFolder(memory: Memory): Promise<Check> {
  const name = 'Data folder';
  if (memory.writable) return { name, state: 'ok', detail: memory.dataFolder };
  return {
    name,
    state: 'problem',
    detail: `${memory.dataFolder} can't be written.`,
    next: 'Free disk space or mend the permissions. Decisions wait until then.',
  };
}

async function journal(memory: Memory): Promise<Check> {
  const name = 'Journal';
  const { segments, events, damaged, bytes, findings } = await memory.verify();
  const size = `${countOf(events, 'event')} in ${countOf(segments, 'file')}, ${(bytes / 1_000_000).toFixed(1)} MB`;
  if (damaged === 0) return { name, state: 'ok', detail: `${size}, every checksum right.` };
  // What is damaged stays damaged: a note, not a problem that somebody could still solve.
  const aside = `${countOf(damaged, 'damaged line')} kept in the quarantine folder; everything else is in use.`;
  return { name, state: 'warning', detail: `${size}; ${aside} ${findings.slice(0, 3).join(' ')}`.trim() };
}

async function diskSpace(folder: string): Promise<Check> {
  const name = 'Disk space';
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const detail = `${(free / GIGABYTE).toFixed(1)} GB free`;
  if (free >= LITTLE_SPACE) return { name, state: 'ok', detail };
  return { name, state: 'warning', detail, next: 'Free some space before it runs out.' };
}

async function modelServer(deps: DoctorDeps, signal: AbortSignal): Promise<Check> {
  const name = 'Model server';
  const server = await deps.server(signal);
  if (server.state === 'ready') {
    const detail = `${server.engine} ${server.version ?? ''} at ${server.address}`;
    return server.advice === undefined
      ? { name, state: 'ok', detail }
      : { name, state: 'warning', detail, next: server.advice };
  }
  return {
    name,
    state: 'problem',
    detail: server.error?.what ?? `Nothing answers at ${server.address}.`,
    next: server.error?.next ?? 'Start Ollama, change the host, or set up the built-in model.',
  };
}

async function model(deps: DoctorDeps, signal: AbortSignal): Promise<Check> {
  const name = 'Model';
  try {
    const { names, current, wanted } = await deps.models(signal);
    if (current === undefined && wanted && names.length > 0) {
      return {
        name,
        state: 'problem',
        detail: `${wanted} is not on the model server; ${countOf(names.length, 'other is', 'others are')}.`,
        next: 'Pull it, or choose another model.',
      };
    }
    if (current === undefined) {
      return {
        name,
        state: 'problem',
        detail: 'There is no model to ask.',
        next: 'Run Whetstone: Pull Model.',
      };
    }
    return { name, state: 'ok', detail: `${current}, one of ${names.length}` };
  } catch (error) {
    if (!AppError.is(error)) throw error;
    return { name, state: 'problem', detail: error.message, ...(error.next && { next: error.next }) };
  }
}

function learning(stats: Stats): Check {
  const name = 'Learning';
  const decided = stats.approved + stats.denied + stats.edited;
  const detail = `${countOf(decided, 'decision')}, phase ${stats.phase}, ${stats.newSinceTraining} new since the last training`;
  if (!stats.trainingDue) return { name, state: 'ok', detail };
  return { name, state: 'ok', detail, next: 'Training is due: run Whetstone: Train Model.' };
}
