import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { requestClarity } from '../../sidecar/generate/hypotheses/requestClarity.ts';

const labelled = z.object({
  prompt: z.string().min(1),
  context: z.array(z.enum(['selection', 'file', 'problems', 'diff'])),
  thread: z.boolean(),
  unclear: z.boolean(),
});
export type LabelledRequest = z.infer<typeof labelled>;

/** A share with its 95 % Wilson interval. */
export interface Share {
  readonly value: number;
  readonly of: number;
  readonly low: number;
  readonly high: number;
}
export interface ClarityScore {
  readonly requests: number;
  /** Of those that are asked back, the share that is unclear. */
  readonly precision: Share;
  /** Of the unclear ones, the share that is asked back. */
  readonly recall: Share;
  /** Asked though clear, and not asked though unclear. */
  readonly wrong: readonly { readonly prompt: string; readonly said: string }[];
}

export function readLabelled(name: 'clarity' | 'clarityHeldOut'): LabelledRequest[] {
  const file = new URL(`../fixtures/readings/${name}.jsonl`, import.meta.url);
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => labelled.parse(JSON.parse(line)));
}

/** How well `requestClarity` agrees with the labels. */
export function clarityScore(requests: readonly LabelledRequest[]): ClarityScore {
  let right = 0;
  let asked = 0;
  const wrong: { prompt: string; said: string }[] = [];
  for (const { prompt, context, thread, unclear } of requests) {
    const said = requestClarity({ prompt, context, followUp: thread });
    if (said.unclear) asked += 1;
    if (said.unclear && unclear) right += 1;
    if (said.unclear !== unclear) wrong.push({ prompt, said: said.why });
  }
  const labelledUnclear = requests.filter(({ unclear }) => unclear).length;
  return {
    requests: requests.length,
    precision: share(right, asked),
    recall: share(right, labelledUnclear),
    wrong,
  };
}

function share(part: number, of: number): Share {
  const z95 = 1.959964;
  const p = part / of;
  const middle = (p + z95 ** 2 / (2 * of)) / (1 + z95 ** 2 / of);
  const half = (z95 / (1 + z95 ** 2 / of)) * Math.sqrt((p * (1 - p)) / of + z95 ** 2 / (4 * of ** 2));
  return { value: p, of, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
