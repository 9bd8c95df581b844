import type { PersonaUpdate } from '../../sidecar/protocol/memorySchemas.ts';
import { notYetKnown, rateWithInterval } from '../../sidecar/protocol/rateWords.ts';
import type { PreferenceView } from '../../sidecar/protocol/tasteSchemas.ts';
import type { FacetView, Knowledge } from '../../webview/knowledgeProtocol.ts';
import { knowledgeEntries } from './knowledgeEntries.ts';
import type { KnowledgeSources } from './knowledgeSources.ts';
import { facetEnds } from './sentences.ts';

/** Everything learned, as the page shows it. */
export function knowledgeView(sources: KnowledgeSources): Knowledge {
  const { stats, persona, preference } = sources;
  return {
    entries: knowledgeEntries(sources),
    facets: persona.facets
      .filter(({ updates }) => updates > 0)
      .map(({ name, value, updates }) => facetView(name, value, updates, persona.updates)),
    figures: [
      `Approved: ${rateWithInterval(stats.approval)}`,
      `Kept after an hour: ${rateWithInterval(stats.kept)}`,
    ],
    tastesNote: tastesNote(preference),
    experts: preference.experts.map(({ name, share }) => ({
      name,
      does: EXPERTS[name] ?? 'predicts',
      share,
    })),
    expertsNote: expertsNote(preference),
    decisions: stats.approved + stats.edited + stats.denied,
  };
}

const MAX_TREND = 20;
const MAX_CHANGES = 3;
const MAX_WHY = 200;

/** @param updates newest first */
function facetView(name: string, value: number, n: number, updates: readonly PersonaUpdate[]): FacetView {
  const own = updates.filter(({ facetDeltas }) => facetDeltas[name] !== undefined);
  const before = own.slice(1, MAX_TREND).flatMap(({ newFacets }) => newFacets[name] ?? []);
  return {
    key: `facet:${name}`,
    ...facetEnds(name),
    value,
    n,
    trend: [...before.reverse(), value],
    changes: own.slice(0, MAX_CHANGES).map(({ facetDeltas, why }) => {
      return `${signed(facetDeltas[name] ?? 0)} ${why.slice(0, MAX_WHY)}`;
    }),
  };
}

const signed = (delta: number): string => `${delta < 0 ? '-' : '+'}${Math.abs(delta).toFixed(2)}`;

function tastesNote({ n, needed, tastes }: PreferenceView): string {
  if (tastes.length > 0) return '';
  if (n < needed) return `Your taste is ${notYetKnown(n)}: ${needed} decisions are needed.`;
  return `Your taste is ${notYetKnown(n)}: no direction is clear. Reasons and varied answers make it clear sooner.`;
}

function expertsNote({ n, evidence }: PreferenceView): string {
  const from = `Learned from ${n} decisions and scores.`;
  return evidence.useful
    ? `${from} Better than your running rate (evidence ${evidence.e.toPrecision(2)}), so it ranks answers.`
    : `${from} Whether it beats your running rate is ${notYetKnown(n)}, so it ranks nothing.`;
}

/** What each expert goes by. */
const EXPERTS: Readonly<Record<string, string>> = {
  rate: 'how often you approve',
  confidence: "the model's own confidence",
  public: 'what many people like',
  length: 'length alone',
  publicAndLength: 'what many people like, and length',
  own30: 'your taste, near what many like',
  own100: 'your taste, nearer to what many like',
  fresh10: 'your taste alone',
  words: 'the words of answers',
};
