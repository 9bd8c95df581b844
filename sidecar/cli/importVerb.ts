import { resolve } from 'node:path';
import type { Command } from 'commander';
import * as z from 'zod';
import { countOf } from '../protocol/countOf.ts';
import { ERRORS } from '../protocol/errors.ts';
import { type ImportOutcome, importOutcome } from '../protocol/importOutcome.ts';
import type { Result } from '../protocol/methods.ts';
import type { Output } from './output.ts';
import { checkOptions, usageError } from './usageError.ts';
import { left, type Verb, type VerbHost } from './verb.ts';

const optionsSchema = z.object({ preview: z.boolean().default(false), yes: z.boolean().default(false) });

export function registerImport(program: Command, host: VerbHost): void {
  program
    .command('import')
    .description('take in a backup, another data folder, or decisions and feedback of other programs')
    .argument('<path>', 'a file or folder; what it is shows in its content')
    .option('--preview', 'only say what would be taken in')
    .option('--yes', 'take it in without asking')
    .action((path: string, options: unknown, command: Command) =>
      host.run(command, (verb) => importPath(verb, path, checkOptions(optionsSchema, options))),
    );
}

async function importPath(
  verb: Verb,
  given: string,
  options: z.infer<typeof optionsSchema>,
): Promise<number> {
  if (options.preview && options.yes) throw usageError('--preview and --yes exclude each other.');
  const { output, ports, signal } = verb;
  if (output.json && !options.preview && !options.yes) throw notConfirmed();
  const client = await verb.client();
  const path = resolve(ports.cwd, given);
  if (options.yes) return done(output, await client.call('import.run', { path, preview: false }, signal));
  const preview = await client.call('import.run', { path, preview: true }, signal);
  if (options.preview) {
    done(output, preview);
    return 0;
  }
  if (importOutcome(preview) !== 'something') return done(output, preview);
  report(output, preview);
  if (!ports.terminal.interactive) throw notConfirmed();
  await ports.terminal.fresh();
  const answer = await ports.terminal.question('Take this in? y or n: ');
  if (answer === undefined) throw left('Nothing was taken in.');
  if (!/^y(es)?$/i.test(answer.trim())) {
    throw usageError('Nothing was taken in.', 'To take it in, answer y, or add --yes.');
  }
  return done(output, await client.call('import.run', { path, preview: false }, signal));
}

function done(output: Output, result: Result<'import.run'>): number {
  output.result('import.run', result, () => report(output, result));
  return importOutcome(result) === 'nothingUsable' ? ERRORS['import.unreadable'].exit : 0;
}

const notConfirmed = () =>
  usageError(
    'Nothing was taken in: this needs a confirmation, and nobody can be asked here.',
    'Add --yes to take it in, or --preview to only look.',
  );

const FORMATS: Readonly<Record<Result<'import.run'>['format'], string>> = {
  folder: 'a data folder of Whetstone',
  segment: 'a part of a journal',
  backup: 'a backup',
  database: 'a SQLite database',
  agentMemory: 'an agent_memory.json',
  jsonLines: 'JSON lines',
  jsonList: 'a JSON list',
  csv: 'a CSV table',
  preferenceModel: 'a preference model',
};

function report(output: Output, result: Result<'import.run'>): void {
  const { taken, known, refused, remarks, files, preview } = result;
  output.line(`${result.path} is ${FORMATS[result.format]}.`);
  const headings: Record<ImportOutcome, string> = {
    something: preview ? 'It would add:' : 'Added:',
    nothingNew: 'Nothing in it is new.',
    nothingUsable: 'Nothing could be taken in.',
  };
  output.line(headings[importOutcome(result)]);
  output.table([
    ...taken.map(({ kind, count }) => [`  ${kind}`, String(count)]),
    ...(files.length > 0 ? [['  files', files.join(', ')]] : []),
  ]);
  if (known > 0) output.line(`${countOf(known, 'entry', 'entries')} here already.`);
  if (refused.count > 0) {
    output.line(`Refused: ${refused.count}`);
    output.table(refused.first.map(({ place, reason }) => [`  ${place}`, reason]));
    if (refused.count > refused.first.length)
      output.line(`  and ${refused.count - refused.first.length} more`);
  }
  for (const remark of remarks) output.line(remark);
}
