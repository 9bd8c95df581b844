import type { MemoryItem } from '../../protocol/memorySchemas.ts';
import type { Reading } from '../../protocol/readingSchemas.ts';
import type { AskedBack } from './readingLog.ts';
import { readingTerms } from './readingTerms.ts';

/** A question and how far memories speak for it, 0 to 1. */
export interface ScoredQuestion {
  readonly question: string;
  readonly support: number;
}

/** Choices looked at, the newest ones. */
const LOOK_BACK = 50;
/** What the first place is worth before anything is known: picked in so many of so many. */
const PRIOR = { plain: 0.55, supported: 0.95, strength: 12 } as const;
/** A choice on the other kind of first reading, with or without support, tells this much. */
const OTHER_KIND = 0.3;
/** Another reading that memories speak for was no bad guess: which of the two is known from then on. */
const OTHER_SUPPORTED = 0.5;
const SKIPS = { of: 10, prior: 1 } as const;
/** How likely each place is before support. */
const PLACES = [0.5, 0.3, 0.2] as const;
const SUPPORTED = 0.25;
const MOST = 0.99;

/** How far memories speak for a question: by the words that it has from them and not from the prompt. */
export function supportOf(question: string, prompt: string, memories: readonly MemoryItem[]): number {
  const own = readingTerms(prompt);
  const said = readingTerms(question);
  let support = 0;
  for (const { type, text, confidence, state, replacedBy } of memories) {
    if (state === 'off' || replacedBy !== undefined || type === 'history') continue;
    const terms = [...readingTerms(text)].filter((term) => !own.has(term));
    const shared = terms.filter((term) => said.has(term)).length;
    if (shared === 0) continue;
    const weight = state === 'pin' ? 1 : confidence;
    support = 1 - (1 - support) * (1 - weight * (shared / terms.length));
  }
  return Math.min(1, support);
}

/**
 * Gives each question the probability that the user picks it, best first. The first place counts as often as it was
 * picked so far (readings that memories speak for and others are counted apart), so consistent picks raise it.
 */
export function withConfidence(
  questions: readonly ScoredQuestion[],
  earlier: readonly AskedBack[],
): Reading[] {
  const placed = questions.map((each, at) => ({ ...each, weight: (PLACES[at] ?? 0.1) * (1 + each.support) }));
  placed.sort((a, b) => b.weight - a.weight);
  const [first, ...others] = placed;
  if (!first) return [];
  const firstShare = shareOfFirst(first.support, earlier);
  const rest = (1 - firstShare) * (1 - shareOfSkips(earlier));
  const all = others.reduce((sum, { weight }) => sum + weight, 0);
  const confidences = [
    firstShare,
    ...others.map(({ weight }) => Math.min(firstShare, (rest * weight) / all)),
  ];
  return placed.map(({ question }, at) => ({
    id: `h${at + 1}`,
    question,
    confidence: Math.round(Math.min(MOST, confidences[at] ?? 0) * 100) / 100,
  }));
}

function shareOfFirst(support: number, earlier: readonly AskedBack[]): number {
  const mean = PRIOR.plain + (PRIOR.supported - PRIOR.plain) * support;
  let picked = mean * PRIOR.strength;
  let of: number = PRIOR.strength;
  for (const { choice, readings, supports } of asked(earlier)) {
    const [before = 0] = supports;
    const weight = before >= SUPPORTED === support >= SUPPORTED ? 1 : OTHER_KIND;
    const at = readings.findIndex(({ id }) => id === choice?.selected);
    if (at === 0) picked += weight;
    of += weight * (at > 0 && (supports[at] ?? 0) >= SUPPORTED ? OTHER_SUPPORTED : 1);
  }
  return picked / of;
}

function shareOfSkips(earlier: readonly AskedBack[]): number {
  const counted = asked(earlier);
  const skipped = counted.filter(({ choice }) => choice?.selected === null).length;
  return (SKIPS.prior + skipped) / (SKIPS.of + counted.length);
}

/** What was taken without asking tells nothing; what was changed afterwards counts as the change. */
const asked = (earlier: readonly AskedBack[]): readonly AskedBack[] =>
  earlier.filter(({ choice }) => choice && !choice.automatic).slice(-LOOK_BACK);
