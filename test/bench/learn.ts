import { existsSync } from 'node:fs';
import { SHIPPED_PRIOR } from '../../sidecar/learn/preference/shippedPrior.ts';
import type { BenchOptions, BenchRow } from './benchRow.ts';
import { coderecRows } from './learn/coderec.ts';
import { falseClaimRows } from './learn/falseClaims.ts';
import { readPersonas } from './learn/hiddenTaste.ts';
import { type LearnRow, SEED } from './learn/learnRow.ts';
import { pandalmRows } from './learn/pandalm.ts';
import { personaRows } from './learn/personas.ts';
import { readPublicData } from './learn/publicData.ts';
import { wildbenchRows } from './learn/wildbench.ts';

const WILDBENCH_REPEATS = 60;
const PERSONA_REPEATS = 20;
/** A short run shows that everything works; its figures are too noisy to hold bounds. */
const SHORT_REPEATS = 4;

/**
 * `--data FOLDER` with files as docs/learning.md names them; without it only the check on false claims runs. `--prior
 * shipped` for data that the shipped prior has not seen, `--personas FILE` for others than the open ones.
 */
export async function run(options: BenchOptions): Promise<BenchRow[]> {
  const folder = options['data'];
  if (folder === undefined) {
    console.error(
      'learn: name the public data with --data FOLDER; without it only false claims are measured.',
    );
    return print(falseClaimRows(), options);
  }
  if (!existsSync(folder)) throw new Error(`There is no folder ${folder}.`);
  const prior = options['prior'] ?? 'leave-out';
  if (prior !== 'leave-out' && prior !== 'shipped') throw new Error('--prior is leave-out or shipped.');
  const shipped = prior === 'shipped' ? SHIPPED_PRIOR : undefined;
  const data = readPublicData(folder);
  const short = options['short'] !== undefined;
  console.error(
    `learn: seed ${SEED}, prior ${prior}, ${data.decisions.length} decisions, ${data.scores.length} scores, ${data.pairs.length} pairs`,
  );
  const repeats = {
    wildbench: short ? SHORT_REPEATS : WILDBENCH_REPEATS,
    personas: short ? SHORT_REPEATS : PERSONA_REPEATS,
  };
  const rows: LearnRow[] = [];
  const part = (name: string, present: boolean, measured: () => LearnRow[]): void => {
    if (!present) {
      console.error(`learn: no file for ${name}, left out`);
      return;
    }
    const start = performance.now();
    rows.push(...measured());
    console.error(`learn: ${name} took ${((performance.now() - start) / 1_000).toFixed(0)} s`);
  };
  part('coderec', data.decisions.length > 0, () => coderecRows(data, shipped));
  part('wildbench', data.scores.length > 0, () => wildbenchRows(data, shipped, repeats.wildbench));
  part('pandalm', data.pairs.length > 0, () => pandalmRows(data, shipped));
  part('personas', data.scores.length > 0, () =>
    personaRows(data, shipped, readPersonas(options['personas']), repeats.personas),
  );
  part('false claims', true, falseClaimRows);
  return print(rows, options);
}

/** The table with intervals and baselines, which the common one has no columns for. */
function print(rows: readonly LearnRow[], options: BenchOptions): BenchRow[] {
  if (options['json'] === undefined) for (const row of rows) console.log(line(row));
  return rows.map((row) => ({ ...row, value: rounded(row.value) }));
}

function line({ metric, value, interval, n, budget, ok, baselines }: LearnRow): string {
  const range = interval ? ` [${rounded(interval[0])}, ${rounded(interval[1])}]` : '';
  const bound = ok === null ? '' : ` (${budget}: ${ok ? 'yes' : 'NO'})`;
  const others = Object.entries(baselines).map(([name, each]) => `${name} ${rounded(each)}`);
  return `${metric}: ${rounded(value)}${range}, n ${n}${bound}${others.length > 0 ? `; ${others.join(', ')}` : ''}`;
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;
