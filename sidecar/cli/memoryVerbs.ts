import type { Command } from 'commander';
import * as z from 'zod';
import { countOf } from '../protocol/countOf.ts';
import { MEMORY_TYPES, type MemoryItem } from '../protocol/memorySchemas.ts';
import type { Client, ParamsIn, Result } from '../protocol/methods.ts';
import { confirmWord } from './confirmWord.ts';
import { formatTime } from './formatValues.ts';
import { printable } from './output.ts';
import { oneLine } from './table.ts';
import { checkArgument, checkOptions, usageError } from './usageError.ts';
import type { Verb, VerbHost } from './verb.ts';

const TEXT_WIDTH = 76;
/** As many as the list gives; ids are looked up among them. */
const ALL = 1_000;
/** Characters of an id that are shown; any unique beginning is understood. */
const ID_SHOWN = 16;
const WORD = 'forget';
const listSchema = z.object({
  type: z.enum(MEMORY_TYPES).optional(),
  limit: z.coerce.number().int().min(1).max(ALL).default(50),
});
const addSchema = z.object({ type: z.enum(MEMORY_TYPES).default('preference') });
const textSchema = z.string().trim().min(1).max(4_000);
const forgetSchema = z.object({ yes: z.boolean().default(false) });

/** `memories` and `memory`. */
export function registerMemories(program: Command, host: VerbHost): void {
  program
    .command('memories')
    .description('goals, preferences and history that were learned, newest first')
    .option('--type <type>', `one of ${MEMORY_TYPES.join(', ')}`)
    .option('--limit <n>', 'how many (default: 50)')
    .action((options: unknown, command: Command) =>
      host.run(command, (verb) => list(verb, checkOptions(listSchema, options))),
    );
  const memory = program
    .command('memory')
    .description('write, word, pin, switch or forget what is remembered');
  memory
    .command('add')
    .description('remember something: "Prefers: tabs"')
    .argument('<text...>', 'in your own words')
    .option('--type <type>', `one of ${MEMORY_TYPES.join(', ')} (default: preference)`)
    .action((words: readonly string[], options: object, command: Command) =>
      host.run(command, (verb) => {
        const { type } = checkOptions(addSchema, options);
        const text = checkText(words);
        return set(verb, async () => ({ type, text }), 'Remembered');
      }),
    );
  memory
    .command('edit')
    .description('word it anew')
    .argument('<id>', 'as `whetstone memories` shows it')
    .argument('<text...>', 'the new words')
    .action((id: string, words: readonly string[], _options: unknown, command: Command) =>
      host.run(command, (verb) => {
        const text = checkText(words);
        return set(verb, async (client) => ({ id: (await find(client, id)).id, text }), 'Worded anew');
      }),
    );
  registerStates(memory, host);
  memory
    .command('forget')
    .description('delete it for real')
    .argument('<id>', 'as `whetstone memories` shows it')
    .option('--yes', 'go on without being asked')
    .action((id: string, options: unknown, command: Command) =>
      host.run(command, (verb) => forget(verb, id, checkOptions(forgetSchema, options).yes)),
    );
}

const checkText = (words: readonly string[]): string => checkArgument('text', textSchema, words.join(' '));

const STATES = [
  { state: 'pin', does: 'send it along with every request', done: 'Pinned' },
  { state: 'on', does: 'use it again; it then holds over what contradicts it', done: 'On' },
  { state: 'off', does: 'keep it, but use it no more', done: 'Off' },
] as const;

function registerStates(memory: Command, host: VerbHost): void {
  for (const { state, does, done } of STATES) {
    memory
      .command(state)
      .description(does)
      .argument('<id>', 'as `whetstone memories` shows it')
      .action((id: string, _options: unknown, command: Command) =>
        host.run(command, (verb) =>
          set(verb, async (client) => ({ id: (await find(client, id)).id, state }), done),
        ),
      );
  }
}

async function list(verb: Verb, params: z.output<typeof listSchema>): Promise<number> {
  const { output } = verb;
  const result = await (await verb.client()).call('memory.list', params);
  output.result('memory.list', result, () => {
    for (const memory of result.memories) for (const line of linesOf(memory)) output.line(line);
    if (result.memories.length === 0)
      output.note(
        'Nothing is remembered yet. `whetstone doctor` says why; `whetstone memory add` writes something.',
      );
  });
  return 0;
}

/** Two lines, so that a text has room on any terminal. An id begins with the type. */
function linesOf({ id, text, confidence, count, state, replacedBy, at, source }: MemoryItem): string[] {
  const held = replacedBy === undefined ? state : `replaced by ${replacedBy.slice(0, ID_SHOWN)}`;
  const facts = [
    id.slice(0, ID_SHOWN),
    `${Math.round(confidence * 100)} %, n = ${count}`,
    source,
    formatTime(at),
    ...(held === 'on' ? [] : [held]),
  ];
  return [facts.join('  '), `  ${oneLine(printable(text), TEXT_WIDTH)}`];
}

async function set(
  verb: Verb,
  params: (client: Client) => Promise<ParamsIn<'memory.set'>>,
  done: string,
): Promise<number> {
  const client = await verb.client();
  const result: Result<'memory.set'> = await client.call('memory.set', await params(client));
  const { id, text } = result.memory;
  verb.output.result('memory.set', result, () =>
    verb.output.line(`${done}: ${oneLine(printable(text), TEXT_WIDTH)} (${id.slice(0, ID_SHOWN)})`),
  );
  return 0;
}

/** By its id, or the beginning of one. */
async function find(client: Client, given: string): Promise<MemoryItem> {
  const { memories } = await client.call('memory.list', { limit: ALL });
  const wanted = given.toLowerCase();
  const found = memories.filter(({ id }) => id.toLowerCase().startsWith(wanted));
  const exact = found.find(({ id }) => id.toLowerCase() === wanted);
  const [first, ...others] = exact ? [exact] : found;
  if (!first) throw usageError(`Nothing remembered has the id ${given}.`, 'See `whetstone memories`.');
  if (others.length > 0) throw usageError(`${given} is the beginning of several ids.`, 'Give more of it.');
  return first;
}

async function forget(verb: Verb, given: string, yes: boolean): Promise<number> {
  const client = await verb.client();
  const { text, events } = await find(client, given);
  const shown = oneLine(printable(text), TEXT_WIDTH);
  if (!yes) {
    verb.output.note(
      `"${shown}" would be deleted, said ${countOf(events.length, 'time')}. There is no undo.`,
    );
    await confirmWord(verb, `Type ${WORD} to go on: `, WORD, '--yes');
  }
  let result: Result<'memory.forget'> | undefined;
  for (let from = 0; from < events.length; from += ALL)
    result = await client.call('memory.forget', { ids: events.slice(from, from + ALL), preview: false });
  if (result) verb.output.result('memory.forget', result, () => verb.output.line(`Forgotten: ${shown}`));
  return 0;
}
