/** Evidence needed before a comparison counts as won: at most one false claim in 20, however often one looks. */
export const PROVEN_E = 20;
/** Evidence needed before ranking is allowed to act. */
export const USEFUL_E = 3;

/**
 * E-value against "both are equally good" after wins and losses of blind comparisons; ties are left out. The likelihood
 * ratio of a coin whose bias is uniform on 0 to 1 to a fair one: B(w + 1, l + 1) 2^(w + l). It is a martingale of mean 1
 * under a fair coin, so by Ville's inequality it ever reaches 20 with probability at most 1/20 (Ramdas, Gruenwald, Vovk
 * and Shafer 2023, "Game-theoretic statistics and safe anytime-valid inference").
 */
export function signEValue(wins: number, losses: number): number {
  return Math.exp(logBeta(wins + 1, losses + 1) + (wins + losses) * Math.LN2);
}

/**
 * Whether the first of two is proven better, asked after any comparison and as often as one likes. Half of the false
 * claims that the e-value allows would be for the other side, so at most 2.5 % of equal pairs are ever called better.
 */
export function isProvenBetter(wins: number, losses: number): boolean {
  return wins > losses && signEValue(wins, losses) >= PROVEN_E;
}

/**
 * Running e-value of one forecaster against another: the product of their likelihood ratios, each prediction made before
 * its outcome. Mean 1 while the other one is right.
 */
export interface ForecastRace {
  readonly logE: () => number;
  /** @param p prediction of the one, @param rival of the other, both above 0 and below 1 */
  readonly learn: (p: number, rival: number, y: 0 | 1) => void;
}

export function createForecastRace(start = 0): ForecastRace {
  let logE = start;
  return {
    logE: () => logE,
    learn: (p, rival, y) => {
      logE += y === 1 ? Math.log(p / rival) : Math.log((1 - p) / (1 - rival));
    },
  };
}

/** log B(a, b) for whole a and b of at least 1. */
function logBeta(a: number, b: number): number {
  // B(a, b) = 1 / (b C(a + b - 1, b)); the sum has min(a, b) terms.
  const [small, large] = a < b ? [a, b] : [b, a];
  let log = -Math.log(large + small - 1);
  for (let k = 1; k < small; k += 1) log += Math.log(k / (large + k - 1));
  return log;
}
