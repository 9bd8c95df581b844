import type { Command } from 'commander';
import * as z from 'zod';
import { countOf } from '../protocol/countOf.ts';
import type { Facet, PersonaUpdate } from '../protocol/memorySchemas.ts';
import { formatTime, tagWords } from './formatValues.ts';
import { printable } from './output.ts';
import { oneLine } from './table.ts';
import { checkArgument, checkOptions } from './usageError.ts';
import type { Verb, VerbHost } from './verb.ts';

const BAR = 20;
const WHY_WIDTH = 60;
const WHY_COLUMN = 2;
const nameSchema = z.string().trim().min(1).max(64);
const optionsSchema = z.object({ updates: z.coerce.number().int().min(0).max(200).default(5) });

export function registerPersona(program: Command, host: VerbHost): void {
  const persona = program
    .command('persona')
    .description('how you like answers, from 0 to 1, and what moved it')
    .option('--updates <n>', 'how many of the last changes (default: 5)')
    .action((options: unknown, command: Command) =>
      host.run(command, (verb) => show(verb, checkOptions(optionsSchema, options).updates)),
    );
  for (const on of [true, false]) {
    persona
      .command(on ? 'on' : 'off')
      .description(on ? 'use a facet again' : 'use a facet no more')
      .argument('<facet>', 'for example concise')
      .action((facet: string, _options: unknown, command: Command) =>
        host.run(command, (verb) => set(verb, facet, on)),
      );
  }
}

async function show({ client, output }: Verb, shown: number): Promise<number> {
  const result = await (await client()).call('persona.get', {});
  output.result('persona.get', result, () => {
    output.table(result.facets.map(rowOf));
    if (result.updates.length === 0)
      return output.note('Nothing moved it yet: reasons, notes, corrections and picked readings do.');
    if (shown === 0) return;
    output.line();
    output.table(result.updates.slice(0, shown).map(updateRow), WHY_COLUMN);
  });
  return 0;
}

function rowOf({ name, value, updates, on }: Facet): string[] {
  const filled = Math.round(value * BAR);
  const bar = '#'.repeat(filled) + '.'.repeat(BAR - filled);
  const n = updates === 0 ? 'not yet known (n = 0)' : countOf(updates, 'change');
  return [tagWords(printable(name)), `[${bar}]`, value.toFixed(2), n, on ? '' : 'off'];
}

function updateRow({ at, facetDeltas, why }: PersonaUpdate): string[] {
  const deltas = Object.entries(facetDeltas).map(
    ([name, delta]) => `${printable(name)} ${delta < 0 ? '-' : '+'}${Math.abs(delta).toFixed(2)}`,
  );
  return [formatTime(at), deltas.join(', '), oneLine(printable(why), WHY_WIDTH)];
}

async function set(verb: Verb, given: string, on: boolean): Promise<number> {
  const facet = checkArgument('facet', nameSchema, given);
  const name = facet.toLowerCase().replace(/[\s-]+/g, '_');
  const result = await (await verb.client()).call('persona.set', { name, on });
  verb.output.result('persona.set', result, () =>
    verb.output.line(`${tagWords(name)}: ${on ? 'on' : 'off'}`),
  );
  return 0;
}
