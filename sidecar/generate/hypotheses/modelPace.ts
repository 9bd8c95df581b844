/** How long questions by the model are waited for, from how fast it was before. */
export interface ModelPace {
  /** Milliseconds to wait for so many tokens. */
  patience(model: string, tokens: number): number;
  /** An answer of so many tokens came, the first of them after `firstMs`. */
  note(model: string, firstMs: number, tokens: number, totalMs: number): void;
}

interface Pace {
  readonly firstMs: number;
  readonly msPerToken: number;
}

/** Before anything is known. */
const UNKNOWN_MS = 4_000;
const LEAST_MS = 1_500;
const MOST_MS = 6_000;
/** Twice as slow as before is still waited for. */
const SLACK = 2;
/** The share of the newest measure. */
const NEWEST = 0.5;
const MODELS = 20;

export function createModelPace(): ModelPace {
  const paces = new Map<string, Pace>();
  return {
    patience: (model, tokens) => {
      const pace = paces.get(model);
      if (!pace) return UNKNOWN_MS;
      const expected = pace.firstMs + tokens * pace.msPerToken;
      return Math.round(Math.min(MOST_MS, Math.max(LEAST_MS, SLACK * expected)));
    },
    note: (model, firstMs, tokens, totalMs) => {
      const now = { firstMs, msPerToken: (totalMs - firstMs) / Math.max(1, tokens) };
      const before = paces.get(model) ?? now;
      const mixed = (key: keyof Pace): number => NEWEST * now[key] + (1 - NEWEST) * before[key];
      paces.delete(model);
      paces.set(model, { firstMs: mixed('firstMs'), msPerToken: mixed('msPerToken') });
      const oldest = paces.size > MODELS ? paces.keys().next().value : undefined;
      if (oldest !== undefined) paces.delete(oldest);
    },
  };
}
