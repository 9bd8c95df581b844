import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { answerFeatures, wordsOf } from '../../sidecar/learn/preference/answerFeatures.ts';
import { FEATURE_NAMES } from '../../sidecar/learn/preference/featureNames.ts';
import { sigmoid } from '../../sidecar/learn/preference/logistic.ts';
import { ANSWER_FLOORS, standardised } from '../../sidecar/learn/preference/standardiser.ts';
import { startRealOllama } from '../helpers/realOllama.ts';
import type { BenchRow } from './benchRow.ts';
import { complaintOf, type Persona, readPersonas, tasteParts } from './learn/hiddenTaste.ts';
import { bootstrap, learnRow, mean } from './learn/learnRow.ts';
import { seeded, shuffled } from './learn/seeded.ts';
import { meanOfRuns } from './taste/meanOfRuns.ts';
import { tastePlot } from './taste/tastePlot.ts';
import { TASTE_PROMPTS } from './taste/tastePrompts.ts';
import { type Asked, runTaste, type Vote } from './taste/tasteRun.ts';

const REPEATS = 3;
const STEEPNESS = 2.5;
const REASON_SHARE = 0.4;
/** Requests at the end of a run over which the two ways are compared. */
const LATE_SHARE = 0.5;
const SHORT = { repeats: 1, requests: 3 } as const;
const SEED = 41_000;
const PLOT = join(import.meta.dirname, '..', '..', 'docs', 'images', 'taste.svg');

interface Measured {
  /** Utility of the answer that was opened. */
  readonly opened: number;
  readonly first: number;
  readonly best: number;
  readonly mean: number;
}

/**
 * A scripted user with a hidden taste works with the real server, with learning on and off, on the same prompts and
 * seeds. `--persona NAME` (of `--personas FILE`), `--requests N`, `--repeats N`; `--plot` writes the picture of the docs.
 * `--keep FOLDER` keeps each pass there when it ends, so that a run that was stopped goes on from its last whole pass.
 */
export async function run(options: Readonly<Record<string, string>> = {}): Promise<BenchRow[]> {
  const short = options['short'] !== undefined;
  const name = options['persona'] ?? 'terse';
  const persona = readPersonas(options['personas'])[name];
  if (!persona) throw new Error(`There is no persona ${name}.`);
  const repeats = Number(options['repeats'] ?? (short ? SHORT.repeats : REPEATS));
  const requests = Number(options['requests'] ?? (short ? SHORT.requests : TASTE_PROMPTS.length));
  const server = await startRealOllama();
  try {
    const off: Asked[][] = [];
    const on: Asked[][] = [];
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const prompts = shuffled(TASTE_PROMPTS, seeded(SEED + repeat)).slice(0, requests);
      const common = { host: server.host, model: server.model, prompts, seed: SEED + 1_000 * repeat };
      const pass = (way: 'off' | 'on', work: () => Promise<Asked[]>): Promise<Asked[]> => {
        console.error(`taste: ${name}, repeat ${repeat + 1} of ${repeats}, learning ${way}`);
        return kept(options['keep'], `${name}-${requests}-${repeat + 1}-${way}`, prompts, work);
      };
      const plain = await pass('off', () => runTaste({ ...common, learning: false }));
      off.push(plain);
      const vote = voter(tasteOf(persona, plain), SEED + 500 + repeat);
      on.push(await pass('on', () => runTaste({ ...common, learning: true, vote })));
    }
    const taste = tasteOf(persona, off.flat());
    const measured = {
      on: on.map((each) => each.map(taste.measure)),
      off: off.map((each) => each.map(taste.measure)),
    };
    if (options['plot'] !== undefined) await writeFile(PLOT, tastePlot(name, curves(measured)));
    return rows(name, measured);
  } finally {
    await server.stop();
  }
}

/** A pass over all prompts, from the folder where it was kept for the same ones, else made and kept. */
async function kept(
  folder: string | undefined,
  name: string,
  prompts: readonly string[],
  work: () => Promise<Asked[]>,
): Promise<Asked[]> {
  if (folder === undefined) return work();
  const file = join(folder, `${name}.json`);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const before = text === undefined ? undefined : askedSchema.parse(JSON.parse(text));
  if (before && prompts.every((prompt, at) => before[at]?.prompt === prompt)) return before;
  const made = await work();
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify(made));
  return made;
}

const askedSchema = z.array(
  z.object({ prompt: z.string(), answers: z.array(z.string()).min(1), opened: z.number().int() }),
);

interface Taste {
  parts(text: string): ReturnType<typeof tasteParts>;
  utility(text: string): number;
  /** The middle of what the server answers without learning. */
  readonly middle: number;
  measure(asked: Asked): Measured;
}

/** The persona's utility, in standard deviations of what the server answers without learning. */
function tasteOf(persona: Persona, plain: readonly Asked[]): Taste {
  const vectors = plain.flatMap(({ prompt, answers }) => answers.map((text) => featuresOf(prompt, text)));
  const columns = FEATURE_NAMES.map((_, i) => vectors.map((vector) => vector[i] ?? 0));
  const scaling = {
    centre: Float64Array.from(columns, mean),
    scale: Float64Array.from(columns, (column, i) => Math.max(deviation(column), ANSWER_FLOORS[i] ?? 0)),
  };
  const partsOf = (text: string) => tasteParts(persona, standardised(featuresOf('', text), scaling));
  const raw = (text: string): number => partsOf(text).reduce((sum, { value }) => sum + value, 0);
  const all = plain.flatMap(({ answers }) => answers.map(raw));
  const [centre, spread] = [mean(all), deviation(all) || 1];
  const utility = (text: string): number => (raw(text) - centre) / spread;
  const sorted = all.map((value) => (value - centre) / spread).sort((a, b) => a - b);
  return {
    parts: partsOf,
    utility,
    middle: sorted[Math.floor(sorted.length / 2)] ?? 0,
    measure: ({ answers, opened }) => {
      const utilities = answers.map(utility);
      return {
        opened: utilities[opened] ?? 0,
        first: utilities[0] ?? 0,
        best: Math.max(...utilities),
        mean: mean(utilities),
      };
    },
  };
}

const featuresOf = (prompt: string, text: string): Float64Array =>
  answerFeatures(prompt, text, wordsOf(text));

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

/** Votes by the taste, with a reason on some of the denials. */
function voter(taste: Taste, seed: number): (text: string) => Vote {
  const random = seeded(seed);
  return (text) => {
    const [verdict, reason] = [random(), random()];
    const approved = verdict < sigmoid(STEEPNESS * (taste.utility(text) - taste.middle));
    const complains = !approved && reason < REASON_SHARE;
    return { approved, ...(complains ? complaintOf(taste.parts(text)) : { reasons: [], note: undefined }) };
  };
}

type Both = { readonly on: readonly (readonly Measured[])[]; readonly off: readonly (readonly Measured[])[] };

function rows(name: string, { on, off }: Both): BenchRow[] {
  const late = <T>(all: readonly T[]): readonly T[] => all.slice(Math.floor(all.length * (1 - LATE_SHARE)));
  const pairs = on.flatMap((each, repeat) =>
    late(each).flatMap((with_, at) => {
      const without = late(off[repeat] ?? [])[at];
      return without ? [{ with_, without }] : [];
    }),
  );
  const figure = (metric: string, of: ReturnType<typeof meanOfRuns>, n: number) => ({
    ...learnRow({ metric: `${name}: ${metric}`, unit: 'sd', n, ...of }),
    bench: 'taste',
  });
  const row = (metric: string, value: (pair: (typeof pairs)[number]) => number) => {
    const values = pairs.map(value);
    return figure(metric, { value: mean(values), interval: bootstrap(values, mean) }, values.length);
  };
  const openedOf = (each: readonly Measured[]): number => mean(late(each).map(({ opened }) => opened));
  const perRun = on.map((each, repeat) => openedOf(each) - openedOf(off[repeat] ?? []));
  const table = [
    row('utility of the opened answer, learning on, second half', ({ with_ }) => with_.opened),
    row('learning off', ({ without }) => without.opened),
    row('on - off', ({ with_, without }) => with_.opened - without.opened),
    row('of it by choosing among the four', ({ with_ }) => with_.opened - with_.first),
    row('of it by better answers', ({ with_, without }) => with_.mean - without.mean),
    row('best of the four, learning on', ({ with_ }) => with_.best),
    ...perRun.map((value, repeat) =>
      figure(`on - off, repeat ${repeat + 1}`, { value }, late(on[repeat] ?? []).length),
    ),
    figure('on - off, mean of the repeats', meanOfRuns(perRun), perRun.length),
  ];
  for (const { metric, value, interval, n } of table) {
    const range = interval ? ` [${interval.map((each) => each.toFixed(2)).join(', ')}]` : '';
    console.error(`taste: ${metric}: ${value.toFixed(2)}${range}, n ${n}`);
  }
  return table;
}

/** Mean utility of what was opened, request by request, over the repeats. */
function curves({ on, off }: Both): { readonly on: readonly number[]; readonly off: readonly number[] } {
  const curve = (all: Both['on']): number[] =>
    (all[0] ?? []).map((_, at) => mean(all.flatMap((each) => (each[at] ? [each[at].opened] : []))));
  return { on: curve(on), off: curve(off) };
}
