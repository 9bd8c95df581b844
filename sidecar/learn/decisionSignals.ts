import type { Verdict } from '../protocol/words.ts';
import { APPROVE_REASONS, DENY_REASONS } from '../protocol/words.ts';
import { editSignals } from './features.ts';
import { notePhrases } from './notePhrases.ts';
import { RULE_CATALOGUE } from './ruleCatalogue.ts';
import { ALWAYS } from './ruleScope.ts';

/** One thing that a decision says about a rule. */
export interface RuleSignal {
  readonly rule: string;
  /** Sentence and short form of a rule of the user's own; undefined for a catalogued one. */
  readonly text: string | undefined;
  readonly short: string | undefined;
  readonly scope: string;
  /** True where the user said it in so many words: once is enough. */
  readonly explicit: boolean;
}

export interface DecisionSignals {
  readonly decision: string;
  readonly at: string;
  readonly supports: readonly RuleSignal[];
  /** Rules that the decision speaks against. */
  readonly opposes: readonly string[];
}

/** What of a decision rules are learned from. Texts are undefined where there are none. */
export interface DecisionContent {
  readonly decision: string;
  readonly at: string;
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
  readonly notes: readonly string[];
  readonly original: string | undefined;
  readonly edited: string | undefined;
}

const KNOWN_TAGS: ReadonlySet<string> = new Set([...DENY_REASONS, ...APPROVE_REASONS]);

/** What one decision says, deterministically. */
export function decisionSignals(content: DecisionContent): DecisionSignals {
  const supports = new Map<string, RuleSignal>();
  const opposes = new Set<string>();
  const support = (signal: RuleSignal): void => {
    const known = supports.get(signal.rule);
    if (!known || (signal.explicit && !known.explicit)) supports.set(signal.rule, signal);
  };
  for (const tag of content.reasons) for (const signal of tagSignals(tag, content.verdict)) support(signal);
  for (const note of content.notes) for (const phrase of notePhrases(note, content.verdict)) support(phrase);
  if (content.original !== undefined && content.edited !== undefined) {
    const edits: ReadonlySet<string> = new Set(editSignals(content.original, content.edited));
    for (const template of RULE_CATALOGUE) {
      if (template.edits.some((each) => edits.has(each))) support(implied(template.id));
      if (template.editsAgainst.some((each) => edits.has(each))) opposes.add(template.id);
    }
  }
  return {
    decision: content.decision,
    at: content.at,
    supports: [...supports.values()],
    opposes: [...opposes],
  };
}

const implied = (rule: string): RuleSignal => ({
  rule,
  text: undefined,
  short: undefined,
  scope: ALWAYS,
  explicit: false,
});

function tagSignals(tag: string, verdict: Verdict): RuleSignal[] {
  const templates = RULE_CATALOGUE.filter((template) => template.tags.includes(tag));
  if (templates.length > 0) return templates.map(({ id }) => ({ ...implied(id), explicit: true }));
  // A tag of the user's own is a note in few words.
  return KNOWN_TAGS.has(tag) ? [] : notePhrases(tag.replace(/[_-]+/g, ' '), verdict);
}
