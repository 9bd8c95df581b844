import MiniSearch from 'minisearch';
import type { DecisionEntry } from '../memory/index/memoryIndex.ts';
import type { Memory } from '../memory/memory.ts';
import { likenessOf, type PromptVectors } from './promptVectors.ts';

/** Finds decisions by their prompts. Built at the first search, then kept in step. */
export interface PromptIndex {
  /** Decisions on prompts like this one, most alike first. */
  alike(prompt: string): Promise<readonly string[]>;
}

export interface PromptIndexDeps {
  readonly memory: Memory;
  /** Newest first, at most so many. */
  readonly newest: (limit: number) => readonly DecisionEntry[];
  readonly belongs: (live: DecisionEntry) => boolean;
  readonly vectors?: PromptVectors | undefined;
}

/** Newest prompts that can be found; the index holds their words or vectors, no texts. */
const MAX_INDEXED = 2_000;
/** Prompts indexed before the first search is answered; the rest follow. */
const FIRST_BATCH = 100;
/** Only the beginning of a long prompt is indexed. */
const MAX_PROMPT = 2_000;
const MIN_SHARED_TERMS = 2;
const MIN_SHARED_SHARE = 0.3;
/** Likeness of vectors from which two prompts are about the same kind of thing. */
const MIN_LIKENESS = 0.6;
/** Prompts that get a vector after each search. */
const VECTORS_AT_ONCE = 32;
const STOP = new Set(
  'a an and are as be can code do for from function give how i in is it make me my need of on or please program show that the this to use want what with write you'.split(
    ' ',
  ),
);

const terms = (text: string): string[] => [
  ...new Set(
    text
      .toLowerCase()
      .split(/[^\p{L}\p{N}_]+/u)
      .filter((term) => term.length > 1 && !STOP.has(term)),
  ),
];

export function createPromptIndex(deps: PromptIndexDeps): PromptIndex {
  const { memory, newest, belongs, vectors } = deps;
  const search = new MiniSearch<{ id: string; prompt: string }>({
    fields: ['prompt'],
    tokenize: terms,
    searchOptions: { fuzzy: (term) => (term.length > 5 ? 0.2 : false) },
  });
  const done = new Set<string>();
  const known = new Map<string, Float32Array>();
  let building: Promise<void> = Promise.resolve();
  let filling = false;
  let position: number | undefined;

  const add = async (entry: DecisionEntry): Promise<void> => {
    if (done.has(entry.decision)) return;
    done.add(entry.decision);
    const prompt = await readPrompt(memory, entry.request);
    if (prompt !== undefined) search.add({ id: entry.decision, prompt: prompt.slice(0, MAX_PROMPT) });
  };

  const indexNewest = async (): Promise<void> => {
    search.removeAll();
    done.clear();
    known.clear();
    const entries = newest(MAX_INDEXED);
    for (const entry of entries.slice(0, FIRST_BATCH)) await add(entry);
    for (const entry of entries.slice(FIRST_BATCH)) {
      // A prompt that can't be read is one that can't be found; the journal reports it by itself.
      building = building.then(() => add(entry)).catch(() => undefined);
    }
  };

  /** All at first, then only what was decided since the last search. */
  const update = async (): Promise<void> => {
    const { position: now, requests } = memory.index.changedSince(position);
    position = now;
    if (!requests || done.size > 2 * MAX_INDEXED) return indexNewest();
    for (const request of requests) {
      const live = memory.index.liveOf(request);
      if (live && belongs(live)) await add(live);
    }
  };

  const byWords = (prompt: string): string[] => {
    const asked = terms(prompt).length;
    return search
      .search(prompt)
      .filter((result) => isAlike(result.queryTerms.length, asked))
      .map((result) => String(result.id));
  };

  /** Gives the newest prompts without a vector one, where there is a model for it. */
  const fill = async (): Promise<void> => {
    if (!vectors || filling) return;
    filling = true;
    try {
      const missing = [...done].filter((id) => !known.has(id)).slice(-VECTORS_AT_ONCE);
      const prompts = await Promise.all(missing.map((id) => promptOfDecision(memory, id)));
      const found = prompts.some((each) => each !== undefined)
        ? await vectors.several(prompts.map((each) => (each ?? '').slice(0, MAX_PROMPT) || ' '))
        : undefined;
      for (const [at, vector] of (found ?? []).entries()) {
        const id = missing[at];
        if (id !== undefined && done.has(id)) known.set(id, vector);
      }
    } finally {
      filling = false;
    }
  };

  return {
    alike: async (prompt) => {
      const head = prompt.slice(0, MAX_PROMPT);
      const [vector] = await Promise.all([vectors?.soon(head), update()]);
      // What can't be read or asked now is found by its words.
      fill().catch(() => undefined);
      const words = byWords(head);
      if (!vector) return words;
      const near = [...known]
        .map(([id, each]) => ({ id, likeness: likenessOf(vector, each) }))
        .filter((each) => each.likeness >= MIN_LIKENESS)
        .sort((a, b) => b.likeness - a.likeness)
        .map(({ id }) => id);
      // Those that have no vector yet are still found by their words.
      return [...near, ...words.filter((id) => !known.has(id))];
    },
  };
}

function isAlike(shared: number, asked: number): boolean {
  return shared >= Math.min(MIN_SHARED_TERMS, asked) && shared >= asked * MIN_SHARED_SHARE;
}

async function promptOfDecision(memory: Memory, decision: string): Promise<string | undefined> {
  const entry = memory.index.decision(decision);
  return entry && readPrompt(memory, entry.request);
}

/** The prompt of a request; undefined where it is not known any more. */
export async function readPrompt(memory: Memory, request: string): Promise<string | undefined> {
  const entry = memory.index.request(request);
  const event = entry && (await memory.read(entry.event));
  return event?.kind === 'request' ? event.prompt : undefined;
}
