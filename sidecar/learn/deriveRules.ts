import type { Rule } from '../protocol/trainingSchemas.ts';
import type { DecisionSignals } from './decisionSignals.ts';
import { isSameList } from './isSameList.ts';
import { RULE_CATALOGUE } from './ruleCatalogue.ts';
import { compareNewest, type RuleDraft, type RuleEvidence } from './ruleEvidence.ts';
import { scopedRule, scopeOf, unscopedRule } from './ruleScope.ts';
import { foldStates, isSameSetting, type RuleSetting, type RuleState, UNSET } from './ruleSettings.ts';

/** A rule with its evidence; `on` is whether it acts. */
export interface LearnedRule {
  readonly id: string;
  readonly text: string;
  readonly short: string;
  /** Where it applies; see ruleScope.ts. */
  readonly scope: string;
  readonly source: Rule['source'];
  /** Decisions for it, newest first. */
  readonly evidence: readonly string[];
  /** Decisions against it, newest first: those that took it out, and those for a rule that contradicts it. */
  readonly against: readonly string[];
  readonly on: boolean;
  /** Why a rule that the user did not switch off does not act. */
  readonly resting: 'weak' | 'overruled' | undefined;
  readonly pinned: boolean;
  /** True where the user wrote its text. */
  readonly edited: boolean;
}

/** Mentions in passing (an edit, a note without "always" or the like) that make a rule. */
const IMPLIED_NEEDED = 2;

/**
 * Derives rules from what decisions say. Of two rules that contradict each other the one spoken for last acts, and the
 * decisions behind it are shown against the other. Strongest evidence first. Only what changed is derived again.
 * The function takes what was set on rules, in order of time.
 */
export function createDeriveRules(
  evidence: RuleEvidence,
): (states: readonly RuleState[]) => readonly LearnedRule[] {
  const opponents = createOpponents();
  let known: ReadonlyMap<string, Known> = new Map();
  let last:
    | {
        readonly version: number;
        readonly states: readonly RuleState[];
        readonly rules: readonly LearnedRule[];
      }
    | undefined;

  function derive(states: readonly RuleState[]): readonly LearnedRule[] {
    const settings = foldStates(states);
    const sides = new Map<string, Side>();
    for (const draft of evidence.drafts.values()) {
      const side = sideOf(draft, settings.get(draft.id) ?? UNSET, known.get(draft.id)?.side);
      if (side.ids.length > 0) sides.set(draft.id, side);
    }
    const derived = new Map<string, Known>();
    for (const [id, side] of sides) {
      const others = opponents(id).flatMap((other) => sides.get(other) ?? []);
      derived.set(id, knownOf(side, others, known.get(id)));
    }
    known = derived;
    return Array.from(derived.values(), ({ rule }) => rule).sort(byStrength);
  }

  return (states) => {
    const { version } = evidence;
    if (!last || last.version !== version || !isSameList(last.states, states))
      last = { version, states, rules: derive(states) };
    return last.rules;
  };
}

/** What one draft comes to by itself. */
interface Side {
  readonly draft: RuleDraft;
  readonly version: number;
  readonly setting: RuleSetting;
  /** Evidence that counts. */
  readonly shown: readonly DecisionSignals[];
  readonly ids: readonly string[];
  readonly text: string;
  readonly short: string;
  /** When it was last spoken for, by a decision or by the user's own hand; undefined where it can't act. */
  readonly stands: string | undefined;
}

function sideOf(draft: RuleDraft, setting: RuleSetting, before: Side | undefined): Side {
  if (before?.draft === draft && before.version === draft.version && isSameSetting(before.setting, setting))
    return before;
  const { id, version, evidence } = draft;
  const end = evidence.findIndex((each) => each.at <= setting.forgottenAt);
  const shown = end < 0 ? [...evidence] : evidence.slice(0, end);
  const template = RULE_CATALOGUE.find((each) => each.id === id);
  const newest = shown[0] && signalOf(shown[0], id);
  const acts = setting.switched !== 'off' && (setting.switched === 'on' || isStrong(draft, shown));
  return {
    draft,
    version,
    setting,
    shown,
    ids: shown.map((each) => each.decision),
    text: template?.text ?? newest?.text ?? id,
    short: template?.short ?? newest?.short ?? id,
    stands: acts ? lastWord(shown, setting) : undefined,
  };
}

const signalOf = (signals: DecisionSignals, rule: string) =>
  signals.supports.find((each) => each.rule === rule);

function isStrong({ id, against }: RuleDraft, shown: readonly DecisionSignals[]): boolean {
  if (shown.length <= against.length) return false;
  return shown.length >= IMPLIED_NEEDED || shown.some((each) => signalOf(each, id)?.explicit === true);
}

function lastWord(shown: readonly DecisionSignals[], setting: RuleSetting): string {
  const said = shown[0]?.at ?? '';
  const set = setting.switched === 'on' ? (setting.switchedAt ?? '') : '';
  return set > said ? set : said;
}

/** A rule and what it was derived from. */
interface Known {
  readonly side: Side;
  readonly others: readonly Side[];
  readonly rule: LearnedRule;
}

function knownOf(side: Side, others: readonly Side[], before: Known | undefined): Known {
  const isSame =
    before?.side === side &&
    before.others.length === others.length &&
    others.every((each, at) => each === before.others[at]);
  return isSame ? before : { side, others, rule: toRule(side, others) };
}

function toRule(side: Side, others: readonly Side[]): LearnedRule {
  const { draft, setting, stands } = side;
  const overruled = stands !== undefined && others.some((other) => outlasts(other, draft.id, stands));
  const against = [draft.against, ...others.map((each) => each.shown)].reduce(merged);
  return {
    id: draft.id,
    text: oneLine(setting.text ?? side.text),
    short: side.short,
    scope: scopeOf(draft.id),
    source: 'decisions',
    evidence: side.ids,
    against: against.map((each) => each.decision),
    on: stands !== undefined && !overruled,
    resting: restingOf(setting, stands, overruled),
    pinned: setting.pinned,
    edited: setting.text !== undefined,
  };
}

function restingOf(
  setting: RuleSetting,
  stands: string | undefined,
  overruled: boolean,
): LearnedRule['resting'] {
  if (setting.switched === 'off') return undefined;
  if (stands === undefined) return 'weak';
  return overruled ? 'overruled' : undefined;
}

function outlasts({ draft, stands }: Side, rule: string, own: string): boolean {
  // The same decision can speak for both; then the id decides, so that exactly one of them acts.
  return stands !== undefined && (stands > own || (stands === own && draft.id < rule));
}

/** Two lists, newest first, as one in which each decision is named once. */
function merged(one: readonly DecisionSignals[], other: readonly DecisionSignals[]): DecisionSignals[] {
  const list: DecisionSignals[] = [];
  let [at, to] = [0, 0];
  for (;;) {
    const [a, b] = [one[at], other[to]];
    if (!a && !b) return list;
    const order = !a ? 1 : !b ? -1 : compareNewest(a, b);
    if (order <= 0) at += 1;
    if (order >= 0) to += 1;
    const next = order <= 0 ? a : b;
    if (next) list.push(next);
  }
}

/** The rules that can't hold together with one in the same scope, found once for each. */
export function createOpponents(): (id: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (id) => {
    const found = known.get(id) ?? contradictionsOf(id);
    known.set(id, found);
    return found;
  };
}

function contradictionsOf(scoped: string): string[] {
  const id = unscopedRule(scoped);
  return RULE_CATALOGUE.filter(
    (each) => each.id !== id && (each.contradicts.includes(id) || contradicts(id, each.id)),
  )
    .map((each) => each.id)
    .concat(ownOpposite(id))
    .map((each) => scopedRule(each, scopeOf(scoped)));
}

const contradicts = (a: string, b: string): boolean =>
  RULE_CATALOGUE.find((each) => each.id === a)?.contradicts.includes(b) ?? false;

function ownOpposite(id: string): string[] {
  if (id.startsWith('use:')) return [`avoid:${id.slice('use:'.length)}`];
  if (id.startsWith('avoid:')) return [`use:${id.slice('avoid:'.length)}`];
  return [];
}

/** A rule is one line of the system text; nothing in it may start another. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 400);

export function byStrength(a: LearnedRule, b: LearnedRule): number {
  if (a.pinned !== b.pinned) return a.pinned ? -1 : 1;
  const weight = (rule: LearnedRule): number => rule.evidence.length - rule.against.length / 2;
  return weight(b) - weight(a) || (a.id < b.id ? -1 : 1);
}
