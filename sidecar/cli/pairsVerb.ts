import type { Command } from 'commander';
import * as z from 'zod';
import type { Pair } from '../protocol/pairSchemas.ts';
import { formatTime } from './formatValues.ts';
import { formatTable, oneLine } from './table.ts';
import { checkOptions } from './usageError.ts';
import type { VerbHost } from './verb.ts';

const TEXT_WIDTH = 100;
const optionsSchema = z.object({
  limit: z.coerce.number().int().min(1).max(1_000).default(20),
  before: z.string().max(64).optional(),
});

export function registerPairs(program: Command, host: VerbHost): void {
  program
    .command('pairs')
    .description('preference pairs, newest first')
    .option('--limit <n>', 'how many (default: 20)')
    .option('--before <pair>', 'only those older than this one')
    .action((options: unknown, command: Command) =>
      host.run(command, async ({ client, output }) => {
        const { limit, before } = checkOptions(optionsSchema, options);
        const params = { limit, ...(before !== undefined && { before }) };
        const result = await (await client()).call('pairs.list', params);
        output.result('pairs.list', result, () => {
          for (const pair of result.pairs) output.text(`${linesOf(pair).join('\n')}\n`);
          output.note(nextOf(result.pairs, params));
        });
        return 0;
      }),
    );
}

function nextOf(pairs: readonly Pair[], { limit, before }: z.output<typeof optionsSchema>): string {
  const last = pairs.at(-1);
  if (last && pairs.length === limit) return `Older ones: whetstone pairs --before ${last.id}`;
  if (last || before !== undefined) return 'There are no older ones.';
  return 'There are no pairs. One comes from an edit, a correction, or an approval beside a denial of the same request.';
}

function linesOf({ request, prompt, chosen, rejected, source, createdAt }: Pair): string[] {
  const texts = formatTable([
    ['  prompt', oneLine(prompt, TEXT_WIDTH)],
    ['  chosen', oneLine(chosen, TEXT_WIDTH)],
    ['  rejected', oneLine(rejected, TEXT_WIDTH)],
  ]);
  return [`${formatTime(createdAt)}  ${source}  ${request}`, ...texts];
}
