import type { ApproveReason, DenyReason } from '../../protocol/words.ts';
import { FEATURE_NAMES, type FeatureName } from './featureNames.ts';
import { FEATURE_WORDS } from './featureWords.ts';

/** A feature that the user wants more (1) or less (-1) of, said with this share of one reason's force. */
export interface ReasonSignal {
  readonly feature: FeatureName;
  readonly wanted: 1 | -1;
  readonly share: number;
}

type Wish = readonly [FeatureName, 1 | -1];

/** What each named reason says of features; the first of several is meant most often. Some say nothing countable. */
const TAG_WISHES: Readonly<Record<DenyReason | ApproveReason, readonly Wish[]>> = {
  too_complex: [
    ['depth', -1],
    ['ifs', -1],
    ['n_class', -1],
  ],
  too_long: [
    ['log_chars', -1],
    ['log_prose', -1],
  ],
  missing_error_handling: [
    ['err', 1],
    ['guard', 1],
  ],
  missing_tests: [['tests', 1]],
  wrong: [],
  insecure: [
    ['risky', -1],
    ['safe', 1],
  ],
  slow: [],
  style: [],
  poor_names: [
    ['short_ids', -1],
    ['idlen', 1],
  ],
  missing_docs: [
    ['docstring', 1],
    ['comment_ratio', 1],
  ],
  off_topic: [['prompt_cov', 1]],
  good_error_handling: [['err', 1]],
  clear: [],
  concise: [['log_chars', -1]],
  well_tested: [['tests', 1]],
  good_structure: [['n_func', 1]],
  good_architecture: [['n_class', 1]],
};
const FIRST_SHARE = 0.75;

const WISHES: ReadonlyMap<string, readonly Wish[]> = new Map(Object.entries(TAG_WISHES));

/** Signals of a reason tag; empty for one that names no countable feature or is not ours. */
export function tagSignals(tag: string): ReasonSignal[] {
  const wishes = WISHES.get(tag) ?? [];
  return wishes.map(([feature, wanted], i) => ({ feature, wanted, share: shareOf(i, wishes.length) }));
}

const shareOf = (place: number, of: number): number =>
  of === 1 ? 1 : place === 0 ? FIRST_SHARE : (1 - FIRST_SHARE) / (of - 1);

const LESS =
  /\b(?:less|fewer|too (?:many|much|long)|without|avoid|remove|drop|shorter|skip|don'?t|stop|unneeded|unnecessary)\b/;
const MORE =
  /\b(?:more|add|adds|missing|misses|lacks?|needs?|not enough|too (?:few|little|short)|use|prefer|want|should have|longer)\b/;
const CLAUSE = /[.;,\n]+|\bbut\b|\band (?=(?:more|less|fewer|no|not|too)\b)/;
const MAX_NOTE = 2_000;

interface Phrase {
  readonly feature: FeatureName;
  readonly pattern: RegExp;
  readonly length: number;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\-]/g, '\\$&');

/** Longest first, so that "inline comments" is not taken for "comments". */
const PHRASES: readonly Phrase[] = FEATURE_NAMES.flatMap((feature) => {
  const words = FEATURE_WORDS[feature];
  const all = words ? [words.label, ...words.phrases] : [];
  return all.map((phrase) => ({
    feature,
    pattern: new RegExp(`(?<![\\w-])${escaped(phrase)}(?![\\w-])`),
    length: phrase.length,
  }));
}).sort((a, b) => b.length - a.length);

/** Signals of a note in plain words: "fewer comments, needs type hints". A clause without a direction says nothing. */
export function noteSignals(note: string): ReasonSignal[] {
  const wishes = new Map<FeatureName, 1 | -1>();
  for (const clause of note.slice(0, MAX_NOTE).toLowerCase().split(CLAUSE)) {
    const less = LESS.test(clause);
    if (less === MORE.test(clause)) continue;
    for (const feature of featuresIn(clause)) wishes.set(feature, less ? -1 : 1);
  }
  return [...wishes].map(([feature, wanted]) => ({ feature, wanted, share: 1 / wishes.size }));
}

function featuresIn(clause: string): FeatureName[] {
  let rest = clause;
  const found = new Set<FeatureName>();
  for (const { feature, pattern } of PHRASES) {
    if (!pattern.test(rest)) continue;
    found.add(feature);
    rest = rest.replace(new RegExp(pattern, 'g'), ' ');
  }
  return [...found];
}
