import type { Command } from 'commander';
import * as z from 'zod';
import { AppError, ERRORS } from '../protocol/errors.ts';
import type { Result } from '../protocol/methods.ts';
import { runKindSchema } from '../protocol/words.ts';
import { preferenceReportLines } from './preferenceReportLines.ts';
import { checkOptions, usageError } from './usageError.ts';
import type { Verb, VerbHost } from './verb.ts';

const optionsSchema = z.object({
  kind: runKindSchema.default('prompt'),
  build: z.boolean().default(true),
  force: z.boolean().default(false),
  onHandEdit: z.enum(['keep', 'stop', 'discard']).default('keep'),
  fromModelfile: z.boolean().default(false),
  epochs: z.coerce.number().int().min(1).max(100).optional(),
  vocabSize: z.coerce.number().int().min(1).max(100_000).optional(),
  lr: z.coerce.number().positive().max(1).optional(),
});
type TrainOptions = z.infer<typeof optionsSchema>;

export function registerTrain(program: Command, host: VerbHost): void {
  program
    .command('train')
    .description('make a version of the model from your decisions, or learn your taste anew and measure it')
    .argument('[kind]', 'prompt (default), or preference', 'prompt')
    .option('--no-build', 'write Modelfile and log only; talk to no server, publish nothing')
    .option(
      '--force',
      'train on less data than needed, though the version can not be activated, or with nothing new',
    )
    .option('--on-hand-edit <what>', 'a Modelfile edited by hand: keep (default), stop or discard')
    .option('--from-modelfile', 'build from the Modelfile on disk instead of from decisions')
    .option('--epochs <n>', 'preference: passes of the expert on words over your decisions (default: 5)')
    .option('--vocab-size <n>', 'preference: most words that it knows (default: 4000)')
    .option('--lr <rate>', 'preference: its step size (default: 0.05)')
    .option('--stream', 'with --json: one line a step, the result last')
    .action((kind: string, options: Record<string, unknown>, command: Command) =>
      host.run(command, (verb) => {
        if (!runKindSchema.safeParse(kind).success)
          throw usageError(
            `There is no training of the kind ${kind}.`,
            'This version has the kinds prompt and preference.',
          );
        const checked = checkOptions(optionsSchema, { ...options, kind });
        const { epochs, vocabSize, lr } = checked;
        if (kind !== 'preference' && (epochs ?? vocabSize ?? lr) !== undefined)
          throw usageError(
            '--epochs, --vocab-size and --lr belong to the kind preference.',
            'Leave them out, or train preference.',
          );
        return train(verb, checked);
      }),
    );
}

async function train(verb: Verb, options: TrainOptions): Promise<number> {
  const { output } = verb;
  const client = await verb.client();
  const stop = client.on('train.step', (step) => {
    output.event('train.step', step);
    const count = step.total === undefined ? '' : ` ${step.done ?? 0} of ${step.total}`;
    output.progress(`${step.message}${count}`);
  });
  try {
    const result = await client.call(
      'train.start',
      {
        kind: options.kind,
        noBuild: !options.build,
        force: options.force,
        onlyNew: true,
        handEdit: options.onHandEdit,
        fromModelfile: options.fromModelfile,
        ...(options.epochs !== undefined && { epochs: options.epochs }),
        ...(options.vocabSize !== undefined && { maxVocab: options.vocabSize }),
        ...(options.lr !== undefined && { lr: options.lr }),
      },
      verb.signal,
    );
    output.result('train.start', result, () => {
      if (result.error) output.error(AppError.fromData(result.error));
      else report(verb, result);
    });
    if (result.error) return ERRORS[result.error.code].exit;
    return result.status === 'cancelled' ? ERRORS['rpc.cancelled'].exit : 0;
  } finally {
    stop();
  }
}

function report({ output }: Verb, result: Result<'train.start'>): void {
  output.line(result.line);
  if (result.report) {
    for (const line of preferenceReportLines(result.report)) output.line(line);
    for (const advice of result.advice) output.line(`- ${advice}`);
    output.line(`Model: ${result.files.preferenceModel ?? ''}`);
    return;
  }
  if (result.handEdit === 'kept') output.line('Your edit was kept.');
  if (result.handEdit === 'discarded') output.line('Your edit was left out.');
  for (const rule of result.rules)
    output.line(`  ${rule.text} (${rule.counts.for} for, ${rule.counts.against} against)`);
  for (const advice of result.advice) output.line(`- ${advice}`);
  output.line(`Modelfile: ${result.files.modelfile}`);
  output.line(`Log: ${result.files.log}`);
  if (result.version && !result.version.active)
    output.line(`Use it: whetstone switch v${result.version.number}`);
}
