import { wilson } from '../statistics.ts';
import type { Forecast } from './preferenceModel.ts';

/** Fewer verdicts that were foretold tell nothing of how far a score can be trusted. */
const MIN_FORECASTS = 30;
/** Fewer below a threshold tell nothing of it. */
const MIN_BELOW = 8;
const THRESHOLDS = [0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1];

/**
 * The score below which an answer is so likely to be denied that another one is worth its time: the highest of a few below
 * which verdicts so far were denials more often than not (the whole 95 % Wilson interval of approvals is under a half) and
 * the scores were right (their mean lies in that interval). Undefined where no threshold is borne out by at least 30
 * verdicts, 8 of them below it.
 */
export function alternativeThreshold(forecasts: readonly Forecast[]): number | undefined {
  if (forecasts.length < MIN_FORECASTS) return undefined;
  return THRESHOLDS.find((threshold) => {
    const below = forecasts.filter(({ p }) => p < threshold);
    if (below.length < MIN_BELOW) return false;
    const approved = below.filter(({ y }) => y === 1).length;
    const { low, high } = wilson(approved, below.length);
    const said = below.reduce((sum, { p }) => sum + p, 0) / below.length;
    return high < 0.5 && said >= low && said <= high;
  });
}
