import type { TokenLogprob } from '../models/engine.ts';

const WINDOW = 8;

export interface LogprobSummary {
  /** Mean natural-log probability of the tokens. */
  readonly mean: number;
  /** Lowest mean over 8 tokens in a row; the mean where there are fewer. */
  readonly worstWindow: number;
  readonly n: number;
}

/** Sums up the log-probabilities of an answer; undefined where there are none. */
export function logprobSummary(tokens: readonly Pick<TokenLogprob, 'logprob'>[]): LogprobSummary | undefined {
  const values = tokens.map((each) => each.logprob).filter(Number.isFinite);
  if (values.length === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let worst = values.length < WINDOW ? mean : Number.POSITIVE_INFINITY;
  let sum = 0;
  for (const [at, value] of values.entries()) {
    sum += value - (at >= WINDOW ? (values[at - WINDOW] ?? 0) : 0);
    if (at >= WINDOW - 1) worst = Math.min(worst, sum / WINDOW);
  }
  return { mean, worstWindow: worst, n: values.length };
}
