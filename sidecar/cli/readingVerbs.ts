import type { Command } from 'commander';
import * as z from 'zod';
import { AppError, ERRORS } from '../protocol/errors.ts';
import { ulidSchema } from '../protocol/ids.ts';
import type { Client, Result } from '../protocol/methods.ts';
import { candidateSchema } from '../protocol/requestSchemas.ts';
import { promptText } from './inputText.ts';
import { stopped, streamAnswer } from './streamAnswer.ts';
import { checkArgument, checkOptions } from './usageError.ts';
import type { Verb, VerbHost } from './verb.ts';

/** What `whetstone execute --json` prints. */
export const executedSchema = z.object({
  request: ulidSchema,
  /** Id of the reading that was followed. */
  reading: z.string(),
  line: z.string(),
  enriched_prompt: z.string(),
  tokens_estimate: z.number().int(),
  /** Tokens by what they are for. */
  context_breakdown: z.looseObject({
    goal: z.number().int(),
    pref: z.number().int(),
    history: z.number().int(),
  }),
  answer: z.string(),
  candidates: z.array(candidateSchema),
});

const executeOptions = z.object({ request: ulidSchema.optional() });
const readingSchema = z.enum(['h1', 'h2', 'h3']);

/** `hypotheses` and `execute`. */
export function registerReadings(program: Command, host: VerbHost): void {
  program
    .command('hypotheses')
    .description('what a short request can mean: up to three readings, best first')
    .argument('[prompt...]', 'the prompt; `-`, or no words while input is piped, reads standard input')
    .action((words: string[], _options: unknown, command: Command) =>
      host.run(command, (verb) => hypotheses(verb, words)),
    );
  program
    .command('execute')
    .description('answer a request as one of its readings means it, and learn from the choice')
    .argument('<reading>', 'h1, h2 or h3, as `whetstone hypotheses` shows them')
    .option('--request <id>', 'which request (default: the newest one with readings)')
    .action((reading: string, options: unknown, command: Command) =>
      host.run(command, (verb) =>
        execute(
          verb,
          checkArgument('reading', readingSchema, reading),
          checkOptions(executeOptions, options).request,
        ),
      ),
    );
}

async function hypotheses(verb: Verb, words: readonly string[]): Promise<number> {
  const { ports, output, signal } = verb;
  const prompt = await promptText(ports, words);
  const client = await verb.client();
  const about = { request: ports.newId(), thread: ports.newId(), prompt, force: true };
  const result = await client.call('hypotheses.ask', about, signal);
  output.result('hypotheses.ask', result, () => {
    output.table(
      result.readings.map(({ id, question, confidence }) => [
        id,
        `${Math.round(confidence * 100)} %`,
        question,
      ]),
    );
    output.note(
      result.readings.length > 0
        ? 'Take one: whetstone execute h1'
        : 'No readings: the model gave none in time, and nothing is known that could give one.',
    );
  });
  return 0;
}

async function execute(verb: Verb, selected: string, wanted: string | undefined): Promise<number> {
  const { output, ports } = verb;
  const client = await verb.client();
  const chosen = await client.call('hypotheses.choose', {
    selected,
    ...(wanted !== undefined && { request: wanted }),
  });
  output.note(output.paint.dim(chosen.line));
  const { request, prompt } = chosen;
  const answered = await recordOf(client, request);
  const result = await streamAnswer(verb, client, {
    ...{ request, prompt, thread: answered?.thread ?? ports.newId() },
    // The answers so far are of another reading.
    another: answered !== undefined && answered.candidates.length > 0,
    candidates: 1,
  });
  const [made] = result.candidates;
  output.document(
    executedSchema,
    {
      ...{ request, reading: selected, line: chosen.line },
      enriched_prompt: chosen.enrichedPrompt,
      tokens_estimate: chosen.tokensEstimate,
      context_breakdown: { goal: 0, pref: 0, history: 0, ...chosen.contextBreakdown },
      answer: made?.text ?? '',
      candidates: result.candidates,
    },
    () => undefined,
  );
  if (verb.signal.aborted) return stopped(verb, request);
  if (made?.stopped === 'failed' && made.error) return told(verb, AppError.fromData(made.error));
  output.note(`Decide: whetstone decide ${request}`);
  return 0;
}

function told({ output }: Verb, error: AppError): number {
  if (!output.json) output.error(error);
  return ERRORS[error.code].exit;
}

/** The request as it was recorded; undefined where it was only asked back about. */
async function recordOf(client: Client, request: string): Promise<Result<'request.get'> | undefined> {
  try {
    return await client.call('request.get', { request });
  } catch (error) {
    if (AppError.is(error, 'request.unknown')) return undefined;
    throw error;
  }
}
