import type { Memory } from '../memory/memory.ts';
import { createPromptIndex } from './promptIndex.ts';
import type { PromptVectors } from './promptVectors.ts';
import { readDecidedText, readPrompt } from './recordedTexts.ts';

/** An answer that the user approved or corrected, with the prompt it answered. */
export interface Example {
  readonly decision: string;
  readonly request: string;
  readonly prompt: string;
  readonly response: string;
  readonly edited: boolean;
}

export interface Examples {
  /**
   * Up to `limit` examples whose prompts are like this one, corrected ones first, then most alike first. Never of the
   * given requests.
   */
  similar(prompt: string, limit: number, except?: ReadonlySet<string>): Promise<Example[]>;
  /** Reads what the first search needs. Rejects with `memory.*`. */
  prepare(): Promise<void>;
}

export interface ExamplesDeps {
  readonly memory: Memory;
  /** Found by their words alone where absent. */
  readonly vectors?: PromptVectors | undefined;
}

/** Among so many of the most alike a corrected one goes first; behind them likeness counts alone. */
const LOOKED_AT = 6;

/** Finds approved and edited answers by their prompts. Built at the first search. */
export function createExamples({ memory, vectors }: ExamplesDeps): Examples {
  const index = createPromptIndex({
    memory,
    vectors,
    newest: (limit) => memory.index.liveDecisions({ only: 'liked', limit }),
    belongs: (live) => live.verdict !== 'denied',
  });
  return {
    prepare: index.prepare,
    similar: async (prompt, limit, except = new Set()) => {
      const found: Example[] = [];
      for (const decision of await index.alike(prompt)) {
        if (found.length >= Math.max(limit, LOOKED_AT)) break;
        const example = await readExample(memory, decision);
        if (example && !except.has(example.request)) found.push(example);
      }
      const [edited, others] = [found.filter((each) => each.edited), found.filter((each) => !each.edited)];
      return [...edited, ...others].slice(0, limit);
    },
  };
}

/** The example that a decision makes; undefined where it was undone, replaced or is a denial. */
export async function readExample(memory: Memory, decision: string): Promise<Example | undefined> {
  const entry = memory.index.decision(decision);
  if (!entry || entry.undone || entry.verdict === 'denied') return undefined;
  if (memory.index.request(entry.request)?.live?.decision !== decision) return undefined;
  const prompt = await readPrompt(memory, entry.request);
  const response = await readDecidedText(memory, entry);
  if (prompt === undefined || response === undefined) return undefined;
  return { decision, request: entry.request, prompt, response, edited: entry.verdict === 'edited' };
}
