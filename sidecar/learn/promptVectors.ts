import type { Engine } from '../models/engine.ts';
import { isEmbeddingModel } from '../models/modelNames.ts';

/** Vectors of prompts by an embedding model of the server, kept in memory only. All of it works where there is none. */
export interface PromptVectors {
  /** The vector of a prompt where it is there within a few milliseconds; it is there the next time at the latest. */
  soon(prompt: string): Promise<Float32Array | undefined>;
  /** Vectors of several prompts, in no hurry; undefined where there is no embedding model or it failed. */
  several(prompts: readonly string[]): Promise<readonly Float32Array[] | undefined>;
}

export interface PromptVectorsDeps {
  readonly engine: (signal: AbortSignal) => Promise<Engine>;
  /** Milliseconds from any point. */
  readonly now: () => number;
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
}

const WAIT_MS = 4;
/** A model that takes longer would take the time from the answer: it is asked only in the background. */
const FAST_MS = 40;
/** So long after a call it may have left the server's memory; loading it would hold the answer up. */
const WARM_MS = 120_000;
/** After a failure, or where there is no such model, nothing is asked for so long. */
const REST_MS = 300_000;
const MAX_KEPT = 50;
const MAX_DIMENSIONS = 4_096;
const DEADLINE_MS = 20_000;

interface State {
  restUntil: number;
  /** Milliseconds that one prompt took last, and when that was. */
  pace: { readonly ms: number; readonly at: number } | undefined;
}

export function createPromptVectors(deps: PromptVectorsDeps): PromptVectors {
  const kept = new Map<string, Float32Array>();
  const state: State = { restUntil: Number.NEGATIVE_INFINITY, pace: undefined };

  async function ask(prompts: readonly string[]): Promise<readonly Float32Array[] | undefined> {
    if (deps.now() < state.restUntil) return undefined;
    const vectors = await embed(deps, state, prompts).catch(() => undefined);
    if (!vectors) state.restUntil = deps.now() + REST_MS;
    return vectors;
  }
  async function keep(prompt: string): Promise<Float32Array | undefined> {
    const [vector] = (await ask([prompt])) ?? [];
    if (!vector) return undefined;
    kept.set(prompt, vector);
    const oldest = kept.size > MAX_KEPT ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    return vector;
  }

  return {
    several: ask,
    soon: async (prompt) => {
      const known = kept.get(prompt);
      if (known) return known;
      const { pace } = state;
      if (!pace || pace.ms > FAST_MS || deps.now() - pace.at > WARM_MS) return undefined;
      return Promise.race([keep(prompt), deps.wait(WAIT_MS).then(() => undefined)]);
    },
  };
}

async function embed(
  { engine: current, now }: PromptVectorsDeps,
  state: State,
  prompts: readonly string[],
): Promise<readonly Float32Array[] | undefined> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const engine = await current(signal);
  const model = (await engine.list(signal)).find(isEmbeddingModel);
  if (!model) return undefined;
  const started = now();
  const vectors = await engine.embed(model.name, prompts, signal);
  state.pace = { ms: (now() - started) / Math.max(1, prompts.length), at: now() };
  const sizes = new Set(vectors.map((each) => each.length));
  const [size = 0] = sizes;
  if (vectors.length !== prompts.length || sizes.size > 1 || size === 0 || size > MAX_DIMENSIONS)
    return undefined;
  return vectors.map(unitLength);
}

function unitLength(values: readonly number[]): Float32Array {
  const length = Math.sqrt(values.reduce((sum, each) => sum + each * each, 0)) || 1;
  return Float32Array.from(values, (each) => each / length);
}

/** Likeness of two vectors of unit length, 1 for the same direction; 0 where they are of different models. */
export function likenessOf(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return 0;
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
