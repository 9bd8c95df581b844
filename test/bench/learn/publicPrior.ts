import { answerFeatures } from '../../../sidecar/learn/preference/answerFeatures.ts';
import { contextFeatures } from '../../../sidecar/learn/preference/contextFeatures.ts';
import { fitPrior, type PublicPair } from '../../../sidecar/learn/preference/fitPrior.ts';
import type { PreferencePrior } from '../../../sidecar/learn/preference/preferencePrior.ts';
import { groupBy } from './groupBy.ts';
import type { DecisionRow, PairRow, PublicData, ScoreRow } from './publicData.ts';

const SOURCES = {
  decisions: { name: 'microsoft/coderec_programming_states', licence: 'MIT' },
  scores: { name: 'allenai/WildBench', licence: 'Apache-2.0' },
  pairs: { name: 'WeOpenML/PandaLM', licence: 'Apache-2.0' },
} as const;

/** Fits the prior on what is given; an empty list leaves its part of the prior at nothing known. */
export function publicPrior(data: PublicData): PreferencePrior {
  const sources = (['decisions', 'scores', 'pairs'] as const)
    .filter((part) => data[part].length > 0)
    .map((part) => ({ ...SOURCES[part], rows: data[part].length }));
  return fitPrior({
    pairs: [...labelledPairs(data.pairs), ...siblingPairs(data.scores)],
    decisions: [...byDeveloper(data.decisions).values()].flat().map(({ row, context }) => ({
      context,
      approved: row.approved,
    })),
    provenance: { script: 'test/bench/learn/makePrior.ts', sources },
  });
}

/** The annotators of one pair count as one together. */
export function labelledPairs(rows: readonly PairRow[]): PublicPair[] {
  const annotators = new Set(rows.map(({ annotator }) => annotator)).size;
  return rows.flatMap(({ prompt, response_a, response_b, label }) => {
    if (label === 'tie') return [];
    const a = answerFeatures(prompt, response_a);
    const b = answerFeatures(prompt, response_b);
    return [{ better: label === 'a' ? a : b, worse: label === 'a' ? b : a, weight: 1 / annotators }];
  });
}

/** All pairs of answers to one prompt that one judge scored differently; an answer counts as about one together. */
function siblingPairs(rows: readonly ScoreRow[]): PublicPair[] {
  const groups = groupBy(rows, ({ prompt_id, annotator }) => `${prompt_id} ${annotator}`);
  return [...groups.values()].flatMap((group) => {
    const answers = group.map(({ response, score }) => ({ features: answerFeatures('', response), score }));
    return answers.flatMap((one, i) =>
      answers.slice(i + 1).flatMap((other) => {
        if (one.score === other.score) return [];
        const [better, worse] = one.score > other.score ? [one, other] : [other, one];
        return [{ better: better.features, worse: worse.features, weight: 2 / group.length }];
      }),
    );
  });
}

export interface DecisionInContext {
  readonly row: DecisionRow;
  readonly context: Float64Array;
}

/** Decisions of each developer in order, with what was known before each. `time` is when it was made. */
export function byDeveloper(rows: readonly DecisionRow[]): Map<string, DecisionInContext[]> {
  const groups = groupBy(rows, ({ annotator }) => annotator);
  return new Map(
    [...groups].map(([developer, own]) => {
      const ordered = own.toSorted((a, b) => a.seq - b.seq);
      return [developer, ordered.map((row, i) => ({ row, context: contextOf(row, ordered[i - 1]) }))];
    }),
  );
}

function contextOf(row: DecisionRow, last: DecisionRow | undefined): Float64Array {
  const shown = Date.parse(row.time) / 1000 - (row.decide_s ?? 0);
  return contextFeatures({
    prompt: row.prompt,
    text: row.response,
    meanLogprob: row.model_mean_logprob ?? undefined,
    lastText: last?.response,
    secondsSinceLast: last && shown - Date.parse(last.time) / 1000,
  });
}
