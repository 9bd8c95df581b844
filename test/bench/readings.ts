import { requestClarity } from '../../sidecar/generate/hypotheses/requestClarity.ts';
import { atLeast, atMost, type BenchRow, median, noted } from './benchRow.ts';
import { clarityScore, readLabelled, type Share } from './clarityScore.ts';

const TIMES = 200;
const MAX_MS = 1;
const PRECISION = 0.97;
const LISTS = [
  { name: 'clarity', recall: 0.95 },
  { name: 'clarityHeldOut', recall: 0.9 },
] as const;

/** How well unclear requests are told from clear ones, with 95 % Wilson intervals, and how long that takes. */
export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const { name, recall } of LISTS) {
    const score = clarityScore(readLabelled(name));
    rows.push(noted('readings', `${name}: requests`, score.requests, ''));
    rows.push(...shareRows(`${name}: precision of asking`, score.precision, PRECISION));
    rows.push(...shareRows(`${name}: recall`, score.recall, recall));
  }
  const requests = [
    ...readLabelled('clarity').map(({ prompt }) => prompt),
    'Write a function that retries on 429. '.repeat(500),
  ];
  const times = Array.from({ length: TIMES }, () => {
    const from = performance.now();
    for (const prompt of requests) requestClarity({ prompt, context: [], followUp: false });
    return (performance.now() - from) / requests.length;
  });
  rows.push(atMost('readings', 'telling whether a request is clear', median(times), 'ms', MAX_MS));
  return rows;
}

function shareRows(metric: string, { value, of, low, high }: Share, limit: number): BenchRow[] {
  return [
    atLeast('readings', `${metric} (n = ${of})`, value, '', limit),
    noted('readings', `${metric}, 95 % from`, low, ''),
    noted('readings', `${metric}, 95 % to`, high, ''),
  ];
}
