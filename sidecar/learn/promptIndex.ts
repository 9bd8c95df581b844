import MiniSearch from 'minisearch';
import type { DecisionEntry } from '../memory/index/memoryIndex.ts';
import type { Memory } from '../memory/memory.ts';
import { likenessOf, type PromptVectors } from './promptVectors.ts';
import { readPrompt } from './recordedTexts.ts';
import { distinctTerms, stopWords } from './terms.ts';

/** Finds decisions by their prompts. Built at the first search, then kept in step. */
export interface PromptIndex {
  /** Decisions on prompts like this one, most alike first. */
  alike(prompt: string): Promise<readonly string[]>;
  /** Reads what the first search needs; asks no server. */
  prepare(): Promise<void>;
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
/** Nearly every prompt asks for code in these. */
const STOP = stopWords('code function give how me program show what');

const terms = (text: string): string[] => distinctTerms(text, /[^\p{L}\p{N}_]+/u, STOP);

export function createPromptIndex(deps: PromptIndexDeps): PromptIndex {
  const { memory, newest, belongs, vectors } = deps;
  const words = createWordSearch();
  const known = new Map<string, Float32Array>();
  let building: Promise<void> = Promise.resolve();
  let position: number | undefined;

  const add = async (entry: DecisionEntry): Promise<void> => {
    if (!words.claim(entry.decision)) return;
    const prompt = await readPrompt(memory, entry.request);
    if (prompt !== undefined) words.add(entry.decision, prompt.slice(0, MAX_PROMPT));
  };

  const indexNewest = async (): Promise<void> => {
    words.clear();
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
    if (!requests || words.size > 2 * MAX_INDEXED) return indexNewest();
    for (const request of requests) {
      const live = memory.index.liveOf(request);
      if (live && belongs(live)) await add(live);
    }
  };

  const fill = vectors && createFill({ memory, vectors, known, wanted: () => words.ids() });

  return {
    prepare: update,
    alike: async (prompt) => {
      const head = prompt.slice(0, MAX_PROMPT);
      const [vector] = await Promise.all([vectors?.soon(head), update()]);
      // What can't be read or asked now is found by its words.
      fill?.().catch(() => undefined);
      const named = words.alike(head);
      if (!vector) return named;
      const near = [...known]
        .map(([id, each]) => ({ id, likeness: likenessOf(vector, each) }))
        .filter((each) => each.likeness >= MIN_LIKENESS)
        .sort((a, b) => b.likeness - a.likeness)
        .map(({ id }) => id);
      // Those that have no vector yet are still found by their words.
      return [...near, ...named.filter((id) => !known.has(id))];
    },
  };
}

interface WordSearch {
  readonly size: number;
  /** False where it was claimed before. */
  claim(id: string): boolean;
  add(id: string, prompt: string): void;
  /** Those with enough words in common, most alike first. */
  alike(prompt: string): string[];
  /** Every id that was claimed. */
  ids(): readonly string[];
  clear(): void;
}

function createWordSearch(): WordSearch {
  const search = new MiniSearch<{ id: string; prompt: string }>({
    fields: ['prompt'],
    tokenize: terms,
    searchOptions: { fuzzy: (term) => (term.length > 5 ? 0.2 : false) },
  });
  const claimed = new Set<string>();
  return {
    get size() {
      return claimed.size;
    },
    claim: (id) => {
      const isNew = !claimed.has(id);
      claimed.add(id);
      return isNew;
    },
    add: (id, prompt) => search.add({ id, prompt }),
    alike: (prompt) => {
      const asked = terms(prompt).length;
      return search
        .search(prompt)
        .filter((result) => isAlike(result.queryTerms.length, asked))
        .map((result) => String(result.id));
    },
    ids: () => [...claimed],
    clear: () => {
      search.removeAll();
      claimed.clear();
    },
  };
}

interface FillDeps {
  readonly memory: Memory;
  readonly vectors: PromptVectors;
  readonly known: Map<string, Float32Array>;
  readonly wanted: () => readonly string[];
}

/** Gives the newest prompts without a vector one, where there is a model for it; one round at a time. */
function createFill({ memory, vectors, known, wanted }: FillDeps): () => Promise<void> {
  let isFilling = false;
  return async () => {
    if (isFilling) return;
    isFilling = true;
    try {
      // Ids of decisions sort by their time.
      const missing = wanted()
        .filter((id) => !known.has(id))
        .sort()
        .slice(-VECTORS_AT_ONCE);
      if (missing.length === 0) return;
      const prompts = await Promise.all(missing.map((id) => promptOfDecision(memory, id)));
      // An empty text is no input of an embedding model.
      const found = await vectors.several(prompts.map((each) => (each ?? '').slice(0, MAX_PROMPT) || ' '));
      const there = new Set(wanted());
      for (const [at, vector] of (found ?? []).entries()) {
        const id = missing[at];
        if (id !== undefined && there.has(id)) known.set(id, vector);
      }
    } finally {
      isFilling = false;
    }
  };
}

function isAlike(shared: number, asked: number): boolean {
  return shared >= Math.min(MIN_SHARED_TERMS, asked) && shared >= asked * MIN_SHARED_SHARE;
}

async function promptOfDecision(memory: Memory, decision: string): Promise<string | undefined> {
  const entry = memory.index.decision(decision);
  return entry && readPrompt(memory, entry.request);
}
