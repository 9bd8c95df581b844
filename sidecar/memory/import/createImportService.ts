import { basename, isAbsolute, join, resolve } from 'node:path';
import { AppError } from '../../protocol/errors.ts';
import type { Params, Result } from '../../protocol/methods.ts';
import { diskError } from '../disk/diskError.ts';
import { forgottenBy } from '../forget/forgotten.ts';
import type { Memory } from '../memory.ts';
import {
  type ImportJob,
  type ImportPlan,
  type ImportServicePorts,
  isSoundFile,
  planImport,
} from './importPlan.ts';
import { createImportSegments, type ImportSegments } from './importSegments.ts';
import { createImportTally } from './importTally.ts';
import { readSource } from './readSource.ts';
import { restoreFile } from './restoreFile.ts';
import { sourceFormat } from './sourceFormat.ts';
import { createTakeIn } from './takeIn.ts';

export interface ImportService {
  /**
   * Looks through a source and, unless it is a preview, takes in what is new. Rejects with `import.*`,
   * `input.tooLarge`, `memory.*`, and with the signal's reason. What was taken in before a failure stays; trying
   * again takes the rest.
   */
  run(params: Params<'import.run'>, signal: AbortSignal): Promise<Result<'import.run'>>;
}

export function createImportService(ports: ImportServicePorts): ImportService {
  return {
    run: async ({ path, preview }, signal) => {
      await ports.memory.ready;
      const job = await openJob(ports, path, signal);
      const plan = await planImport(job);
      const result = { format: job.source.format, path: job.path, preview };
      if (preview || (plan.tally.events === 0 && plan.files.size === 0)) {
        return { ...result, ...plan.tally.report() };
      }
      return { ...result, ...(await takeIn(job, plan)) };
    },
  };
}

async function openJob(ports: ImportServicePorts, path: string, signal: AbortSignal): Promise<ImportJob> {
  if (!isAbsolute(path)) {
    throw new AppError('import.unreadable', `${path} is not a whole path.`, {
      next: 'Give the path from its root.',
    });
  }
  if (resolve(path) === resolve(ports.memory.dataFolder)) {
    throw new AppError('import.unreadable', 'This is the data folder itself.', {
      why: 'What it holds is here already.',
      next: 'Name another folder or file.',
    });
  }
  const source = await sourceFormat(ports.fs, path);
  return { ports, path, source, signal, now: ports.clock(), writer: ports.ids() };
}

/** The second pass: the `import` event first, then the events, then files. */
async function takeIn(
  job: ImportJob,
  plan: ImportPlan,
): Promise<Omit<Result<'import.run'>, 'format' | 'path' | 'preview'>> {
  const { memory, fs, ids, clock } = job.ports;
  const isTold = !plan.isRestore && plan.tally.events > 0;
  const id = isTold ? await tellImport(job, plan.tally.report().taken) : undefined;
  const tally = createImportTally();
  const segments = createImportSegments({
    fs,
    journal: join(memory.dataFolder, 'journal'),
    writer: job.writer,
    ids,
    clock,
  });
  for (const text of plan.remarks) tally.remark(text);
  const forgets = memory.index.forgets().length;
  const { detectCategory } = job.ports;
  const { isRestore } = plan;
  const take = createTakeIn({
    ...job,
    ...{ memory, tally, detectCategory, isRestore, import: id ?? job.writer },
  });
  try {
    for await (const found of readSource({ ...job.ports, now: job.now }, job.path, job.source)) {
      job.signal.throwIfAborted();
      if (isSoundFile(found, plan.files)) await restoreFile(memory, found.path, found.content, tally);
      else if (found.what !== 'file' && found.what !== 'sound')
        await writeLines(segments, await take.found(found));
    }
    await segments.finish();
  } catch (error) {
    if (AppError.is(error) || job.signal.aborted) throw error;
    throw diskError(error, memory.dataFolder);
  } finally {
    await memory.refresh();
  }
  await forgetAgain(memory, forgets);
  return { ...tally.report(), ...(id !== undefined && { import: id }) };
}

/** What another window forgot meanwhile may have been on its way here. */
async function forgetAgain(memory: Memory, before: number): Promise<void> {
  const ids = memory.index.forgets().slice(before).flatMap(forgottenBy);
  if (ids.length > 0) await memory.forget({ ids }, 'asked');
}

async function writeLines(segments: ImportSegments, lines: readonly Buffer[]): Promise<void> {
  for (const line of lines) await segments.add(line);
}

async function tellImport(
  job: ImportJob,
  taken: readonly { kind: string; count: number }[],
): Promise<string> {
  const { id } = await job.ports.memory.append<'import'>({
    kind: 'import',
    format: job.source.format,
    source: basename(job.path).slice(0, 1_000),
    taken: Object.fromEntries(taken.map(({ kind, count }) => [kind, count])),
  });
  return id;
}
