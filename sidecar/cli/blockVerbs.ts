import type { Command } from 'commander';
import * as z from 'zod';
import type { Block } from '../protocol/memorySchemas.ts';
import { formatTime } from './formatValues.ts';
import { printable } from './output.ts';
import { shellWord } from './shellWord.ts';
import { oneLine } from './table.ts';
import { checkArgument } from './usageError.ts';
import type { Verb, VerbHost } from './verb.ts';

const TEXT_WIDTH = 60;
const phraseSchema = z.string().trim().min(1).max(500);

/** `block`, `unblock` and `blocks`. */
export function registerBlocks(program: Command, host: VerbHost): void {
  program
    .command('block')
    .description('never suggest a name, a library or a phrase again')
    .argument('<phrase...>', 'as code writes it (lodash, console.log), or words ("as any")')
    .action((words: readonly string[], _options: unknown, command: Command) =>
      host.run(command, (verb) => set(verb, words, true)),
    );
  program
    .command('unblock')
    .description('lift what was blocked')
    .argument('<phrase...>', 'as `whetstone blocks` shows it')
    .action((words: readonly string[], _options: unknown, command: Command) =>
      host.run(command, (verb) => set(verb, words, false)),
    );
  program
    .command('blocks')
    .description('what is never suggested')
    .action((_options: unknown, command: Command) => host.run(command, list));
}

async function set({ client, output }: Verb, words: readonly string[], on: boolean): Promise<number> {
  const phrase = checkArgument('phrase', phraseSchema, words.join(' '));
  const result = await (await client()).call('blocks.set', { phrase, on });
  output.result('blocks.set', result, () => {
    const { block } = result;
    output.line(on ? `Never suggested from now on: ${block.phrase}` : `Lifted: ${block.phrase}`);
    if (on) output.note(`Lift it: whetstone unblock ${shellWord(block.phrase)}`);
  });
  return 0;
}

async function list({ client, output }: Verb): Promise<number> {
  const result = await (await client()).call('blocks.list', {});
  output.result('blocks.list', result, () => {
    output.table(result.blocks.map(rowOf), 0);
    if (result.blocks.length === 0)
      output.note('Nothing is blocked. Block a name, a library or a phrase: whetstone block lodash');
  });
  return 0;
}

const rowOf = ({ phrase, on, at, lastUsed }: Block): string[] => [
  oneLine(printable(phrase), TEXT_WIDTH),
  on ? 'blocked' : 'lifted',
  formatTime(at),
  lastUsed ? `last sent ${formatTime(lastUsed.at)}` : '',
];
