import { isProvenBetter } from '../../../sidecar/learn/preference/eValue.ts';
import { type LearnRow, learnRow, SEED } from './learnRow.ts';
import { seeded } from './seeded.ts';

const EXPERIMENTS = 2_000;

/** How often the verdict "better" is given, looked for after every comparison. */
export function falseClaimRows(): LearnRow[] {
  const equal = claimed(0.5, 200);
  const better = claimed(0.75, 100);
  return [
    learnRow({
      metric: 'false claims, equal versions, 200 looks',
      value: equal,
      unit: 'share',
      n: EXPERIMENTS,
      atMost: 0.025,
    }),
    learnRow({
      metric: 'true claims, 75 % won, within 100',
      value: better,
      unit: 'share',
      n: EXPERIMENTS,
      atLeast: 0.85,
    }),
  ];
}

function claimed(rate: number, comparisons: number): number {
  const random = seeded(SEED);
  let claims = 0;
  for (let experiment = 0; experiment < EXPERIMENTS; experiment += 1) {
    let wins = 0;
    for (let i = 1; i <= comparisons; i += 1) {
      if (random() < rate) wins += 1;
      if (!isProvenBetter(wins, i - wins)) continue;
      claims += 1;
      break;
    }
  }
  return claims / EXPERIMENTS;
}
