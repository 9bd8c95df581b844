import { resolve } from 'node:path';
import type { Command } from 'commander';
import * as z from 'zod';
import { confirmWord } from './confirmWord.ts';
import { checkOptions } from './usageError.ts';
import type { Verb, VerbHost } from './verb.ts';

const WORD = 'reset';
const optionsSchema = z.object({ confirm: z.string().max(64).optional() });

export function registerReset(program: Command, host: VerbHost): void {
  program
    .command('reset')
    .description('move everything learned to quarantine and start afresh')
    .option('--confirm <word>', `the word ${WORD}, instead of being asked`)
    .action((options: unknown, command: Command) =>
      host.run(command, (verb) => reset(verb, checkOptions(optionsSchema, options).confirm)),
    );
}

async function reset(verb: Verb, confirm: string | undefined): Promise<number> {
  const { dataFolder } = await verb.opened();
  if (confirm === undefined) {
    verb.output.note(`Every decision, rule and version in ${dataFolder} moves to its quarantine folder.`);
    await confirmWord(verb, `Type ${WORD} to go on: `, WORD, `--confirm ${WORD}`);
  }
  const result = await (await verb.client()).call('reset.run', { confirm: confirm ?? WORD });
  verb.output.result('reset.run', result, () =>
    verb.output.line(`Moved to ${resolve(dataFolder, 'quarantine', result.quarantine)}.`),
  );
  return 0;
}
