import { randomBytes } from 'node:crypto';
import type { ActiveBlock, BlockBook } from '../learn/blocks/blockBook.ts';
import type { Denial, Denials } from '../learn/denials.ts';
import type { LearnedRule } from '../learn/deriveRules.ts';
import type { Example, Examples } from '../learn/examples.ts';
import type { MemoryBook } from '../learn/memories/memoryBook.ts';
import type { RuleBook } from '../learn/ruleBook.ts';
import { MAX_VERSION_EXAMPLES, type VersionDetail } from '../learn/versionStates.ts';
import type { EventOf } from '../memory/events.ts';
import type { Memory } from '../memory/memory.ts';
import type { ContextItem } from '../protocol/contextItem.ts';
import { MAX_TEXT } from '../protocol/ids.ts';
import type { MemoryItem } from '../protocol/memorySchemas.ts';
import type { Settings } from '../protocol/settingsSchemas.ts';
import type { AskTask } from './askTask.ts';
import { type EarlierTurns, earlierTurns } from './earlierTurns.ts';
import { type EnrichedPrompt, enrichPrompt } from './enrichedPrompt.ts';
import { estimateTokens } from './estimateTokens.ts';
import { readingOf } from './hypotheses/chosenReading.ts';
import type { Readings } from './hypotheses/readingService.ts';
import { fittingExamples, learnedRoom } from './learnedRoom.ts';
import { MEMORY_LIMITS } from './memoryLimits.ts';
import type { ResolvedModel } from './modelResolver.ts';
import { type BuiltPrompt, buildPrompt } from './promptBuilder.ts';
import { liveSystem } from './systemText.ts';

/** What is known before it is known which model answers. Where learned things wait for a training, it is empty of them. */
export interface PromptMaterial {
  readonly rules: readonly LearnedRule[];
  readonly earlier: EarlierTurns;
  /** Most similar first; more than are sent, as the model may hold some of them. */
  readonly similar: readonly Example[];
  /** What answers to alike requests were denied for. */
  readonly denied: readonly Denial[];
  readonly blocks: readonly ActiveBlock[];
  readonly memories: readonly MemoryItem[];
  readonly facets: readonly string[];
  /** The question that the user said yes to; not learned, but said for this request. */
  readonly reading: string | undefined;
}

export interface PromptMaterialDeps {
  readonly memory: Memory;
  readonly settings: () => Settings;
  readonly rules: RuleBook;
  readonly examples: Examples;
  readonly denials: Denials;
  readonly blocks: Pick<BlockBook, 'active' | 'blockedIn'>;
  readonly memories: Pick<MemoryBook, 'relevant' | 'facetWords'>;
  /** What requests mean, also where it is not recorded. */
  readonly readings?: Pick<Readings, 'readingOf'>;
}

/** What went into a prompt, by id. */
export type UsedThings = NonNullable<EventOf<'request'>['used']>;

const MAX_EXAMPLES = 2;
const MAX_DENIED = 2;

export async function readMaterial(deps: PromptMaterialDeps, task: AskTask): Promise<PromptMaterial> {
  const { memory, memories, blocks } = deps;
  const live = deps.settings().learn === 'atOnce';
  const [rules, earlier] = await Promise.all([
    deps.rules.all(),
    earlierTurns(memory, task.thread, task.request),
  ]);
  const except = new Set([...earlier.requests, task.request]);
  const wanted = MAX_EXAMPLES + MAX_VERSION_EXAMPLES;
  return {
    rules,
    earlier,
    // What is never to be suggested is not shown as an example either.
    similar: (live ? await deps.examples.similar(task.prompt, wanted, except) : []).filter(
      (each) => blocks.blockedIn(each.response).length === 0,
    ),
    denied: live ? await deps.denials.similar(task.prompt, MAX_DENIED, except) : [],
    blocks: live ? blocks.active() : [],
    memories: live ? memories.relevant(task.prompt, MEMORY_LIMITS) : [],
    facets: live ? memories.facetWords() : [],
    reading: deps.readings ? deps.readings.readingOf(task.request) : readingOf(memory, task.request),
  };
}

export interface PromptFor extends Pick<Settings, 'learn' | 'contextLength'> {
  readonly task: AskTask;
  readonly model: ResolvedModel;
  readonly context: readonly ContextItem[];
  readonly language?: string | undefined;
}

export interface MadePrompt extends BuiltPrompt {
  readonly used: UsedThings;
}

/** The prompt for this model. Throws `context.tooLong`. */
export function promptOf(material: PromptMaterial, wanted: PromptFor): MadePrompt {
  const { task, model, context, contextLength } = wanted;
  const detail = model.version?.detail;
  const live = liveSystem({
    version: detail,
    rules: material.rules,
    blocks: material.blocks,
    avoid: avoidLine(material.denied),
    live: wanted.learn === 'atOnce',
    topic: { language: wanted.language, category: task.category, prompt: task.prompt },
  });
  const system = live.system === '' && model.replay !== undefined ? (detail?.system ?? '') : live.system;
  const earlier = material.earlier.exchanges;
  const room = learnedRoom({ contextLength, prompt: task.prompt, context, earlier, system });
  const enriched = enrich(material, task.prompt, room.known);
  const known = Math.max(0, estimateTokens(enriched.text) - estimateTokens(task.prompt));
  const built = buildPrompt({
    prompt: enriched.text,
    known: counted(enriched, known),
    system,
    systemParts: live.parts,
    rules: live.rules.map(({ id, text }) => ({ id, text })),
    examples: [
      ...fittingExamples(withoutHeld(material.similar, detail), room.all - known, MAX_EXAMPLES),
      ...(model.replay ?? []),
    ],
    earlier,
    context,
    contextLength,
    fence: randomBytes(6).toString('hex'),
  });
  const isBare = enriched.text === task.prompt;
  return {
    ...built,
    sent: isBare ? built.sent : { ...built.sent, prompt: enriched.text.slice(0, MAX_TEXT) },
    used: {
      rules: live.rules.map(({ id }) => id),
      memories: [...enriched.used],
      blocks: live.blocks.map(({ id }) => id),
      examples: built.sent.examples,
    },
  };
}

/** Said in the user's words; the denied answers themselves are not shown, as small models do what they see. */
function avoidLine(denied: readonly Denial[]): string {
  if (denied.length === 0) return '';
  return `Answers to requests like this were denied: ${denied.map(({ note }) => `"${note}"`).join(', ')}. Avoid that.`;
}

function withoutHeld(similar: readonly Example[], detail: VersionDetail | undefined): Example[] {
  const held = new Set(detail?.examples.map((each) => each.decision));
  return similar.filter((each) => !held.has(each.decision));
}

function enrich({ reading, memories, facets }: PromptMaterial, prompt: string, room: number): EnrichedPrompt {
  const some = room > 0;
  return enrichPrompt({
    prompt,
    reading,
    memories: some ? memories : [],
    facets: some ? facets : [],
    budget: room,
    fence: randomBytes(4).toString('hex'),
  });
}

/** The words around what is known are counted with the first of it. */
function counted({ breakdown }: EnrichedPrompt, total: number): EnrichedPrompt['breakdown'] {
  const entries = Object.entries(breakdown);
  const rest = total - entries.reduce((sum, [, tokens]) => sum + (tokens ?? 0), 0);
  return Object.fromEntries(
    entries.map(([name, tokens], at) => [name, (tokens ?? 0) + (at === 0 ? rest : 0)]),
  );
}
