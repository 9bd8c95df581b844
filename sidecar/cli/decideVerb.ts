import type { Command } from 'commander';
import * as z from 'zod';
import { AppError } from '../protocol/errors.ts';
import { noteSchema } from '../protocol/ids.ts';
import type { Client, ParamsIn, Result } from '../protocol/methods.ts';
import type { RequestRecord } from '../protocol/requestSchemas.ts';
import { APPROVE_REASONS, DENY_REASONS, reasonSchema } from '../protocol/words.ts';
import { findRequest, pickCandidate } from './findRequest.ts';
import { fileText } from './inputText.ts';
import { checkReasons, collectWords } from './knownWords.ts';
import { offerDecision } from './offerDecision.ts';
import { checkOptions, usageError } from './usageError.ts';
import type { Verb, VerbHost } from './verb.ts';

const optionsSchema = z.object({
  last: z.boolean().default(false),
  candidate: z.string().optional(),
  approve: z.boolean().default(false),
  deny: z.boolean().default(false),
  edit: z.string().optional(),
  undo: z.boolean().default(false),
  reason: z.array(reasonSchema).max(32).default([]),
  newReason: z.array(reasonSchema).max(32).default([]),
  note: noteSchema.optional(),
});
type DecideOptions = z.infer<typeof optionsSchema>;

export function registerDecide(program: Command, host: VerbHost): void {
  program
    .command('decide')
    .description('approve, deny or correct an answer')
    .argument('[request]', 'id of the request')
    .option('--last', 'the newest request')
    .option('--candidate <which>', 'which answer: its number from 1, or its id')
    .option('--approve', 'the answer is right')
    .option('--deny', 'the answer is not')
    .option('--edit <file>', 'approve this corrected text instead; `-` reads standard input')
    .option('--undo', 'take the decision back')
    .option(
      '--reason <tags>',
      'why, separated by commas; without a verdict: added to the decision',
      collectWords,
    )
    .option('--new-reason <words>', 'a reason of your own, that is not in the list', collectWords)
    .option('--note <text>', 'why, in your words')
    .addHelpText('after', `\nReasons: ${DENY_REASONS.join(', ')}\n         ${APPROVE_REASONS.join(', ')}`)
    .action((id: string | undefined, options: unknown, command: Command) =>
      host.run(command, (verb) => decide(verb, id, checkOptions(optionsSchema, options))),
    );
}

async function decide(verb: Verb, id: string | undefined, options: DecideOptions): Promise<number> {
  if ((id === undefined) !== options.last) {
    throw usageError('Say which request is meant, once.', 'Give its id, or --last.');
  }
  const verdict = verdictOf(options);
  checkReasons(options.reason);
  const reasons = [...options.reason, ...options.newReason];
  checkSide(verdict, reasons);
  const client = await verb.client();
  const request = await findRequest(client, id);
  if (options.undo) return undo(verb, client, request);
  if (verdict) return record(verb, client, request, verdict, { ...options, reason: reasons });
  if (reasons.length > 0 || options.note !== undefined)
    return addReason(verb, client, request, { ...options, reason: reasons });
  return decideAtTerminal(verb, client, request);
}

type Verdict = 'approved' | 'denied' | 'edited';

function verdictOf(options: DecideOptions): Verdict | undefined {
  const given = [options.approve, options.deny, options.edit !== undefined, options.undo].filter(Boolean);
  if (given.length > 1) throw usageError('Only one of --approve, --deny, --edit and --undo can hold.');
  if (options.approve) return 'approved';
  if (options.deny) return 'denied';
  return options.edit === undefined ? undefined : 'edited';
}

function checkSide(verdict: Verdict | undefined, reasons: readonly string[]): void {
  const against: readonly string[] =
    verdict === 'approved' ? DENY_REASONS : verdict === 'denied' ? APPROVE_REASONS : [];
  const wrong = reasons.find((reason) => against.includes(reason));
  if (wrong) {
    const other = verdict === 'approved' ? '--deny' : '--approve';
    throw usageError(
      `"${wrong}" speaks against that verdict. Which one holds?`,
      `Use ${other}, or leave the reason out.`,
    );
  }
}

async function record(
  verb: Verb,
  client: Client,
  request: RequestRecord,
  verdict: Verdict,
  options: DecideOptions,
): Promise<number> {
  const candidate = pickCandidate(request, options.candidate);
  const editedText = options.edit === undefined ? undefined : await fileText(verb.ports, options.edit);
  const params: ParamsIn<'decision.record'> = {
    decision: verb.ports.newId(),
    request: request.request,
    candidate: candidate.candidate,
    sha256: candidate.sha256,
    verdict,
    reasons: options.reason,
    ...(options.note !== undefined && { note: options.note }),
    ...(editedText !== undefined && { editedText }),
  };
  const noted = await client.call('decision.record', params);
  verb.output.result('decision.record', noted, () => verb.output.line(noted.line));
  return 0;
}

async function addReason(
  verb: Verb,
  client: Client,
  request: RequestRecord,
  options: DecideOptions,
): Promise<number> {
  const decision = liveDecision(request);
  const verdict = decision.verdict === 'edited' ? 'approved' : decision.verdict;
  checkSide(verdict, options.reason);
  const noted: Result<'decision.reason'> = await client.call('decision.reason', {
    decision: decision.decision,
    reasons: options.reason,
    ...(options.note !== undefined && { note: options.note }),
  });
  verb.output.result('decision.reason', noted, () => verb.output.line(noted.line));
  return 0;
}

async function undo(verb: Verb, client: Client, request: RequestRecord): Promise<number> {
  const { decision, verdict } = liveDecision(request);
  const result = await client.call('decision.undo', { decision });
  verb.output.result('decision.undo', result, () =>
    verb.output.line(`Undone: ${verdict}. The request is undecided again.`),
  );
  return 0;
}

function liveDecision(request: RequestRecord) {
  const { decision } = request;
  if (!decision || decision.undone) {
    throw new AppError('decision.unknown', 'This request is not decided.', {
      next: 'Add --approve, --deny or --edit FILE.',
    });
  }
  return decision;
}

async function decideAtTerminal(verb: Verb, client: Client, request: RequestRecord): Promise<number> {
  if (verb.flags.json || !verb.ports.terminal.interactive) {
    throw usageError('There is no verdict.', 'Add --approve, --deny, --edit FILE or --undo.');
  }
  const { output, ports } = verb;
  const release = ports.terminal.hold();
  try {
    output.note(output.paint.dim(`> ${request.prompt}`));
    request.candidates.forEach((candidate, index) => {
      if (request.candidates.length > 1) output.note(output.paint.dim(`Answer ${index + 1}:`));
      output.text(candidate.text.endsWith('\n') ? candidate.text : `${candidate.text}\n`);
    });
    return await offerDecision(verb, client, { candidates: request.candidates, shownAt: ports.now() });
  } finally {
    release();
  }
}
