import type { Command } from 'commander';
import * as z from 'zod';
import { countOf } from '../protocol/countOf.ts';
import { ulidSchema } from '../protocol/ids.ts';
import type { Result } from '../protocol/methods.ts';
import { confirmWord } from './confirmWord.ts';
import { checkOptions, usageError } from './usageError.ts';
import type { Verb, VerbHost } from './verb.ts';

const WORD = 'forget';
const optionsSchema = z.object({
  about: z.string().trim().min(2).max(1_000).optional(),
  yes: z.boolean().default(false),
});
type ForgetOptions = z.infer<typeof optionsSchema>;

export function registerForget(program: Command, host: VerbHost): void {
  program
    .command('forget')
    .description('delete requests with everything that belongs to them, for real')
    .argument('[id...]', 'ids of requests, which `ask` prints, or of decisions, which `decide --json` prints')
    .option('--about <text>', 'everything whose prompt, answer, correction or note contains the text')
    .option('--yes', 'go on without being asked')
    .action((ids: string[], options: unknown, command: Command) =>
      host.run(command, (verb) => forget(verb, ids, checkOptions(optionsSchema, options))),
    );
}

async function forget(verb: Verb, given: readonly string[], options: ForgetOptions): Promise<number> {
  const { about } = options;
  const ids = given.map(checkId);
  if (ids.length === 0 && about === undefined)
    throw usageError('Nothing was named that should be forgotten.', 'Give an id, or --about TEXT.');
  const client = await verb.client();
  const what = { ids, ...(about !== undefined && { about }) };
  if (!options.yes) {
    const preview = await client.call('memory.forget', { ...what, preview: true });
    verb.output.note(`${countsOf(preview)} would be deleted. There is no undo.`);
    tellVersions(preview, (line) => verb.output.note(line));
    await confirmWord(verb, `Type ${WORD} to go on: `, WORD, '--yes');
  }
  const result = await client.call('memory.forget', { ...what, preview: false });
  verb.output.result('memory.forget', result, () => {
    verb.output.line(`Forgotten: ${countsOf(result)}.`);
    tellVersions(result, (line) => verb.output.line(line));
    if (result.waiting > 0)
      verb.output.line('Another window is removing its own copy; that takes about a second.');
  });
  return 0;
}

function checkId(id: string): string {
  const checked = ulidSchema.safeParse(id.toUpperCase());
  if (checked.success) return checked.data;
  throw usageError(`"${id}" is not an id.`, 'Use the id that `whetstone ask` printed, or --about TEXT.');
}

type Counts = Result<'memory.forget'>;

function countsOf({ requests, answers, decisions, others }: Counts): string {
  const parts = [countOf(requests, 'request'), countOf(answers, 'answer'), countOf(decisions, 'decision')];
  if (others > 0) parts.push(countOf(others, 'other event'));
  return parts.join(', ');
}

function tellVersions({ versions }: Counts, tell: (line: string) => void): void {
  for (const { number, name, deleted } of versions) {
    if (deleted) continue;
    tell(
      `v${number} was trained on it: \`whetstone models remove ${name}\` removes its model, then train again.`,
    );
  }
}
