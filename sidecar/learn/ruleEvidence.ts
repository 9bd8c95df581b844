import type { DecisionSignals } from './decisionSignals.ts';

/** What decisions say about one rule; both lists newest first. */
export interface RuleDraft {
  readonly id: string;
  readonly evidence: readonly DecisionSignals[];
  readonly against: readonly DecisionSignals[];
  /** Another number whenever one of the lists changed. */
  readonly version: number;
}

/** What decisions say about rules, one decision more or less at a time. */
export interface RuleEvidence {
  /** Another number whenever something changed. */
  readonly version: number;
  readonly drafts: ReadonlyMap<string, RuleDraft>;
  /** Takes in what a decision says. */
  put(signals: DecisionSignals): void;
  /** Takes back what a decision said, by the very signals that were put. */
  drop(signals: DecisionSignals): void;
}

interface OpenDraft extends RuleDraft {
  readonly evidence: DecisionSignals[];
  readonly against: DecisionSignals[];
  version: number;
}

export function createRuleEvidence(): RuleEvidence {
  const drafts = new Map<string, OpenDraft>();
  let version = 0;

  function draftOf(id: string): OpenDraft {
    const draft = drafts.get(id) ?? { id, evidence: [], against: [], version };
    drafts.set(id, draft);
    return draft;
  }

  function change(
    { supports, opposes }: DecisionSignals,
    how: (draft: OpenDraft, list: 'evidence' | 'against') => void,
  ): void {
    version += 1;
    const touched = new Set<OpenDraft>();
    const each = (id: string, list: 'evidence' | 'against'): void => {
      const draft = draftOf(id);
      how(draft, list);
      draft.version = version;
      touched.add(draft);
    };
    for (const { rule } of supports) each(rule, 'evidence');
    for (const rule of opposes) each(rule, 'against');
    for (const draft of touched)
      if (draft.evidence.length + draft.against.length === 0) drafts.delete(draft.id);
  }

  return {
    get version() {
      return version;
    },
    drafts,
    put: (signals) =>
      change(signals, (draft, list) => draft[list].splice(placeOf(draft[list], signals), 0, signals)),
    drop: (signals) => change(signals, (draft, list) => draft[list].splice(placeOf(draft[list], signals), 1)),
  };
}

type Stamp = Pick<DecisionSignals, 'at' | 'decision'>;

/** Below 0 where the first is newer. Of decisions of one time the greater id is the newer. */
export function compareNewest(a: Stamp, b: Stamp): number {
  if (a.at !== b.at) return a.at < b.at ? 1 : -1;
  return a.decision === b.decision ? 0 : a.decision < b.decision ? 1 : -1;
}

/** The place of a decision in a list, or the place where it belongs. */
export function placeOf(list: readonly Stamp[], wanted: Stamp): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const each = list[middle];
    if (each && compareNewest(each, wanted) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
