import type { DecisionSignals } from './decisionSignals.ts';
import { RULE_CATALOGUE } from './ruleCatalogue.ts';

/** A rule with its evidence; `on` is whether it acts. */
export interface LearnedRule {
  readonly id: string;
  readonly text: string;
  readonly short: string;
  /** Decisions for it, newest first. */
  readonly evidence: readonly string[];
  /** Decisions against it, newest first: those that took it out, and those for a rule that contradicts it. */
  readonly against: readonly string[];
  readonly on: boolean;
  /** Why a rule that the user did not switch off does not act. */
  readonly resting: 'weak' | 'overruled' | undefined;
  readonly pinned: boolean;
}

/** What the user set on a rule, newest last. */
export interface RuleState {
  readonly of: string;
  readonly at: string;
  readonly state: 'on' | 'off' | 'pin' | 'edit' | 'forget';
  readonly text?: string | undefined;
}

interface Draft {
  readonly id: string;
  text: string;
  short: string;
  readonly evidence: { readonly decision: string; readonly at: string; readonly explicit: boolean }[];
  readonly against: { readonly decision: string; readonly at: string }[];
}

/** Mentions in passing (an edit, a note without "always" or the like) that make a rule. */
const IMPLIED_NEEDED = 2;

/**
 * Rules from what decisions say. Of two rules that contradict each other the one spoken for last acts, and the
 * decisions behind it are shown against the other. Strongest evidence first.
 * @param signals of live decisions, in any order
 * @param states in order of time
 */
export function deriveRules(
  signals: readonly DecisionSignals[],
  states: readonly RuleState[],
): LearnedRule[] {
  const settings = foldStates(states);
  const newestFirst = [...signals].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  const drafts = collect(newestFirst, settings);
  const stands = new Map<string, string>();
  for (const draft of drafts.values()) {
    const setting = settings.get(draft.id);
    if (setting?.switched === 'off') continue;
    if (setting?.switched === 'on' || isStrong(draft)) stands.set(draft.id, lastWord(draft, setting));
  }
  const rules: LearnedRule[] = [];
  for (const draft of drafts.values()) {
    rules.push(toRule(draft, settings.get(draft.id), drafts, stands));
  }
  return rules.sort(byStrength);
}

function collect(
  signals: readonly DecisionSignals[],
  settings: ReadonlyMap<string, Setting>,
): Map<string, Draft> {
  const drafts = new Map<string, Draft>();
  for (const { decision, at, supports } of signals) {
    for (const signal of supports) {
      if (at <= (settings.get(signal.rule)?.forgottenAt ?? '')) continue;
      const draft = drafts.get(signal.rule) ?? newDraft(signal.rule, signal.text, signal.short);
      drafts.set(signal.rule, draft);
      draft.evidence.push({ decision, at, explicit: signal.explicit });
    }
  }
  for (const { decision, at, opposes } of signals) {
    for (const rule of opposes) drafts.get(rule)?.against.push({ decision, at });
  }
  return drafts;
}

function newDraft(id: string, text: string | undefined, short: string | undefined): Draft {
  const template = RULE_CATALOGUE.find((each) => each.id === id);
  return {
    id,
    text: template?.text ?? text ?? id,
    short: template?.short ?? short ?? id,
    evidence: [],
    against: [],
  };
}

interface Setting {
  readonly switched: 'on' | 'off' | undefined;
  readonly switchedAt: string | undefined;
  readonly pinned: boolean;
  readonly text: string | undefined;
  /** Evidence up to then counts no more; what is said later does. */
  readonly forgottenAt: string;
}

const UNSET: Setting = {
  switched: undefined,
  switchedAt: undefined,
  pinned: false,
  text: undefined,
  forgottenAt: '',
};

function foldStates(states: readonly RuleState[]): Map<string, Setting> {
  const settings = new Map<string, Setting>();
  for (const { of, at, state, text } of states) {
    const known = settings.get(of) ?? UNSET;
    if (state === 'on') settings.set(of, { ...known, switched: 'on', switchedAt: at });
    if (state === 'off') settings.set(of, { ...known, switched: 'off', switchedAt: at, pinned: false });
    if (state === 'pin') settings.set(of, { ...known, switched: 'on', switchedAt: at, pinned: true });
    if (state === 'edit' && text !== undefined) settings.set(of, { ...known, text });
    if (state === 'forget') settings.set(of, { ...UNSET, forgottenAt: at });
  }
  return settings;
}

function isStrong(draft: Draft): boolean {
  const enough = draft.evidence.some((each) => each.explicit) || draft.evidence.length >= IMPLIED_NEEDED;
  return enough && draft.evidence.length > draft.against.length;
}

/** When the rule was last spoken for, by a decision or by the user's own hand. */
function lastWord(draft: Draft, setting: Setting | undefined): string {
  const said = draft.evidence[0]?.at ?? '';
  const set = setting?.switched === 'on' ? (setting.switchedAt ?? '') : '';
  return [said, set].sort().at(-1) ?? said;
}

function toRule(
  draft: Draft,
  setting: Setting | undefined,
  drafts: ReadonlyMap<string, Draft>,
  stands: ReadonlyMap<string, string>,
): LearnedRule {
  const opponents = contradictionsOf(draft.id);
  const against = [...draft.against, ...opponents.flatMap((id) => drafts.get(id)?.evidence ?? [])]
    .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
    .map((each) => each.decision);
  const own = stands.get(draft.id);
  const overruled = own !== undefined && opponents.some((id) => outlasts(id, draft.id, own, stands));
  return {
    id: draft.id,
    text: oneLine(setting?.text ?? draft.text),
    short: draft.short,
    evidence: draft.evidence.map((each) => each.decision),
    against: [...new Set(against)],
    on: own !== undefined && !overruled,
    resting:
      setting?.switched === 'off'
        ? undefined
        : own === undefined
          ? 'weak'
          : overruled
            ? 'overruled'
            : undefined,
    pinned: setting?.pinned ?? false,
  };
}

function outlasts(other: string, rule: string, own: string, stands: ReadonlyMap<string, string>): boolean {
  const last = stands.get(other);
  // The same decision can speak for both; then the id decides, so that exactly one of them acts.
  return last !== undefined && (last > own || (last === own && other < rule));
}

function contradictionsOf(id: string): string[] {
  return RULE_CATALOGUE.filter(
    (each) => each.id !== id && (each.contradicts.includes(id) || contradicts(id, each.id)),
  )
    .map((each) => each.id)
    .concat(ownOpposite(id));
}

const contradicts = (a: string, b: string): boolean =>
  RULE_CATALOGUE.find((each) => each.id === a)?.contradicts.includes(b) ?? false;

function ownOpposite(id: string): string[] {
  if (id.startsWith('use:')) return [`avoid:${id.slice('use:'.length)}`];
  if (id.startsWith('avoid:')) return [`use:${id.slice('avoid:'.length)}`];
  return [];
}

/** A rule is one line of the system text; nothing in it may start another. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 400);

function byStrength(a: LearnedRule, b: LearnedRule): number {
  if (a.pinned !== b.pinned) return a.pinned ? -1 : 1;
  const weight = (rule: LearnedRule): number => rule.evidence.length - rule.against.length / 2;
  return weight(b) - weight(a) || (a.id < b.id ? -1 : 1);
}
