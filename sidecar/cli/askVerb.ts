import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Command } from 'commander';
import * as z from 'zod';
import type { ContextItem } from '../protocol/contextItem.ts';
import { AppError, ERRORS } from '../protocol/errors.ts';
import type { Client, ParamsIn } from '../protocol/methods.ts';
import { CATEGORIES, categorySchema } from '../protocol/words.ts';
import { askBack } from './askBack.ts';
import { fileText, promptText } from './inputText.ts';
import { offerDecision } from './offerDecision.ts';
import { stopped, streamAnswer } from './streamAnswer.ts';
import { checkOptions, usageError } from './usageError.ts';
import type { Verb, VerbHost } from './verb.ts';

const optionsSchema = z.object({
  category: categorySchema.optional(),
  candidates: z.union([z.literal('auto'), z.coerce.number().int().min(1).max(4)]).optional(),
  file: z.array(z.string()).default([]),
  seed: z.coerce.number().int().optional(),
  continue: z.boolean().default(false),
  decide: z.boolean().default(true),
});
type AskOptions = z.infer<typeof optionsSchema>;

const collect = (value: string, before: string[] = []): string[] => [...before, value];

export function registerAsk(program: Command, host: VerbHost): void {
  program
    .command('ask')
    .description('answer a prompt, then decide on the answer at once (on a terminal)')
    .argument('[prompt...]', 'the prompt; `-`, or no words while input is piped, reads standard input')
    .option('--category <name>', `one of ${CATEGORIES.join(', ')}`)
    .option('--candidates <n>', 'answers to make: 1 to 4, or auto')
    .option('--file <path>', 'attach a file; may be given again', collect)
    .option('--seed <n>', 'seed for the model')
    .option('--continue', 'go on in the thread of the last request')
    .option('--no-decide', 'do not offer to decide')
    .option('--stream', 'with --json: one line a notification, the result last')
    .action((words: string[], options: unknown, command: Command) =>
      host.run(command, (verb) => ask(verb, words, checkOptions(optionsSchema, options))),
    );
}

async function ask(verb: Verb, words: readonly string[], options: AskOptions): Promise<number> {
  const params = await askParamsOf(verb, words, options);
  const client = await verb.client();
  if (options.continue) params.thread = await lastThread(client);
  const { terminal, stdout } = verb.ports;
  const converses = !verb.flags.json && terminal.interactive && stdout.isTTY;
  const offers = options.decide && converses;
  // From the question on: what is typed while readings or the answer come is no decision on them.
  const release = converses ? terminal.hold() : undefined;
  try {
    if (converses) await askBack(verb, client, params);
    if (!offers) release?.();
    return await askAndOffer(verb, client, params, offers);
  } finally {
    release?.();
  }
}

async function askAndOffer(
  verb: Verb,
  client: Client,
  params: ParamsIn<'request.ask'>,
  offers: boolean,
): Promise<number> {
  const startedAt = verb.ports.now();
  const result = await streamAnswer(verb, client, params);
  const failed = result.candidates.every((candidate) => candidate.stopped === 'failed')
    ? result.candidates[0]?.error
    : undefined;
  verb.output.result('request.ask', result, () => undefined);
  if (verb.signal.aborted) return stopped(verb, params.request);
  if (failed) {
    if (!verb.output.json) verb.output.error(AppError.fromData(failed));
    return ERRORS[failed.code].exit;
  }
  if (!offers) return 0;
  return offerDecision(verb, client, {
    candidates: result.candidates,
    suggested: result.suggested,
    shownAt: startedAt,
  });
}

async function askParamsOf(
  verb: Verb,
  words: readonly string[],
  options: AskOptions,
): Promise<ParamsIn<'request.ask'>> {
  const { ports, flags } = verb;
  const context: ContextItem[] = [];
  for (const path of options.file)
    context.push({ kind: 'file', name: path, text: await fileText(ports, path) });
  // A pipe has room for one answer only.
  const candidates = options.candidates ?? (ports.stdout.isTTY || flags.json ? undefined : 1);
  return {
    request: ports.newId(),
    thread: ports.newId(),
    prompt: await promptText(ports, words),
    context,
    workspace: {
      name: basename(ports.cwd) || ports.cwd,
      hash: createHash('sha256').update(ports.cwd).digest('hex'),
    },
    ...(options.category && { category: options.category }),
    ...(candidates !== undefined && { candidates }),
    ...(options.seed !== undefined && { seed: options.seed }),
  };
}

async function lastThread(client: Client): Promise<string> {
  const { requests } = await client.call('request.list', { limit: 1 });
  const [last] = requests;
  if (!last) throw usageError('There is no earlier request to go on from.', 'Leave --continue out.');
  return last.thread;
}
