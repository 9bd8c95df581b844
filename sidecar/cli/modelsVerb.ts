import type { Command } from 'commander';
import * as z from 'zod';
import { AppError } from '../protocol/errors.ts';
import type { Params, Result } from '../protocol/methods.ts';
import { modelNameSchema } from '../protocol/modelSchemas.ts';
import { confirmWord } from './confirmWord.ts';
import { formatBytes } from './formatValues.ts';
import type { Output } from './output.ts';
import { checkOptions, usageError } from './usageError.ts';
import type { Verb, VerbHost } from './verb.ts';

const BUILT_IN = 'builtin';

const pullOptions = z.object({ yes: z.boolean().default(false), dryRun: z.boolean().default(false) });
type PullOptions = z.infer<typeof pullOptions>;

export function registerModels(program: Command, host: VerbHost): void {
  const models = program.command('models').description('models of the server');
  models
    .command('list', { isDefault: true })
    .description('what is there, what is recommended, and the current one')
    .allowExcessArguments()
    .action((_options: unknown, command: Command) =>
      host.run(command, (verb) => {
        const [unknown] = command.args;
        if (unknown === undefined) return list(verb);
        throw usageError(`There is no subcommand ${unknown}.`, 'See `whetstone models --help`.');
      }),
    );
  const fetching = (command: Command): Command =>
    command
      .option('--yes', 'do not ask; you know what is fetched from where')
      .option('--dry-run', 'only say what would be fetched')
      .option('--stream', 'with --json: progress as lines, the result last');
  fetching(models.command('pull').description('fetch a model').argument('<name>')).action(
    (name: string, options: unknown, command: Command) =>
      host.run(command, (verb) => pull(verb, checkName(name), checkOptions(pullOptions, options))),
  );
  fetching(
    models.command('setup-builtin').description('fetch the built-in engine with a small model'),
  ).action((options: unknown, command: Command) =>
    host.run(command, (verb) => pull(verb, BUILT_IN, checkOptions(pullOptions, options))),
  );
  models
    .command('remove')
    .description('remove a version that Whetstone made from the server')
    .argument('<name>')
    .action((name: string, _options: unknown, command: Command) =>
      host.run(command, (verb) => remove(verb, checkName(name))),
    );
}

function checkName(name: string): string {
  if (!modelNameSchema.safeParse(name).success) throw usageError(`"${name}" is not a model name.`);
  return name;
}

async function list(verb: Verb): Promise<number> {
  const { output } = verb;
  const result = await (await verb.client()).call('models.list', {});
  output.result('models.list', result, () => report(output, result));
  return 0;
}

function report(
  output: Output,
  { server, models, recommended, current, builtIn }: Result<'models.list'>,
): void {
  if (server.error) {
    // The list is the answer all the same: it says what can be done.
    output.error(AppError.fromData(server.error));
  } else {
    output.note(`${server.engine} ${server.version ?? ''} at ${server.address}`);
  }
  output.table(
    models.map((model) => [
      model.name === current ? '*' : ' ',
      model.name,
      formatBytes(model.size),
      [model.parameters, model.quantization].filter(Boolean).join(' '),
      model.ours ? 'trained here' : '',
    ]),
  );
  if (models.length > 0) return;
  output.line('No model is there. Recommended:');
  output.table(
    recommended.map((model) => [
      `  whetstone models pull ${model.name}`,
      formatBytes(model.size),
      `needs ${formatBytes(model.memory)} of memory`,
      model.note,
    ]),
  );
  if (builtIn.supported && !builtIn.installed)
    output.line('Without a server: whetstone models setup-builtin');
}

async function pull(verb: Verb, name: string, options: PullOptions): Promise<number> {
  const { output, signal } = verb;
  const client = await verb.client();
  const planned = await client.call('models.pull', { name, dryRun: true }, signal);
  for (const { what, host, bytes } of planned.plan) {
    output.note(`${what} from ${host}, ${bytes === undefined ? 'size not told' : formatBytes(bytes)}`);
  }
  if (options.dryRun || planned.done) {
    output.result('models.pull', planned, () =>
      output.line(planned.done ? `${name} is already there.` : 'Nothing was fetched.'),
    );
    return 0;
  }
  if (!options.yes) await confirmWord(verb, 'Fetch it? Type yes: ', 'yes', '--yes');
  const stop = client.on('models.progress', (note) => {
    output.event('models.progress', note);
    output.progress(progressLine(note));
  });
  try {
    const result = await client.call('models.pull', { name }, signal);
    output.result('models.pull', result, () => output.line(`${result.name} is ready.`));
    return 0;
  } finally {
    stop();
  }
}

function progressLine({ status, completedBytes, totalBytes }: Params<'models.progress'>): string {
  if (completedBytes === undefined || !totalBytes) return status;
  const share = Math.floor((completedBytes / totalBytes) * 100);
  return `${status} ${share} % of ${formatBytes(totalBytes)}`;
}

async function remove(verb: Verb, name: string): Promise<number> {
  const client = await verb.client();
  const { versions } = await client.call('versions.list', {});
  const named = versions.filter((version) => version.name === name);
  if (named.length > 0 && named.every((version) => version.deleted))
    throw new AppError('version.unknown', `${name} was removed already.`, {
      next: 'See `whetstone versions`.',
    });
  const result = await client.call('models.remove', { name });
  verb.output.result('models.remove', result, () => verb.output.line(`${name} is removed from the server.`));
  return 0;
}
