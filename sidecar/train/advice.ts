import type { LearnedRule } from '../learn/deriveRules.ts';
import { countOf } from '../protocol/countOf.ts';
import type { Stats } from '../protocol/statsSchemas.ts';
import type { Verdict } from '../protocol/words.ts';
import { likeness } from './distill.ts';

export interface DecidedPrompt {
  readonly decision: string;
  readonly prompt: string;
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
}

export interface AdviceInput {
  readonly stats: Stats;
  readonly rules: readonly LearnedRule[];
  /** Newest decisions with their prompts. */
  readonly prompts: readonly DecidedPrompt[];
}

const ALIKE = 0.75;
const CHECK_RULES_FROM = 20;
const MAX_COMPARED = 200;

/** What would make the next training better, from this user's own data; sentences, most useful first. */
export function adviceFor({ stats, rules, prompts }: AdviceInput): string[] {
  const n = stats.approval.n;
  const advice: string[] = [];
  const opposite = oppositeVerdicts(prompts.slice(0, MAX_COMPARED));
  if (opposite.length > 0) {
    const [first] = opposite;
    advice.push(
      `Be consistent: ${countOf(opposite.length, 'pair')} of alike requests got opposite verdicts, for example "${short(first?.[0].prompt)}" and "${short(first?.[1].prompt)}".`,
    );
  }
  const bare = prompts.filter((each) => each.verdict === 'denied' && each.reasons.length === 0).length;
  const denied = prompts.filter((each) => each.verdict === 'denied').length;
  if (denied > 0 && bare * 2 > denied) {
    advice.push(
      `Give reasons: ${bare} of ${countOf(denied, 'denial')} ${bare === 1 ? 'has' : 'have'} none, and a reason becomes a rule at once.`,
    );
  }
  // "other" names no kind of request that somebody could decide more in.
  const weak = stats.byCategory.filter((each) => each.weak && each.category !== 'other');
  for (const { category, approval } of weak) {
    advice.push(
      `In ${category.replaceAll('_', ' ')} only ${Math.round((approval.value ?? 0) * 100)} % of ${approval.n} answers were approved: more decisions there, with reasons, show what you want.`,
    );
  }
  const [only, another] = stats.byCategory;
  if (n > 1 && only && !another && only.category !== 'other') {
    advice.push(`Vary your requests: all ${n} decisions are in ${only.category.replaceAll('_', ' ')}.`);
  }
  const resting = rules.filter((rule) => rule.resting === 'overruled');
  if (resting.length > 0) {
    advice.push(
      `Look at rules that contradict each other: ${resting.map((rule) => `"${rule.text}"`).join(', ')} rests.`,
    );
  }
  if (n >= CHECK_RULES_FROM) advice.push('Check the learned rules, and switch off what is not yours.');
  return advice;
}

function oppositeVerdicts(prompts: readonly DecidedPrompt[]): [DecidedPrompt, DecidedPrompt][] {
  const approved = prompts.filter((each) => each.verdict === 'approved');
  const denied = prompts.filter((each) => each.verdict === 'denied');
  const pairs: [DecidedPrompt, DecidedPrompt][] = [];
  for (const yes of approved) {
    const no = denied.find((each) => likeness(each.prompt, yes.prompt) >= ALIKE);
    if (no) pairs.push([yes, no]);
  }
  return pairs;
}

/** One line of a prompt, to be quoted: its own full stop would stand beside the sentence's. */
const short = (text: string | undefined): string => {
  const line = (text ?? '').replace(/\s+/g, ' ').trim().replace(/\.+$/, '');
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
};
