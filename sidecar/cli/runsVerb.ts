import type { Command } from 'commander';
import * as z from 'zod';
import { ulidSchema } from '../protocol/ids.ts';
import type { Run } from '../protocol/trainingSchemas.ts';
import { formatTime } from './formatValues.ts';
import { oneLine } from './table.ts';
import { checkOptions, usageError } from './usageError.ts';
import type { Verb, VerbHost } from './verb.ts';

const ERROR_WIDTH = 60;
const optionsSchema = z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(20) });

export function registerRuns(program: Command, host: VerbHost): void {
  program
    .command('runs')
    .description('training runs, newest first, or one of them')
    .argument('[run]', 'id of a run')
    .option('--limit <n>', 'how many (default: 20)')
    .action((id: string | undefined, options: unknown, command: Command) =>
      host.run(command, (verb) =>
        id === undefined ? list(verb, checkOptions(optionsSchema, options).limit) : one(verb, id),
      ),
    );
}

async function list(verb: Verb, limit: number): Promise<number> {
  const result = await (await verb.client()).call('runs.list', { limit });
  verb.output.result('runs.list', result, () => {
    if (result.runs.length === 0) return verb.output.note('Nothing was trained yet.');
    verb.output.table(result.runs.map((run) => row(run, ERROR_WIDTH)));
  });
  return 0;
}

async function one(verb: Verb, id: string): Promise<number> {
  const run = id.toUpperCase();
  if (!ulidSchema.safeParse(run).success)
    throw usageError(`"${id}" is not the id of a run.`, 'See `whetstone runs`.');
  const result = await (await verb.client()).call('runs.get', { run });
  verb.output.result('runs.get', result, () => {
    verb.output.table([row(result, 0)]);
    if (result.error) verb.output.text(`${result.error}\n`);
  });
  return 0;
}

function row(run: Run, errorWidth: number): string[] {
  const started = run.startedAt ? formatTime(run.startedAt) : '';
  const samples = run.samples === undefined ? '' : `n = ${run.samples}`;
  return [
    run.run,
    run.kind,
    run.status,
    started,
    samples,
    errorWidth > 0 ? oneLine(run.error ?? '', errorWidth) : '',
  ];
}
