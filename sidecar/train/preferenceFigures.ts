import type { Steps } from '../learn/preference/steps.ts';
import type { Figure, PREDICTORS } from '../protocol/preferenceSchemas.ts';

export type Predictor = (typeof PREDICTORS)[number];

/** One verdict with what each predictor said before it was known. */
export interface Foretold {
  readonly y: 0 | 1;
  /** Verdicts on the same prompt share it. */
  readonly prompt: string;
  readonly said: Readonly<Record<Predictor, number>>;
}

export interface Figures {
  readonly logLoss: Figure;
  readonly accuracy: Figure;
  readonly auc: Figure;
  readonly calibrationError: Figure;
  readonly againstRate: Figure;
}

const RESAMPLES = 300;
const SEED = 20_250_101;
const GROUPS = 10;
const CLIP = 1e-4;

type Said = readonly { readonly p: number; readonly rate: number; readonly y: 0 | 1 }[];

const MEASURES: Readonly<Record<keyof Figures, (said: Said) => number>> = {
  logLoss: (said) => mean(said.map(({ p, y }) => lossOf(p, y))),
  accuracy: (said) => mean(said.map(({ p, y }) => (p >= 0.5 === (y === 1) ? 1 : 0))),
  auc: aucOf,
  calibrationError: calibrationErrorOf,
  againstRate: (said) => mean(said.map(({ p, rate, y }) => lossOf(p, y) - lossOf(rate, y))),
};

/** What a predictor is worth, in steps; intervals by drawing whole prompts again, with a fixed seed. */
export function* figuresOf(foretold: readonly Foretold[], predictor: Predictor): Steps<Figures> {
  const rows = foretold.map(({ y, said }) => ({ p: said[predictor], rate: said['running rate'], y }));
  const prompts = [...groupByPrompt(foretold).values()];
  const random = createRandom(SEED);
  const drawn: Record<keyof Figures, number[]> = {
    logLoss: [],
    accuracy: [],
    auc: [],
    calibrationError: [],
    againstRate: [],
  };
  for (let i = 0; i < RESAMPLES && prompts.length > 1; i += 1) {
    const places = prompts.flatMap(() => prompts[Math.floor(random() * prompts.length)] ?? []);
    const sample = places.flatMap((place) => rows[place] ?? []);
    for (const name of NAMES) drawn[name].push(MEASURES[name](sample));
    yield;
  }
  const figure = (name: keyof Figures): Figure => figureOf(rows, MEASURES[name], drawn[name]);
  return {
    logLoss: figure('logLoss'),
    accuracy: figure('accuracy'),
    auc: figure('auc'),
    calibrationError: figure('calibrationError'),
    againstRate: figure('againstRate'),
  };
}
const NAMES = ['logLoss', 'accuracy', 'auc', 'calibrationError', 'againstRate'] as const;

function figureOf(rows: Said, measure: (said: Said) => number, drawn: readonly number[]): Figure {
  const value = measure(rows);
  // Where a sample has but one kind of verdict, some figures are not defined.
  const sorted = drawn.filter(Number.isFinite).sort((a, b) => a - b);
  if (!Number.isFinite(value)) return { value: null, low: 0, high: 0 };
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? value;
  return { value, low: at(0.025), high: at(0.975) };
}

/** Places of the verdicts on each prompt. */
function groupByPrompt(foretold: readonly Foretold[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [place, { prompt }] of foretold.entries()) {
    const group = groups.get(prompt);
    if (group) group.push(place);
    else groups.set(prompt, [place]);
  }
  return groups;
}

function lossOf(p: number, y: 0 | 1): number {
  const kept = Math.max(CLIP, Math.min(1 - CLIP, p));
  return -Math.log(y === 1 ? kept : 1 - kept);
}

/** Probability that an approved one was said to be likelier than a denied one; equal ones count half. */
export function aucOf(said: readonly { readonly p: number; readonly y: 0 | 1 }[]): number {
  const sorted = [...said].sort((a, b) => a.p - b.p);
  let ranks = 0;
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (to < sorted.length && sorted[to]?.p === sorted[from]?.p) to += 1;
    const rank = (from + 1 + to) / 2;
    for (let i = from; i < to; i += 1) ranks += sorted[i]?.y === 1 ? rank : 0;
    from = to;
  }
  const approved = said.filter(({ y }) => y === 1).length;
  return (ranks - (approved * (approved + 1)) / 2) / (approved * (said.length - approved));
}

export function calibrationErrorOf(said: readonly { readonly p: number; readonly y: 0 | 1 }[]): number {
  const sorted = [...said].sort((a, b) => a.p - b.p);
  let sum = 0;
  for (let g = 0; g < GROUPS; g += 1) {
    const [from, to] = [g, g + 1].map((each) => Math.round((each * sorted.length) / GROUPS));
    const group = sorted.slice(from, to);
    sum += Math.abs(group.reduce((off, { p, y }) => off + p - y, 0));
  }
  return sum / sorted.length;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Numbers from 0 up to 1, the same for the same seed (xorshift of 32 bits, Marsaglia 2003). */
function createRandom(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
}
