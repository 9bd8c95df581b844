import { ERRORS } from '../protocol/errors.ts';
import type { Client, ParamsIn } from '../protocol/methods.ts';
import type { Candidate } from '../protocol/requestSchemas.ts';
import { tagWords } from './formatValues.ts';
import type { Verb } from './verb.ts';

export interface Offer {
  readonly candidates: readonly Candidate[];
  readonly suggested?: string | undefined;
  /** When the person began to see the answer, by the clock of the ports. */
  readonly shownAt: number;
}

type Choice = Pick<ParamsIn<'decision.record'>, 'verdict' | 'reasons' | 'note' | 'editedText'>;

const CANCELLED = ERRORS['rpc.cancelled'].exit;

/** Offers approve, deny with a reason, edit, skip; one key each. Resolves with the exit code. */
export async function offerDecision(verb: Verb, client: Client, offer: Offer): Promise<number> {
  const { output, ports } = verb;
  const usable = offer.candidates.filter((candidate) => candidate.stopped !== 'failed');
  let chosen = usable.find((candidate) => candidate.candidate === offer.suggested) ?? usable[0];
  if (!chosen) return 0;
  for (;;) {
    const which = usable.length > 1 ? `   1-${usable.length} answer (now ${usable.indexOf(chosen) + 1})` : '';
    await ports.terminal.fresh();
    if (verb.signal.aborted) return undecided(verb, chosen.request);
    output.note(output.paint.bold(`a approve   d deny   e edit   s skip${which}`));
    const key = await ports.terminal.key();
    if (key === 'interrupt') return undecided(verb, chosen.request);
    if (key === 's' || key === 'escape' || key === 'q') {
      undecided(verb, chosen.request);
      return 0;
    }
    const picked = usable[Number(key) - 1];
    if (picked) {
      chosen = picked;
      continue;
    }
    const choice = await choiceFor(verb, client, key, chosen);
    if (choice === 'interrupt') return undecided(verb, chosen.request);
    if (!choice) continue;
    await record(verb, client, chosen, choice, offer.shownAt);
    return 0;
  }
}

function undecided({ output }: Verb, request: string): number {
  output.note(`Not decided. Later: whetstone decide ${request}`);
  return CANCELLED;
}

async function choiceFor(
  verb: Verb,
  client: Client,
  key: string,
  candidate: Candidate,
): Promise<Choice | 'interrupt' | undefined> {
  if (key === 'a') return { verdict: 'approved' };
  if (key === 'd') return denial(verb, client);
  if (key !== 'e') return undefined;
  const edited = await verb.ports.terminal.edit(candidate.text);
  if (edited === undefined) {
    verb.output.note('The editor ended with an error. Set EDITOR to the one you use.');
    return undefined;
  }
  if (edited === candidate.text) {
    verb.output.note('Nothing was changed.');
    return undefined;
  }
  return { verdict: 'edited', editedText: edited };
}

/** One row of the nine reasons most used here; a digit picks one, 0 asks for a note, Enter means no reason. */
async function denial(verb: Verb, client: Client): Promise<Choice | 'interrupt' | undefined> {
  const { output, ports } = verb;
  const { topReasons } = await client.call('stats.get', {});
  const reasons = topReasons.slice(0, 9);
  await ports.terminal.fresh();
  const row = reasons.map((reason, index) => `${index + 1} ${tagWords(reason)}`).join('   ');
  output.note(`${row}   0 a note   Enter no reason   Esc back`);
  for (;;) {
    const key = await ports.terminal.key();
    if (key === 'interrupt') return 'interrupt';
    if (key === 'escape') return undefined;
    if (key === 'enter') return { verdict: 'denied' };
    const reason = reasons[Number(key) - 1];
    if (reason) return { verdict: 'denied', reasons: [reason] };
    if (key === '0') {
      const note = await ports.terminal.question('Note: ');
      if (note === undefined) return 'interrupt';
      return note.trim() === '' ? { verdict: 'denied' } : { verdict: 'denied', note: note.trim() };
    }
  }
}

async function record(
  verb: Verb,
  client: Client,
  candidate: Candidate,
  choice: Choice,
  shownAt: number,
): Promise<void> {
  const noted = await client.call('decision.record', {
    decision: verb.ports.newId(),
    request: candidate.request,
    candidate: candidate.candidate,
    sha256: candidate.sha256,
    dwellMs: Math.max(0, verb.ports.now() - shownAt),
    ...choice,
  });
  verb.output.note(noted.line);
  verb.output.note(verb.output.paint.dim(`Undo: whetstone decide ${candidate.request} --undo`));
}
