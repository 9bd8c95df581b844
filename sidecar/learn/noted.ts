import type { DecisionEntry } from '../memory/index/memoryIndex.ts';
import { countOf } from '../protocol/countOf.ts';
import type { Noted } from '../protocol/requestSchemas.ts';
import type { Settings } from '../protocol/settingsSchemas.ts';
import { reasonWords, type Verdict } from '../protocol/words.ts';
import type { LearnedRule } from './deriveRules.ts';

const VERDICT_WORDS: Record<Verdict, string> = {
  approved: 'Approved',
  denied: 'Denied',
  edited: 'Edited and approved',
};
const MAX_NAMED = 3;
const MAX_LINE = 500;

export interface NotedInput {
  readonly entry: Pick<DecisionEntry, 'decision' | 'verdict' | 'reasons'>;
  readonly rules: readonly LearnedRule[];
  /** Ids of rules that the active version holds in its system text. */
  readonly held: ReadonlySet<string>;
  readonly learn: Settings['learn'];
  /** New decisions since the last version, this one included. */
  readonly newSinceTraining: number;
}

/** The one line after a decision: what was noted, and what it really changes under the present settings. */
export function noted(input: NotedInput): Noted {
  const { entry, rules } = input;
  const fed = rules.filter((rule) => rule.evidence.includes(entry.decision));
  const acting = fed.filter((rule) => rule.on);
  const rule = acting[0] ?? fed[0];
  const line = [headOf(entry), effect(input, fed, acting)].filter(Boolean).join(' ').slice(0, MAX_LINE);
  return { decision: entry.decision, line, ...(rule && { rule: rule.id }) };
}

/** What was noted alone, where its effect is not known yet. */
export function bareNoted(entry: NotedInput['entry']): Noted {
  return { decision: entry.decision, line: headOf(entry) };
}

function headOf({ verdict, reasons }: NotedInput['entry']): string {
  const named = reasons.slice(0, MAX_NAMED).map(reasonWords);
  return named.length > 0 ? `${VERDICT_WORDS[verdict]}: ${named.join(', ')}.` : `${VERDICT_WORDS[verdict]}.`;
}

function effect(input: NotedInput, fed: readonly LearnedRule[], acting: readonly LearnedRule[]): string {
  const [first] = fed;
  if (!first) return '';
  if (acting.length === 0) return resting(first);
  const what = acting
    .slice(0, MAX_NAMED)
    .map((rule) => `${rule.short} (${countOf(rule.evidence.length, 'decision')})`)
    .join(', ');
  if (acting.every((rule) => input.held.has(rule.id))) return `The active version already holds: ${what}.`;
  if (input.learn === 'atOnce') return `From now on: ${what}.`;
  return `At the next training: ${what}; ${input.newSinceTraining} new since the last.`;
}

function resting(rule: LearnedRule): string {
  if (rule.resting === 'weak')
    return `Seen ${rule.evidence.length === 1 ? 'once' : `${rule.evidence.length} times`}: ${rule.short}. Not a rule yet.`;
  if (rule.resting === 'overruled') return `A newer decision says otherwise: ${rule.short} rests.`;
  return `You switched this rule off: ${rule.short}.`;
}
