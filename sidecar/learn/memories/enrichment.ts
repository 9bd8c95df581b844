import type { Engine } from '../../models/engine.ts';
import { AppError } from '../../protocol/errors.ts';
import type { Settings } from '../../protocol/settingsSchemas.ts';
import { acceptFindings } from './acceptFindings.ts';
import { enrichmentMessages, FINDINGS_FORMAT, findingsSchema } from './enrichmentPrompt.ts';
import type { FactWriter } from './factWriter.ts';
import type { Interaction } from './learner.ts';

export interface EnrichmentDeps {
  readonly writer: FactWriter;
  readonly settings: () => Settings;
  /** The engine and the model to ask, as a request would. */
  readonly resolve: (signal: AbortSignal) => Promise<{ readonly engine: Engine; readonly model: string }>;
  /** Calls back after so many milliseconds; the returned function takes that back. */
  readonly after: (ms: number, run: () => void) => () => void;
  /** A word that no text can know, for the marks around the data. */
  readonly mark: () => string;
  readonly onFailure: (message: string) => void;
  /** Longest answer; 250 tokens where absent. */
  readonly maxTokens?: number;
}

/** Has the model look for memories in what was just said, in the background, where the setting allows it. */
export interface Enrichment {
  /** Queues an interaction; nothing where the setting is off or little was said. */
  add(from: Interaction): void;
  /** An answer or readings are being made: what runs is cancelled and begins anew once all of them have ended. */
  hold(): () => void;
  /** Resolves when nothing is queued or running, for tests and for a careful end. */
  idle(): Promise<void>;
  /** Cancels what runs and drops what waits: what it came from was reset or forgotten. */
  clear(): void;
  /** The same for good: what is added later is not looked at. */
  stop(): void;
}

/** More would only grow old. */
const MAX_WAITING = 20;
/** Fewer words hold nothing that keywords would not find. */
const MIN_WORDS = 5;
/** After an answer the user may be about to ask again. */
const PAUSE_MS = 1_500;
const DEADLINE_MS = 120_000;
const MAX_TOKENS = 250;
const MAX_TRIES = 3;
const MAX_ANSWER = 20_000;

interface Job {
  readonly from: Interaction;
  tries: number;
  /** What it came from may be gone, so that nothing of it may be learned any more. */
  isDropped: boolean;
}

interface Running {
  readonly job: Job;
  readonly abort: AbortController;
}

export function createEnrichment(deps: EnrichmentDeps): Enrichment {
  const waiting: Job[] = [];
  const idlers = new Set<() => void>();
  let holders = 0;
  let running: Running | undefined;
  let isStopped = false;
  let cancelTimer: (() => void) | undefined;

  const settleIdlers = (): void => {
    if (running || waiting.length > 0) return;
    for (const resolve of idlers) resolve();
    idlers.clear();
  };
  const schedule = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    if (running || holders > 0 || waiting.length === 0) settleIdlers();
    else cancelTimer = deps.after(PAUSE_MS, () => void next());
  };

  async function next(): Promise<void> {
    cancelTimer = undefined;
    const job = running || holders > 0 ? undefined : waiting.shift();
    if (job) {
      running = { job, abort: new AbortController() };
      if (await look(deps, running)) waiting.unshift(job);
      running = undefined;
    }
    schedule();
  }

  function clear(): void {
    waiting.length = 0;
    cancelTimer?.();
    cancelTimer = undefined;
    if (running) running.job.isDropped = true;
    running?.abort.abort();
    settleIdlers();
  }

  return {
    add: (from) => {
      if (isStopped) return;
      const { collect, enrich: isWanted } = deps.settings();
      const words = from.words.join(' ').match(/\S+/g)?.length ?? 0;
      if (!collect || !isWanted || words < MIN_WORDS) return;
      waiting.push({ from, tries: 0, isDropped: false });
      waiting.splice(0, waiting.length - MAX_WAITING);
      schedule();
    },
    hold: () => {
      let isHeld = true;
      holders += 1;
      running?.abort.abort();
      cancelTimer?.();
      cancelTimer = undefined;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        holders -= 1;
        schedule();
      };
    },
    idle: () =>
      new Promise((resolve) => {
        idlers.add(resolve);
        settleIdlers();
      }),
    clear,
    stop: () => {
      isStopped = true;
      clear();
    },
  };
}

/** Resolves with whether it is to be made again. */
async function look(deps: EnrichmentDeps, { job, abort: { signal } }: Running): Promise<boolean> {
  job.tries += 1;
  try {
    await enrich(deps, job.from, signal);
    return false;
  } catch (error) {
    if (!signal.aborted && !AppError.is(error, 'rpc.cancelled'))
      deps.onFailure(`Nothing found by the model: ${String(error)}`);
    // An answer came first; it may be over by now.
    return signal.aborted && !job.isDropped && job.tries < MAX_TRIES;
  }
}

async function enrich(deps: EnrichmentDeps, from: Interaction, signal: AbortSignal): Promise<void> {
  const { writer, settings, after } = deps;
  const deadline = new AbortController();
  const cancel = after(DEADLINE_MS, () => deadline.abort());
  const stop = (): void => deadline.abort();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const { engine, model } = await deps.resolve(deadline.signal);
    const answer = await answerOf(deps, engine, model, from, deadline.signal);
    signal.throwIfAborted();
    // What was switched off meanwhile is respected.
    if (!settings().collect || !settings().enrich) return;
    const findings = findingsOf(answer);
    const { facts, changes, rejected } = acceptFindings(findings, from.words);
    const { words: _, verdict: __, ...ids } = from;
    const source = {
      ...ids,
      tags: ['learned', 'model', ...(from.reading ? [from.reading] : [])],
      by: 'model',
    } as const;
    const fresh = await writer.facts(facts, source);
    for (const change of changes) await writer.facets(change, 'model', source);
    await writer.note('enrichment_complete', {
      ...ids,
      memories: fresh.length,
      facets: changes.length,
      rejected,
    });
  } finally {
    cancel();
    signal.removeEventListener('abort', stop);
  }
}

async function answerOf(
  deps: EnrichmentDeps,
  engine: Engine,
  model: string,
  from: Interaction,
  signal: AbortSignal,
): Promise<string> {
  const request = {
    model,
    messages: enrichmentMessages(from, deps.mark()),
    format: FINDINGS_FORMAT,
    think: false,
    options: {
      temperature: 0,
      seed: 1,
      maxTokens: deps.maxTokens ?? MAX_TOKENS,
      contextLength: deps.settings().contextLength,
    },
  };
  let answer = '';
  for await (const event of engine.chat(request, signal)) {
    if (event.kind === 'text') answer += event.text;
    if (answer.length > MAX_ANSWER) break;
  }
  return answer;
}

/** What the answer holds; nothing where it is no JSON of that form. */
function findingsOf(answer: string): ReturnType<typeof findingsSchema.parse> {
  const none = { memories: [], facets: [] };
  try {
    return findingsSchema.safeParse(JSON.parse(answer)).data ?? none;
  } catch {
    return none;
  }
}
