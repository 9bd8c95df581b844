import type { BlockBook } from '../learn/blocks/blockBook.ts';
import { type Example, readExample } from '../learn/examples.ts';
import type { Memory } from '../memory/memory.ts';
import { countOf } from '../protocol/countOf.ts';
import { AppError } from '../protocol/errors.ts';
import type { RunKind } from '../protocol/words.ts';
import type { DecidedPrompt } from './advice.ts';

/** Least data of each kind of training, as docs/data.md has it. */
export const DATA_NEEDED: Readonly<Record<RunKind, string>> = {
  prompt: '10 decisions',
  adapter: '10 edits or 50 decisions; kto: 200 votes between 1:4 and 4:1',
  preference: '10 decisions',
  grpo: '100 prompts',
  softPrompt: '50 approved answers',
};
/** Decisions that a `prompt` training needs. */
export const PROMPT_DECISIONS = 10;

const MAX_EXAMPLES_READ = 300;
const MAX_PROMPTS_READ = 300;

/** Refuses with `training.notEnough`, naming what is missing. */
export function requireDecisions(decisions: number): void {
  if (decisions >= PROMPT_DECISIONS) return;
  const missing = PROMPT_DECISIONS - decisions;
  throw new AppError(
    'training.notEnough',
    `Not enough to train on yet: ${countOf(decisions, 'decision')}, ${PROMPT_DECISIONS} needed; ${missing} more.`,
    {
      why: 'From fewer, what is yours can not be told from chance.',
      next: 'A few decisions with reasons do more than many without.',
      details: { decisions, needed: PROMPT_DECISIONS, missing },
    },
  );
}

/** Newest approved and edited answers with their prompts, newest first; none that uses what is blocked since. */
export async function readExamples(
  { memory, blocks }: { readonly memory: Memory; readonly blocks: Pick<BlockBook, 'blockedIn'> },
  signal: AbortSignal,
): Promise<Example[]> {
  const found: Example[] = [];
  const entries = memory.index.liveDecisions().filter((entry) => entry.verdict !== 'denied');
  for (const entry of entries.slice(0, MAX_EXAMPLES_READ)) {
    if (signal.aborted) break;
    const example = await readExample(memory, entry.decision);
    if (example && blocks.blockedIn(example.response).length === 0) found.push(example);
  }
  return found;
}

/** Newest decisions with their prompts, newest first. */
export async function readDecidedPrompts(memory: Memory, signal: AbortSignal): Promise<DecidedPrompt[]> {
  const found: DecidedPrompt[] = [];
  for (const entry of memory.index.liveDecisions().slice(0, MAX_PROMPTS_READ)) {
    if (signal.aborted) break;
    const request = memory.index.request(entry.request);
    const event = request && (await memory.read(request.event));
    if (event?.kind !== 'request') continue;
    const { decision, verdict, reasons } = entry;
    found.push({ decision, prompt: event.prompt, verdict, reasons });
  }
  return found;
}
