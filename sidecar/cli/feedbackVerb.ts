import type { Command } from 'commander';
import * as z from 'zod';
import { noteSchema } from '../protocol/ids.ts';
import { NEGATIVE_TAGS, POSITIVE_TAGS, reasonSchema } from '../protocol/words.ts';
import { findRequest, pickCandidate } from './findRequest.ts';
import { fileText } from './inputText.ts';
import { checkTags, collectWords } from './knownWords.ts';
import { checkOptions, usageError } from './usageError.ts';
import type { Verb, VerbHost } from './verb.ts';

const optionsSchema = z.object({
  last: z.boolean().default(false),
  candidate: z.string().optional(),
  tags: z.array(reasonSchema).max(32).default([]),
  score: z.coerce.number().int().min(1).max(5).optional(),
  corrections: z.string().optional(),
});
type FeedbackOptions = z.infer<typeof optionsSchema>;

export function registerFeedback(program: Command, host: VerbHost): void {
  program
    .command('feedback')
    .description('say something about an answer, in your words')
    .argument('[words...]', 'id of the request (not with --last), then the text')
    .option('--last', 'about the newest request')
    .option('--candidate <which>', 'which answer: its number from 1, or its id')
    .option('--tags <tags>', `some of ${[...POSITIVE_TAGS, ...NEGATIVE_TAGS].join(', ')}`, collectWords)
    .option('--score <n>', '1 to 5')
    .option('--corrections <file>', 'what the answer should have been; `-` reads standard input')
    .action((words: string[], options: unknown, command: Command) =>
      host.run(command, (verb) => feedback(verb, words, checkOptions(optionsSchema, options))),
    );
}

async function feedback(verb: Verb, words: readonly string[], options: FeedbackOptions): Promise<number> {
  checkTags(options.tags);
  const id = options.last ? undefined : words[0];
  if (!options.last && id === undefined)
    throw usageError('Say which request is meant.', 'Give its id, or --last.');
  const text = checkText((options.last ? words : words.slice(1)).join(' '));
  if (
    text === '' &&
    options.tags.length === 0 &&
    options.score === undefined &&
    options.corrections === undefined
  ) {
    throw usageError('There is no feedback.', 'Give a text, --tags, --score or --corrections.');
  }
  const corrections =
    options.corrections === undefined ? undefined : await fileText(verb.ports, options.corrections);
  const client = await verb.client();
  const request = await findRequest(client, id);
  const candidate =
    options.candidate === undefined && request.candidates.length !== 1
      ? undefined
      : pickCandidate(request, options.candidate);
  const result = await client.call('feedback.record', {
    request: request.request,
    text,
    tags: options.tags,
    feedbackType: corrections === undefined ? 'text' : 'edit',
    ...(candidate && { candidate: candidate.candidate }),
    ...(options.score !== undefined && { score: options.score }),
    ...(corrections !== undefined && { corrections }),
  });
  verb.output.result('feedback.record', result, () => {
    const told = { positive: 'as positive', negative: 'as negative', none: 'without a verdict' }[
      result.polarity
    ];
    verb.output.line(`Noted ${told}.`);
  });
  return 0;
}

function checkText(text: string): string {
  const parsed = noteSchema.safeParse(text.trim());
  if (!parsed.success) throw usageError('The text is too long: 4,000 characters at most.');
  return parsed.data;
}
