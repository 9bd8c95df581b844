import MiniSearch from 'minisearch';
import type { DecisionEntry } from '../memory/index/memoryIndex.ts';
import type { Memory } from '../memory/memory.ts';

/** An answer that the user approved or corrected, with the prompt it answered. */
export interface Example {
  readonly decision: string;
  readonly request: string;
  readonly prompt: string;
  readonly response: string;
  readonly edited: boolean;
}

export interface Examples {
  /** Up to `limit` examples whose prompts are like this one, most alike first. Never of the given requests. */
  similar(prompt: string, limit: number, except?: ReadonlySet<string>): Promise<Example[]>;
}

/** Newest approved answers that can be found; the index holds words of prompts, no texts. */
const MAX_INDEXED = 2_000;
/** Prompts indexed before the first search is answered; the rest follow. */
const FIRST_BATCH = 100;
/** Only the beginning of a long prompt is indexed. */
const MAX_PROMPT = 2_000;
const MIN_SHARED_TERMS = 2;
const MIN_SHARED_SHARE = 0.3;
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

/** Finds approved and edited answers by the words of their prompts. Built at the first search. */
export function createExamples({ memory }: { readonly memory: Memory }): Examples {
  const search = new MiniSearch<{ id: string; prompt: string }>({
    fields: ['prompt'],
    tokenize: terms,
    searchOptions: { fuzzy: (term) => (term.length > 5 ? 0.2 : false) },
  });
  const done = new Set<string>();
  let building: Promise<void> = Promise.resolve();
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
    const newest = memory.index.liveDecisions({ only: 'liked', limit: MAX_INDEXED });
    for (const entry of newest.slice(0, FIRST_BATCH)) await add(entry);
    for (const entry of newest.slice(FIRST_BATCH)) {
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
      if (live && live.verdict !== 'denied') await add(live);
    }
  };

  return {
    similar: async (prompt, limit, except = new Set()) => {
      await update();
      const query = terms(prompt.slice(0, MAX_PROMPT));
      const found: Example[] = [];
      for (const result of search.search(prompt.slice(0, MAX_PROMPT))) {
        if (found.length >= limit) break;
        if (!isAlike(result.queryTerms.length, query.length)) continue;
        const example = await readExample(memory, String(result.id));
        if (example && !except.has(example.request)) found.push(example);
      }
      return found;
    },
  };
}

function isAlike(shared: number, asked: number): boolean {
  return shared >= Math.min(MIN_SHARED_TERMS, asked) && shared >= asked * MIN_SHARED_SHARE;
}

async function readPrompt(memory: Memory, request: string): Promise<string | undefined> {
  const entry = memory.index.request(request);
  const event = entry && (await memory.read(entry.event));
  return event?.kind === 'request' ? event.prompt : undefined;
}

/** The example that a decision makes; undefined where it was undone, replaced or is a denial. */
export async function readExample(memory: Memory, decision: string): Promise<Example | undefined> {
  const entry = memory.index.decision(decision);
  if (!entry || entry.undone || entry.verdict === 'denied') return undefined;
  if (memory.index.request(entry.request)?.live?.decision !== decision) return undefined;
  const prompt = await readPrompt(memory, entry.request);
  const response =
    entry.verdict === 'edited' ? await readEdited(memory, entry) : await readAnswer(memory, entry);
  if (prompt === undefined || response === undefined) return undefined;
  return { decision, request: entry.request, prompt, response, edited: entry.verdict === 'edited' };
}

async function readEdited(memory: Memory, entry: DecisionEntry): Promise<string | undefined> {
  const event = await memory.read(entry.event);
  return event?.kind === 'decision' ? event.editedText : undefined;
}

async function readAnswer(memory: Memory, entry: DecisionEntry): Promise<string | undefined> {
  const candidate = memory.index.candidate(entry.candidate);
  const event = candidate && (await memory.read(candidate.event));
  return event?.kind === 'candidate' ? event.text : undefined;
}
