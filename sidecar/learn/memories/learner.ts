import type { BodyOf, EventBody } from '../../memory/events.ts';
import type { Memory } from '../../memory/memory.ts';
import type { Reading } from '../../protocol/readingSchemas.ts';
import type { Settings } from '../../protocol/settingsSchemas.ts';
import type { Verdict } from '../../protocol/words.ts';
import { readAnswer, readPrompt } from '../recordedTexts.ts';
import { createFactWriter, type FactSource, type FactWriter, type LearnedFrom } from './factWriter.ts';
import { type FoundFact, foundFacts, PREFERENCE_SHARE } from './foundFacts.ts';
import type { LearningLog } from './learningLog.ts';
import type { MemoryBook } from './memoryBook.ts';
import { memoryIdOf } from './memoryText.ts';
import { editChange, noteChange, readingChange, reasonChange } from './personaSignals.ts';

export interface LearnerDeps {
  readonly memory: Memory;
  readonly book: MemoryBook;
  readonly settings: () => Settings;
  readonly log: LearningLog;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Called after each decision, choice or feedback that was learned from. */
  readonly onLearned?: ((from: Interaction) => void) | undefined;
  /** Told of what could not be learned, for the log. */
  readonly onFailure: (message: string) => void;
}

/** What was learned from, with all that the user said in it. */
export interface Interaction extends LearnedFrom {
  /** The user's own words, and nothing else. */
  readonly words: readonly string[];
  readonly verdict?: Verdict;
}

/** A choice of a reading by the user; one that was taken without asking teaches nothing. */
export interface LearnableChoice {
  readonly request: string;
  readonly prompt: string;
  /** Best first. */
  readonly readings: readonly Reading[];
  /** Undefined for a skip. */
  readonly selected: Reading | undefined;
}

export interface Learner {
  /** Learns from a choice; resolves once that is on disk, with a line for the user, undefined where nothing was noted. */
  fromChoice(choice: LearnableChoice): Promise<string | undefined>;
  /** Resolves when everything that was decided so far has been learned from. */
  settle(): Promise<void>;
  stop(): void;
}

type Happened = EventBody & { readonly id: string; readonly at: string };

/** Learns goals, preferences, history and facets from what the user says and decides here. Only the user's own words count. */
export function createLearner(deps: LearnerDeps): Learner {
  const { memory, settings, onFailure } = deps;
  const writer = createFactWriter(deps);
  let turn: Promise<unknown> = Promise.resolve();
  /** One after the other, so that what follows knows what was noted before. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  };
  const inBackground = (event: Happened, work: () => Promise<void>): void => {
    inTurn(work).catch((error: unknown) => onFailure(`Nothing learned from ${event.id}: ${String(error)}`));
  };
  const stop = memory.onEvent((event, own) => {
    // What others decided is learned where they decided it.
    if (!own || !settings().collect) return;
    if (event.kind === 'decision') inBackground(event, () => fromDecision(deps, writer, event));
    if (event.kind === 'reason') inBackground(event, () => fromReason(deps, writer, event));
    if (event.kind === 'feedback') inBackground(event, () => fromFeedback(writer, event));
  });
  return {
    fromChoice: (choice) =>
      settings().collect ? inTurn(() => fromChoice(deps, writer, choice)) : Promise.resolve(undefined),
    settle: async () => {
      await turn;
    },
    stop,
  };
}

const MAX_PART = 200;
const shortened = (text: string): string => {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length <= MAX_PART ? line : `${line.slice(0, MAX_PART - 3)}...`;
};

async function fromChoice(
  deps: LearnerDeps,
  writer: FactWriter,
  choice: LearnableChoice,
): Promise<string | undefined> {
  const { request, prompt, readings, selected } = choice;
  await writer.note('training_data_logged', {
    request,
    reading: selected?.id ?? null,
    readings: readings.length,
  });
  if (!selected) return undefined;
  const source = { request, reading: selected.id };
  const learned = { ...source, tags: ['learned', 'hypothesis_derived', selected.id] };
  const fresh = await writer.facts(choiceFacts(prompt, selected), learned);
  const history = `User requested: ${shortened(prompt)} | Selected: ${shortened(selected.question)}`;
  const told = {
    type: 'history',
    text: history,
    confidence: selected.confidence,
    quote: shortened(prompt),
  } as const;
  await writer.facts([told], { ...source, tags: ['interaction', 'text', selected.id] });
  const moved = await writer.facets(readingChange(readings, selected), 'reading', learned);
  await writer.note('learning_loop_complete', {
    ...source,
    goals: fresh.filter(({ type }) => type === 'goal').length,
    preferences: fresh.filter(({ type }) => type === 'preference').length,
    persona: moved,
  });
  deps.onLearned?.({ ...source, words: [prompt] });
  return fresh.length === 0 ? undefined : `Noted: ${fresh.map(({ text }) => text).join('; ')}`;
}

/** The goal of the question, else that of the prompt; preferences of both. As sure as the reading was. */
function choiceFacts(prompt: string, selected: Reading): FoundFact[] {
  const asked = foundFacts(selected.question, { isAnswered: true });
  const said = foundFacts(prompt);
  const goals = [asked, said]
    .map((facts) => facts.filter(({ type }) => type === 'goal'))
    .find((all) => all.length > 0);
  const liked = [...asked, ...said].filter(({ type }) => type === 'preference');
  const names = new Map(liked.map((each) => [memoryIdOf(each.type, each.text), each]));
  return [...(goals ?? []), ...names.values()].map((each) => ({
    ...each,
    confidence: selected.confidence * (each.type === 'preference' ? PREFERENCE_SHARE : 1),
  }));
}

async function fromDecision(
  deps: LearnerDeps,
  writer: FactWriter,
  event: BodyOf<'decision'> & Happened,
): Promise<void> {
  const { request, decision, verdict, reasons, note } = event;
  const [prompt, original] = await Promise.all([
    readPrompt(deps.memory, request),
    readAnswer(deps.memory, event.candidate),
  ]);
  const source = { request, decision, event, tags: ['learned', 'prompt'] };
  await writer.note('training_data_logged', { request, decision, verdict });
  // What a denied request asked for was asked for all the same, but nothing says yet that it was meant so.
  const said = verdict === 'denied' || prompt === undefined ? [] : foundFacts(prompt);
  const fresh = await writer.facts(said, source);
  fresh.push(...(await fromNote(writer, note, source)));
  const moved = [
    await writer.facets(reasonChange(verdict, reasons), 'reason', source),
    event.editedText !== undefined && original !== undefined
      ? await writer.facets(editChange(original, event.editedText), 'edit', source)
      : false,
  ].includes(true);
  await writer.note('learning_loop_complete', { request, decision, memories: fresh.length, persona: moved });
  const words = [prompt, note].filter((each) => each !== undefined);
  deps.onLearned?.({ request, decision, verdict, words });
}

async function fromReason(
  deps: LearnerDeps,
  writer: FactWriter,
  event: BodyOf<'reason'> & Happened,
): Promise<void> {
  const entry = deps.memory.index.decision(event.decision);
  if (!entry) return;
  const source = { request: entry.request, decision: event.decision, event, tags: ['learned'] };
  await fromNote(writer, event.note, source);
  await writer.facets(reasonChange(entry.verdict, event.reasons), 'reason', source);
  const words = event.note === undefined ? [] : [event.note];
  deps.onLearned?.({ request: entry.request, decision: event.decision, verdict: entry.verdict, words });
}

async function fromFeedback(writer: FactWriter, event: BodyOf<'feedback'> & Happened): Promise<void> {
  await fromNote(writer, event.text, { request: event.request, event, tags: ['learned'] });
}

async function fromNote(
  writer: FactWriter,
  note: string | undefined,
  source: FactSource,
): Promise<FoundFact[]> {
  if (note === undefined || note.trim() === '') return [];
  const fresh = await writer.facts(foundFacts(note), { ...source, tags: ['learned', 'note'] });
  await writer.facets(noteChange(note), 'note', source);
  return fresh;
}
