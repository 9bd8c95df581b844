import { setImmediate } from 'node:timers/promises';
import { type Observation, type Subject, subjectOf } from '../../sidecar/learn/preference/observation.ts';
import { createPreferenceModel } from '../../sidecar/learn/preference/preferenceModel.ts';
import { SHIPPED_PRIOR } from '../../sidecar/learn/preference/shippedPrior.ts';
import { inTurns, type Steps } from '../../sidecar/learn/preference/steps.ts';
import { atMost, type BenchRow, median, noted } from './benchRow.ts';
import { seeded } from './learn/seeded.ts';

const CANDIDATES = 8;
const TIMES = 50;
const TYPICAL = 2_000;
const SIZES = [500, TYPICAL, 8_000, 24_000];
const HISTORY = [100, 1_000, 10_000];
const MAX_MS = 5;
const MAX_REFIT_S = 1;
const MAX_BLOCK_MS = 30;
const BLOCK_RUNS = 3;

/** Ranking from the bare texts on (features, experts, explanation), one update, a refit; and how each grows. */
export async function run(): Promise<BenchRow[]> {
  const random = seeded(7);
  const history = Array.from({ length: Math.max(...HISTORY) }, (_, i) => vote(i, random));
  const model = createPreferenceModel({ prior: SHIPPED_PRIOR, surface: 'answer' });
  model.refit(history.slice(0, HISTORY[0]));
  const rows: BenchRow[] = [];
  for (const size of SIZES) {
    const times = Array.from({ length: TIMES }, () => {
      const texts = Array.from({ length: CANDIDATES }, () => answer(size, random));
      return timed(() =>
        model.rank(texts.map((text) => subject('Write a function that reads a file.', text))),
      );
    });
    const name = `rank ${CANDIDATES} candidates of ${size} characters`;
    rows.push(
      size === TYPICAL
        ? atMost('rank', name, median(times), 'ms', MAX_MS)
        : noted('rank', name, median(times), 'ms'),
    );
  }
  for (const size of HISTORY) {
    const seconds = timed(() => model.refit(history.slice(0, size))) / 1_000;
    const name = `refit on ${size} decisions`;
    rows.push(
      size === 10_000 ? atMost('rank', name, seconds, 's', MAX_REFIT_S) : noted('rank', name, seconds, 's'),
    );
    const blocks: number[] = [];
    for (let i = 0; i < BLOCK_RUNS; i += 1)
      blocks.push(await longestBlock(model.refitSteps(history.slice(0, size))));
    // Other programs on this machine only ever add to it.
    const longest = Math.min(...blocks);
    rows.push(atMost('rank', 'longest block of that refit in the background', longest, 'ms', MAX_BLOCK_MS));
    const updates = Array.from({ length: TIMES }, (_, i) => timed(() => model.learn(vote(i, random))));
    rows.push(atMost('rank', `update after ${size} decisions`, median(updates), 'ms', MAX_MS));
  }
  return rows;
}

/** Milliseconds that nothing else got its turn for. */
async function longestBlock(steps: Steps): Promise<number> {
  let longest = 0;
  let since = performance.now();
  await inTurns(steps, {
    now: () => performance.now(),
    turn: async () => {
      longest = Math.max(longest, performance.now() - since);
      await setImmediate();
      since = performance.now();
    },
  });
  return Math.max(longest, performance.now() - since);
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

const PARTS = [
  'def read_{}(path: str) -> list[str]:\n    """Reads lines."""\n',
  '    try:\n        with open(path) as handle_{}:\n            return handle_{}.readlines()\n',
  '    except OSError as error:\n        raise ValueError(path) from error\n',
  '    for item_{} in values: # each value\n        print(item_{})\n',
  '    return [x for x in values if x is not None]\n',
];

function answer(size: number, random: () => number): string {
  let code = '';
  while (code.length < size * 0.7) {
    code += (PARTS[Math.floor(random() * PARTS.length)] ?? '').replaceAll(
      '{}',
      String(Math.floor(random() * 900)),
    );
  }
  let prose = 'Here is a function that does it. ';
  while (prose.length < size * 0.3)
    prose += `It reads the file number ${Math.floor(random() * 900)} line by line. `;
  return `${prose}\n\`\`\`python\n${code}\`\`\`\nLet me know if it helps.`.slice(0, size);
}

const subject = (prompt: string, text: string): Subject =>
  subjectOf({
    prompt,
    text,
    meanLogprob: -0.4,
    lastText: undefined,
    secondsSinceLast: 30,
    category: 'code_generation',
  });

function vote(i: number, random: () => number): Observation {
  return {
    kind: 'vote',
    decision: String(i),
    subject: subject('Write a function.', answer(1_000, random)),
    approved: random() < 0.6,
    reasons: random() < 0.2 ? [{ feature: 'docstring', wanted: 1, share: 1 }] : [],
  };
}
