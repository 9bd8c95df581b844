import type { Memory } from '../../memory/memory.ts';
import { AppError } from '../../protocol/errors.ts';
import type { MemoryItem } from '../../protocol/memorySchemas.ts';
import type { Params, Result } from '../../protocol/methods.ts';
import type { Reading } from '../../protocol/readingSchemas.ts';
import type { Settings } from '../../protocol/settingsSchemas.ts';
import { enrichPrompt } from '../enrichedPrompt.ts';
import { estimateTokens } from '../estimateTokens.ts';
import { MEMORY_LIMITS } from '../memoryLimits.ts';
import { chosenQuestion } from './chosenReading.ts';
import { completeReading, names } from './completeReading.ts';
import { knownThing } from './knownThing.ts';
import { memoryQuestions } from './memoryQuestions.ts';
import { createModelPace } from './modelPace.ts';
import { type ModelQuestionDeps, modelQuestions } from './modelQuestions.ts';
import { supportOf, withConfidence } from './readingConfidence.ts';
import { type AskedBack, createReadingLog, earlierChoices, type ReadingLog } from './readingLog.ts';
import { requestClarity } from './requestClarity.ts';
import { tidyQuestions } from './tidyQuestions.ts';

/** What readings take from what is known of the user, and give back to it. */
export interface ReadingMemories {
  /** Most relevant first. */
  relevant(
    prompt: string,
    limits: { readonly goals: number; readonly preferences: number; readonly history: number },
  ): readonly MemoryItem[];
  /** Facet values by name, 0 to 1. */
  facets(): Readonly<Record<string, number>>;
  /** The facets that stand out, in words for a prompt, strongest first. */
  facetWords(): readonly string[];
  /** Learns from a choice of the user; resolves with what was noted, a line for a person. */
  learnFromChoice(choice: LearnableChoice): Promise<string | undefined>;
}

export interface LearnableChoice {
  readonly request: string;
  readonly prompt: string;
  readonly readings: readonly Reading[];
  /** Undefined for a skip. */
  readonly selected: Reading | undefined;
}

export interface ReadingDeps extends Omit<ModelQuestionDeps, 'pace'> {
  readonly memory: Memory;
  readonly settings: () => Settings;
  readonly memories: ReadingMemories;
}

export interface Readings {
  /** Readings of an unclear request, recorded where the user allows it. Rejects with `rpc.cancelled`, `memory.*`. */
  ask(params: Params<'hypotheses.ask'>, signal: AbortSignal): Promise<Result<'hypotheses.ask'>>;
  /** Rejects with `request.unknown`, `rpc.invalid`, `memory.*`. */
  choose(params: Params<'hypotheses.choose'>): Promise<Result<'hypotheses.choose'>>;
  /** The reading that an answer to this request follows: the question that the user said yes to. */
  readingOf(request: string): string | undefined;
}

const GOALS_LOGGED = 5;
/** The first of three stays open to what is not known. */
const COMPLETED = 2;
const CHOSEN_BEFORE = 0.9;
/** What is known makes different questions more alike. */
const ALIKE_WHEN_COMPLETED = 0.9;

export function createReadings(given: ReadingDeps): Readings {
  const log = createReadingLog(given.memory.index);
  const parts: Parts = { ...given, pace: createModelPace(), log };
  let turn: Promise<unknown> = Promise.resolve();
  return {
    ask: (params, signal) => ask(parts, params, signal),
    choose: (params) => {
      // One after the other: the same choice twice at once would teach twice.
      const chosen = turn.then(() => choose(parts, params));
      turn = chosen.catch(() => undefined);
      return chosen;
    },
    readingOf: (request) => chosenQuestion(log.find(request)),
  };
}

type Parts = ReadingDeps & ModelQuestionDeps & { readonly log: ReadingLog };

async function ask(
  parts: Parts,
  { request, thread, prompt, context, force }: Params<'hypotheses.ask'>,
  signal: AbortSignal,
): Promise<Result<'hypotheses.ask'>> {
  const { memory, settings } = parts;
  const before = memory.index.requests({ thread, limit: 2 });
  const followUp = before.some((each) => each.request !== request && each.candidates.length > 0);
  const clarity = requestClarity({ prompt, context: context.map(({ kind }) => kind), followUp });
  const none = { request, unclear: clarity.unclear, why: clarity.why, readings: [] };
  if (!force && (!clarity.unclear || settings().readings === 'never')) return none;
  const made = await makeReadings(parts, prompt, signal);
  const [first] = made.readings;
  if (!first) return none;
  const threshold = settings().autoAdvance;
  const taken = !force && threshold < 1 && first.confidence >= threshold ? first.id : undefined;
  await record(parts, { request, prompt, ...made, choice: undefined }, taken);
  return { ...none, readings: [...made.readings], ...(taken !== undefined && { taken }) };
}

async function record(parts: Parts, asked: AskedBack, automatic: string | undefined): Promise<void> {
  const { memory, settings, log } = parts;
  const choice = automatic === undefined ? undefined : { selected: automatic, automatic: true };
  if (!settings().collect) return log.keep({ ...asked, choice });
  const { request, prompt, readings, supports } = asked;
  await memory.append<'hypotheses'>({
    kind: 'hypotheses',
    request,
    ...(prompt !== undefined && { prompt }),
    context: { ...contextOf(parts), supports },
    hypotheses: [...readings],
  });
  if (choice) await memory.append<'choice'>({ kind: 'choice', request, ...choice });
}

async function choose(
  parts: Parts,
  params: Params<'hypotheses.choose'>,
): Promise<Result<'hypotheses.choose'>> {
  const { memory, memories, settings, log } = parts;
  const asked = mustFind(log, params.request);
  const { request, prompt, readings } = asked;
  const selected = readings.find(({ id }) => id === params.selected);
  if (params.selected !== null && !selected) {
    throw new AppError('rpc.invalid', `This request has no reading ${params.selected}.`, {
      next: `There are: ${readings.map(({ id }) => id).join(', ')}.`,
    });
  }
  const choice = { selected: params.selected, automatic: false };
  const again = asked.choice?.automatic === false && asked.choice.selected === choice.selected;
  let noted: string | undefined;
  if (!settings().collect) log.keep({ ...asked, choice });
  else if (!again) {
    await memory.append<'choice'>({ kind: 'choice', request, ...choice });
    noted = await memories.learnFromChoice({ request, prompt, readings, selected });
  }
  const live = settings().learn === 'atOnce';
  const { text, breakdown } = enrichPrompt({
    prompt,
    reading: selected?.question,
    memories: live ? memories.relevant(prompt, MEMORY_LIMITS) : [],
    facets: live ? memories.facetWords() : [],
  });
  return {
    request,
    prompt,
    selected: params.selected,
    line: (noted ?? (selected ? `Taken as: ${selected.question}` : 'Answered as it stands.')).slice(0, 500),
    enrichedPrompt: text,
    tokensEstimate: estimateTokens(text),
    contextBreakdown: { goal: 0, pref: 0, history: 0, ...breakdown },
  };
}

function mustFind(log: ReadingLog, request: string | undefined): AskedBack & { readonly prompt: string } {
  const asked = request === undefined ? log.newest() : log.find(request);
  if (asked?.prompt !== undefined) return { ...asked, prompt: asked.prompt };
  throw new AppError('request.unknown', 'There are no readings of such a request.', {
    next: 'Ask for readings first.',
  });
}

async function makeReadings(
  deps: Parts,
  prompt: string,
  signal: AbortSignal,
): Promise<Pick<AskedBack, 'readings' | 'supports'>> {
  const { memory, memories } = deps;
  const relevant = memories.relevant(prompt, MEMORY_LIMITS);
  const thing = knownThing(relevant);
  const earlier = earlierChoices(memory.index);
  const chosenBefore = chosenOf(earlier, prompt);
  const asked = tidyQuestions(await modelQuestions(deps, prompt, relevant, signal), prompt);
  const completed = asked.map((each, at) => (at < COMPLETED ? completeReading(each, thing) : each));
  const tidied = tidyQuestions([...chosenBefore, ...completed], prompt, ALIKE_WHEN_COMPLETED);
  // A model may think of everything but what the user is working on.
  const own = tidied.some((each) => names(each, thing)) ? [] : memoryQuestions(prompt, thing);
  const questions = tidyQuestions([...chosenBefore, ...own, ...tidied], prompt, ALIKE_WHEN_COMPLETED);
  const scored = questions.map((question) => {
    const support = supportOf(question, prompt, relevant);
    return {
      question,
      support: chosenBefore.includes(question) ? Math.max(support, CHOSEN_BEFORE) : support,
    };
  });
  const readings = withConfidence(scored, earlier);
  const supports = readings.map(
    ({ question }) => scored.find((each) => each.question === question)?.support ?? 0,
  );
  return { readings, supports };
}

/** What the same words meant the last time that they were asked back about. */
function chosenOf(earlier: readonly AskedBack[], prompt: string): string[] {
  const same = (text: string | undefined): boolean =>
    text?.trim().toLowerCase() === prompt.trim().toLowerCase();
  const question = chosenQuestion(earlier.findLast((each) => same(each.prompt)));
  return question === undefined ? [] : [question];
}

/** What was known of the user, as `hypotheses_data.jsonl` has it. */
function contextOf({ memory, memories }: ReadingDeps): Record<string, unknown> {
  const known = memories.relevant('', { goals: GOALS_LOGGED, preferences: GOALS_LOGGED, history: 0 });
  const texts = (type: MemoryItem['type']): string[] =>
    known.filter((each) => each.type === type).map(({ text }) => text);
  return {
    persona_facets: { ...memories.facets() },
    interaction_count: memory.index.hypotheses().length,
    recent_goals: texts('goal'),
    preferences: texts('preference'),
  };
}
