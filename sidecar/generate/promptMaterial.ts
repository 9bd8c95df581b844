import { randomBytes } from 'node:crypto';
import type { Example, Examples } from '../learn/examples.ts';
import type { RuleBook } from '../learn/ruleBook.ts';
import { MAX_VERSION_EXAMPLES } from '../learn/versionStates.ts';
import type { Memory } from '../memory/memory.ts';
import type { ContextItem } from '../protocol/requestSchemas.ts';
import type { Settings } from '../protocol/settingsSchemas.ts';
import type { AskTask } from './askTask.ts';
import { type EarlierTurns, earlierTurns } from './earlierTurns.ts';
import type { ResolvedModel } from './modelResolver.ts';
import { type BuiltPrompt, buildPrompt } from './promptBuilder.ts';
import { liveSystem } from './systemText.ts';

/** What is read from disk for a prompt, before it is known which model answers. */
export interface PromptMaterial {
  readonly rules: Awaited<ReturnType<RuleBook['all']>>;
  readonly earlier: EarlierTurns;
  /** Most similar first; more than are sent, as the model may hold some of them. */
  readonly similar: readonly Example[];
}

export interface PromptMaterialDeps {
  readonly memory: Memory;
  readonly settings: () => Settings;
  readonly rules: RuleBook;
  readonly examples: Examples;
}

const MAX_EXAMPLES = 2;

export async function readMaterial(deps: PromptMaterialDeps, task: AskTask): Promise<PromptMaterial> {
  const [rules, earlier] = await Promise.all([
    deps.rules.all(),
    earlierTurns(deps.memory, task.thread, task.request),
  ]);
  const except = new Set([...earlier.requests, task.request]);
  const wanted = MAX_EXAMPLES + MAX_VERSION_EXAMPLES;
  const live = deps.settings().learn === 'atOnce';
  return { rules, earlier, similar: live ? await deps.examples.similar(task.prompt, wanted, except) : [] };
}

/** The prompt for this model. Throws `context.tooLong`. */
export function promptOf(
  { rules, earlier, similar }: PromptMaterial,
  {
    task,
    model,
    context,
    learn,
    contextLength,
  }: {
    readonly task: AskTask;
    readonly model: ResolvedModel;
    readonly context: readonly ContextItem[];
  } & Pick<Settings, 'learn' | 'contextLength'>,
): BuiltPrompt {
  const detail = model.version?.detail;
  const held = new Set(detail?.examples.map((each) => each.decision));
  const system = liveSystem(detail, rules, learn === 'atOnce');
  const replaying = model.replay !== undefined;
  return buildPrompt({
    prompt: task.prompt,
    system: system.system === '' && replaying ? (detail?.system ?? '') : system.system,
    rules: system.rules.map(({ id, text }) => ({ id, text })),
    examples: [
      ...similar.filter((each) => !held.has(each.decision)).slice(0, MAX_EXAMPLES),
      ...(model.replay ?? []),
    ],
    earlier: earlier.exchanges,
    context,
    contextLength,
    fence: randomBytes(6).toString('hex'),
  });
}
