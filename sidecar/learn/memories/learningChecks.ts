import type { Memory } from '../../memory/memory.ts';
import { countOf } from '../../protocol/countOf.ts';
import type { Result } from '../../protocol/methods.ts';
import type { Settings } from '../../protocol/settingsSchemas.ts';
import type { Stats } from '../../protocol/statsSchemas.ts';
import { readPrompt } from '../recordedTexts.ts';
import { FACET_START } from './facets.ts';
import { foundFacts } from './foundFacts.ts';
import type { MemoryBook } from './memoryBook.ts';
import { CAPS, isPosition } from './personaFold.ts';

export type Check = Result<'doctor.run'>['checks'][number];

export interface LearningCheckDeps {
  readonly memory: Memory;
  readonly memories: MemoryBook;
  readonly settings: () => Settings;
  readonly stats: () => Stats;
}

/** Approved prompts that are looked through for keywords. */
const LOOKED_AT = 50;
/** With fewer decisions nothing is wrong yet. */
const SOME = 10;
const OFF: Pick<Check, 'state' | 'next'> = { state: 'warning', next: 'Switch whetstone.collect on.' };
const KEYWORDS = 'want to, need to, build, create, implement, deploy; prefer, like, using, with, framework';

/** Answers why nothing is logged, no goals are found, the persona does not move; from what is recorded alone. */
export async function learningChecks(deps: LearningCheckDeps): Promise<Check[]> {
  return [readings(deps), await goals(deps), persona(deps)];
}

const decisionsIn = ({ approved, edited, denied }: Stats): number => approved + edited + denied;

function readings({ settings, stats }: LearningCheckDeps): Check {
  const name = 'Readings';
  const { learning } = stats();
  const { hypotheses_count: asked, selectionRate, autoAdvanceRate } = learning;
  const skipped = selectionRate.n - Math.round((selectionRate.value ?? 0) * selectionRate.n);
  const taken = Math.round((autoAdvanceRate.value ?? 0) * autoAdvanceRate.n);
  const counts = `${countOf(asked, 'unclear request was', 'unclear requests were')} asked back about: ${selectionRate.n - skipped} picked, ${skipped} skipped, ${taken} taken without asking`;
  if (!settings().collect)
    return { name, ...OFF, detail: `Nothing is logged: collecting is off. So far ${counts}.` };
  if (asked === 0 && settings().readings === 'never')
    return {
      name,
      state: 'ok',
      detail: 'Nothing is logged: no request is ever asked back about.',
      next: 'Switch whetstone.readings to whenUnclear.',
    };
  if (asked === 0)
    return {
      name,
      state: 'ok',
      detail: 'Nothing is logged yet: no request was so short or unclear that it was asked back about.',
      next: 'Ask something short, for example "build api".',
    };
  if (selectionRate.n > 0 && skipped === selectionRate.n)
    return {
      name,
      state: 'warning',
      detail: `${counts}. A skip teaches nothing.`,
      next: 'Pick a reading where one fits.',
    };
  return { name, state: 'ok', detail: `${counts}.` };
}

async function goals(deps: LearningCheckDeps): Promise<Check> {
  const name = 'Goals and preferences';
  const all = await deps.memories.list({ limit: 1_000 });
  const facts = all.filter(({ type }) => type !== 'history');
  const acting = facts.filter(({ state, replacedBy }) => state !== 'off' && replacedBy === undefined);
  if (facts.length > 0) {
    const rest = facts.length - acting.length;
    const detail = `${countOf(facts.length, 'memory', 'memories')}, ${acting.length} in use`;
    if (acting.length > 0)
      return { name, state: 'ok', detail: rest > 0 ? `${detail}, ${rest} off or replaced.` : `${detail}.` };
    return {
      name,
      state: 'warning',
      detail: `${detail}: all are off or replaced.`,
      next: 'Switch one of them on.',
    };
  }
  if (!deps.settings().collect) return { name, ...OFF, detail: 'None are found: collecting is off.' };
  return noGoals(name, deps);
}

async function noGoals(name: string, { memory, stats }: LearningCheckDeps): Promise<Check> {
  const known = stats();
  const next = 'Say "I want to ..." or "I prefer ..." in a request or a note.';
  const liked = memory.index.liveDecisions({ only: 'liked', limit: LOOKED_AT });
  if (liked.length === 0 && known.learning.selectionRate.n === 0) {
    const denied = known.denied > 0 ? ' Prompts of denied answers are not read, their notes are.' : '';
    return {
      name,
      state: 'ok',
      detail: `None are found: nothing was approved or picked yet.${denied}`,
      next,
    };
  }
  const prompts = await Promise.all(liked.map(({ request }) => readPrompt(memory, request)));
  const telling = prompts.filter((prompt) => prompt !== undefined && foundFacts(prompt).length > 0).length;
  const state = decisionsIn(known) >= SOME ? 'warning' : 'ok';
  if (telling === 0)
    return {
      name,
      state,
      detail: `None are found: ${countOf(liked.length, 'approved prompt holds', 'approved prompts hold')} none of the words they are known by (${KEYWORDS}).`,
      next,
    };
  return {
    name,
    state: 'ok',
    detail: `None are kept, though ${telling} of the last ${countOf(liked.length, 'approved prompt')} hold some: they were forgotten, imported, or decided while collecting was off.`,
    next,
  };
}

function persona({ memory, memories, settings }: LearningCheckDeps): Check {
  const name = 'Persona';
  const { facets, updates } = memories.persona();
  const moved = facets.filter(({ updates: n }) => n > 0);
  const next = 'Give a reason or a note with a decision, or correct the answer: each moves a facet.';
  if (moved.length === 0) {
    if (!settings().collect) return { name, ...OFF, detail: 'It does not move: collecting is off.' };
    const why =
      'no decision has a reason, note or correction that speaks of style, and no picked reading differed in depth';
    return { name, state: 'ok', detail: `It has not moved: ${why}.`, next };
  }
  const clear = memories.facetWords();
  const most = moved.reduce((a, b) => (distance(b.value) > distance(a.value) ? b : a));
  const detail = `${countOf(updates.length, 'change')} of ${countOf(moved.length, 'facet')}; ${most.name} is at ${most.value.toFixed(2)}`;
  if (clear.length > 0)
    return { name, state: 'ok', detail: `${detail}. Told to the model: ${clear.join(', ')}.` };
  const onlyClicks = memory.index.persona().every(({ signals }) => isPosition(signals));
  if (onlyClicks && distance(most.value) >= CAPS.positionDay)
    return {
      name,
      state: 'ok',
      detail: `${detail}. Picked readings alone move a facet by ${CAPS.positionDay} a day and ${CAPS.position} in all, and that is reached.`,
      next,
    };
  return { name, state: 'ok', detail: `${detail}: too near the middle to be told to the model.`, next };
}

const distance = (value: number): number => Math.abs(value - FACET_START) + 1e-9;
