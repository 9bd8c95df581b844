import type { BodyOf, EventBody } from '../../memory/events.ts';
import { deterministicUlid } from '../../memory/import/deterministicUlid.ts';
import type { Memory } from '../../memory/memory.ts';
import type { Reading } from '../../protocol/readingSchemas.ts';
import type { Settings } from '../../protocol/settingsSchemas.ts';
import { type FoundFact, foundFacts, PREFERENCE_SHARE } from './foundFacts.ts';
import type { LearningLog } from './learningLog.ts';
import type { MemoryBook } from './memoryBook.ts';
import { memoryIdOf } from './memoryText.ts';
import type { FacetChange } from './personaSignals.ts';
import { editChange, noteChange, readingChange, reasonChange } from './personaSignals.ts';
import { readDecision } from './readDecision.ts';

export interface LearnerDeps {
  readonly memory: Memory;
  readonly book: MemoryBook;
  readonly settings: () => Settings;
  readonly log: LearningLog;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Called after each own decision and choice that was learned from. */
  readonly onLearned?: ((what: LearnedFrom) => void) | undefined;
  /** Told of what could not be learned, for the log. */
  readonly onFailure: (message: string) => void;
}

/** What something was learned from. */
export interface LearnedFrom {
  readonly request: string;
  readonly decision?: string | undefined;
  /** Id of the reading that was picked. */
  readonly reading?: string | undefined;
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
  const writer = createWriter(deps);
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

interface Source extends LearnedFrom {
  /** Id and time of the event that it came from; an id of its own where there is none. */
  readonly event?: { readonly id: string; readonly at: string };
  readonly tags: readonly string[];
}

interface Writer {
  /** Remembers facts; those that this request said already are left out. Returns the new ones. */
  facts(found: readonly FoundFact[], source: Source): Promise<FoundFact[]>;
  /** Moves facets. False where the caps leave nothing to move. */
  facets(
    change: FacetChange | undefined,
    kind: 'reading' | 'reason' | 'note' | 'edit',
    source: Source,
  ): Promise<boolean>;
  note: LearningLog['note'];
}

function createWriter({ memory, book, log, clock }: LearnerDeps): Writer {
  /** The same for the same source, so that learning from it twice notes it once. */
  const idFor = ({ event }: Source, part: string): string | undefined =>
    event && deterministicUlid(Date.parse(event.at), event.id, part);
  return {
    note: log.note,
    facts: async (found, source) => {
      const fresh: FoundFact[] = [];
      for (const fact of found) {
        const id = memoryIdOf(fact.type, fact.text);
        if (book.get(id)?.evidence.includes(source.request)) continue;
        await memory.append<'memory'>(memoryBody(id, fact, source), idFor(source, id));
        fresh.push(fact);
        if (fact.type !== 'history')
          await log.note(learnedEvent(fact, source), { memory: id, ...idsOf(source) });
      }
      return fresh;
    },
    facets: async (change, kind, source) => {
      if (!change) return false;
      const { decision, reading } = source;
      const signals = {
        selected_hypothesis_id: reading ?? null,
        success: true,
        why: change.why,
        ...(kind !== 'reading' && { evidence: kind }),
        ...(change.quote !== undefined && { quote: change.quote }),
        ...(decision !== undefined && { decision }),
      };
      const facetDeltas = { ...change.deltas };
      const at = new Date(clock()).toISOString();
      const { before, after } = book.previewFacets({ at, facetDeltas, signals });
      if (Object.keys(facetDeltas).every((name) => before[name] === after[name])) return false;
      await memory.append<'persona'>(
        {
          ...{ kind: 'persona', oldFacets: before, newFacets: after, facetDeltas, signals },
          request: source.request,
          ...(decision !== undefined && { decision }),
        },
        idFor(source, `facets ${kind}`),
      );
      await log.note('persona_updated', { ...idsOf(source), facets: Object.keys(facetDeltas).length });
      return true;
    },
  };
}

const idsOf = ({ request, decision, reading }: LearnedFrom) => ({ request, decision, reading });

function learnedEvent({ type }: FoundFact, { reading }: Source): Parameters<LearningLog['note']>[0] {
  if (type === 'preference') return 'preference_learned';
  return reading === undefined ? 'goal_learned' : 'goal_learned_from_hypothesis';
}

function memoryBody(id: string, fact: FoundFact, { request, decision, tags }: Source): BodyOf<'memory'> {
  return {
    kind: 'memory',
    memory: id,
    type: fact.type,
    text: fact.text,
    tags: [...tags],
    confidence: fact.confidence,
    quote: fact.quote,
    source: 'keywords',
    scope: 'always',
    request,
    ...(decision !== undefined && { decision }),
    evidence: [],
  };
}

const MAX_PART = 200;
const shortened = (text: string): string => {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length <= MAX_PART ? line : `${line.slice(0, MAX_PART - 3)}...`;
};

async function fromChoice(
  deps: LearnerDeps,
  writer: Writer,
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
  deps.onLearned?.(source);
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
  writer: Writer,
  event: BodyOf<'decision'> & Happened,
): Promise<void> {
  const { request, decision, verdict, reasons, note } = event;
  const { prompt, original } = await readDecision(deps.memory, event);
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
  deps.onLearned?.({ request, decision });
}

async function fromReason(
  deps: LearnerDeps,
  writer: Writer,
  event: BodyOf<'reason'> & Happened,
): Promise<void> {
  const entry = deps.memory.index.decision(event.decision);
  if (!entry) return;
  const source = { request: entry.request, decision: event.decision, event, tags: ['learned'] };
  await fromNote(writer, event.note, source);
  await writer.facets(reasonChange(entry.verdict, event.reasons), 'reason', source);
  deps.onLearned?.({ request: entry.request, decision: event.decision });
}

async function fromFeedback(writer: Writer, event: BodyOf<'feedback'> & Happened): Promise<void> {
  await fromNote(writer, event.text, { request: event.request, event, tags: ['learned'] });
}

async function fromNote(writer: Writer, note: string | undefined, source: Source): Promise<FoundFact[]> {
  if (note === undefined || note.trim() === '') return [];
  const fresh = await writer.facts(foundFacts(note), { ...source, tags: ['learned', 'note'] });
  await writer.facets(noteChange(note), 'note', source);
  return fresh;
}
