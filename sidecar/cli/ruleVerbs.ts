import type { Command } from 'commander';
import * as z from 'zod';
import { AppError } from '../protocol/errors.ts';
import type { Client, ParamsIn } from '../protocol/methods.ts';
import type { Rule } from '../protocol/trainingSchemas.ts';
import { confirmWord } from './confirmWord.ts';
import { printable } from './output.ts';
import { oneLine } from './table.ts';
import { checkArgument, checkOptions } from './usageError.ts';
import type { Verb, VerbHost } from './verb.ts';

const TEXT_WIDTH = 70;
const TEXT_COLUMN = 1;
const WORD = 'forget';
const textSchema = z.string().trim().min(1).max(4_000);
const forgetSchema = z.object({ yes: z.boolean().default(false) });
const ID = 'as `whetstone rules` shows it';

/** `rules` and `rule`. */
export function registerRules(program: Command, host: VerbHost): void {
  program
    .command('rules')
    .description('learned rules, strongest first')
    .action((_options: unknown, command: Command) => host.run(command, list));
  const rule = program.command('rule').description('switch, word or forget a learned rule');
  for (const on of [true, false]) {
    rule
      .command(on ? 'on' : 'off')
      .description(on ? 'use it again' : 'keep it, but use it no more')
      .argument('<id>', ID)
      .action((id: string, _options: unknown, command: Command) =>
        host.run(command, (verb) => set(verb, id, { on }, on ? 'On' : 'Off')),
      );
  }
  rule
    .command('edit')
    .description('word it anew')
    .argument('<id>', ID)
    .argument('<text...>', 'the new words')
    .action((id: string, words: readonly string[], _options: unknown, command: Command) =>
      host.run(command, (verb) =>
        set(verb, id, { text: checkArgument('text', textSchema, words.join(' ')) }, 'Worded anew'),
      ),
    );
  rule
    .command('forget')
    .description('what was said for it so far counts no more; the decisions stay')
    .argument('<id>', ID)
    .option('--yes', 'go on without being asked')
    .action((id: string, options: unknown, command: Command) =>
      host.run(command, async (verb) => {
        if (!checkOptions(forgetSchema, options).yes) await askFirst(verb, id);
        return set(verb, id, { forget: true }, 'Forgotten');
      }),
    );
}

async function askFirst(verb: Verb, id: string): Promise<void> {
  const { text } = await find(await verb.client(), id);
  verb.output.note(`What was said for "${printable(text)}" would count no more.`);
  await confirmWord(verb, `Type ${WORD} to go on: `, WORD, '--yes');
}

async function set(
  { client, output }: Verb,
  id: string,
  change: Omit<ParamsIn<'rules.set'>, 'id'>,
  done: string,
): Promise<number> {
  const session = await client();
  const before = await find(session, id);
  const result = await session.call('rules.set', { id, ...change });
  const { rules } = await session.call('rules.list', {});
  const { text } = rules.find((each) => each.id === id) ?? before;
  output.result('rules.set', result, () => output.line(`${done}: ${printable(text)}`));
  return 0;
}

async function find(client: Client, id: string): Promise<Rule> {
  const { rules } = await client.call('rules.list', {});
  const found = rules.find((each) => each.id === id);
  if (found) return found;
  throw new AppError('rule.unknown', `There is no rule ${id}.`, { next: 'See `whetstone rules`.' });
}

async function list({ client, output }: Verb): Promise<number> {
  const result = await (await client()).call('rules.list', {});
  output.result('rules.list', result, () => {
    output.table(result.rules.map(rowOf), TEXT_COLUMN);
    if (result.rules.length === 0)
      output.note('No rule yet. Give reasons when you deny, or say in a note what you always want.');
  });
  return 0;
}

function rowOf({ id, text, counts, on, pinned, resting, trained }: Rule): string[] {
  const state = on ? (pinned ? 'pinned' : '') : (resting ?? 'off');
  return [
    id,
    oneLine(printable(text), TEXT_WIDTH),
    `${counts.for} for, ${counts.against} against`,
    [state, trained ? 'trained' : ''].filter(Boolean).join(', '),
  ];
}
