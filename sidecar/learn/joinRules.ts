import { byStrength, createOpponents, type LearnedRule, oneLine } from './deriveRules.ts';
import type { FeatureRule } from './featureRules.ts';
import { ALWAYS } from './ruleScope.ts';
import { foldStates, type RuleState, UNSET } from './ruleSettings.ts';

/**
 * Rules that decisions say in words, and those that the preference model found. What was said in words goes first: a
 * found rule that says the same is left out, and one that says the opposite of an acting one rests.
 */
export function createJoinRules(): (
  said: readonly LearnedRule[],
  found: readonly FeatureRule[],
  states: readonly RuleState[],
) => readonly LearnedRule[] {
  const opponents = createOpponents();
  return (said, found, states) => {
    if (found.length === 0) return said;
    const settings = foldStates(states);
    const byId = new Map(said.map((rule) => [rule.id, rule]));
    const isNew = ({ same }: FeatureRule): boolean => same === undefined || !byId.has(same);
    const added = found.filter(isNew).map((rule): LearnedRule => {
      const setting = settings.get(rule.id) ?? UNSET;
      const opposed = rule.same !== undefined && opponents(rule.same).some((id) => byId.get(id)?.on === true);
      const switchedOff = setting.switched === 'off' || setting.forgottenAt !== '';
      const on = !switchedOff && (!opposed || setting.switched === 'on');
      return {
        id: rule.id,
        text: oneLine(setting.text ?? rule.text),
        short: rule.short,
        scope: ALWAYS,
        source: 'features',
        evidence: rule.evidence,
        against: rule.against,
        on,
        resting: !on && !switchedOff ? 'overruled' : undefined,
        pinned: setting.pinned,
        edited: setting.text !== undefined,
      };
    });
    // Forgotten for good: the model goes on learning, but this is not said again.
    const shown = added.filter((rule) => (settings.get(rule.id)?.forgottenAt ?? '') === '');
    return shown.length === 0 ? said : [...said, ...shown].sort(byStrength);
  };
}
