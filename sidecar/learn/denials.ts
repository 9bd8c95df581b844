import type { DecisionEntry } from '../memory/index/memoryIndex.ts';
import type { Memory } from '../memory/memory.ts';
import { notePhrases } from './notePhrases.ts';
import { createPromptIndex } from './promptIndex.ts';
import type { PromptVectors } from './promptVectors.ts';
import { readDecision } from './recordedTexts.ts';

/** What an answer to an alike request was denied for, in the user's own words. */
export interface Denial {
  readonly decision: string;
  readonly note: string;
}

/** What alike requests were denied for. Reasons by tag make rules, and so do standing wishes; these are the rest. */
export interface Denials {
  /** Most alike first. Never of the given requests. */
  similar(prompt: string, limit: number, except: ReadonlySet<string>): Promise<Denial[]>;
  /** Reads what the first search needs. Rejects with `memory.*`. */
  prepare(): Promise<void>;
}

/** Newest decisions with a reason or a note among which denials with a note are looked for. */
const LOOKED_THROUGH = 2_000;
const LOOKED_AT = 6;
const MAX_NOTE = 160;

export function createDenials({
  memory,
  vectors,
}: {
  readonly memory: Memory;
  readonly vectors?: PromptVectors | undefined;
}): Denials {
  const belongs = (live: DecisionEntry): boolean => live.verdict === 'denied' && live.hasNote;
  const index = createPromptIndex({
    memory,
    vectors,
    belongs,
    newest: () => memory.index.liveDecisions({ only: 'telling', limit: LOOKED_THROUGH }).filter(belongs),
  });
  return {
    prepare: index.prepare,
    similar: async (prompt, limit, except) => {
      const found: Denial[] = [];
      const alike = await index.alike(prompt);
      for (const decision of alike.slice(0, LOOKED_AT)) {
        if (found.length >= limit) break;
        const entry = memory.index.decision(decision);
        if (!entry || entry.undone || !belongs(entry) || except.has(entry.request)) continue;
        if (memory.index.liveOf(entry.request)?.decision !== decision) continue;
        const note = await readNote(memory, entry);
        if (note !== undefined && !found.some((each) => each.note === note)) found.push({ decision, note });
      }
      return found;
    },
  };
}

/** The first note that makes no rule: what makes one can be seen and switched there. */
async function readNote(memory: Memory, entry: DecisionEntry): Promise<string | undefined> {
  const own = (await readDecision(memory, entry))?.note;
  const notes = [own, ...memory.index.reasonsOf(entry.decision).map((each) => each.note)];
  return notes
    .map((note) => (note ?? '').replace(/\s+/g, ' ').trim())
    .find((note) => note !== '' && note.length <= MAX_NOTE && notePhrases(note, 'denied').length === 0);
}
