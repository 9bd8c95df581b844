import { estimateTokens } from '../generate/estimateTokens.ts';
import { textFailures } from '../generate/gates/textFailures.ts';
import { systemOf } from '../generate/systemText.ts';
import type { LearnedRule } from '../learn/deriveRules.ts';
import type { Example } from '../learn/examples.ts';
import { splitProse, textFeatures } from '../learn/features.ts';
import { MAX_VERSION_EXAMPLES } from '../learn/versionStates.ts';
import { findSecrets } from '../memory/redact.ts';
import { holdableText } from './holdableText.ts';

export const MAX_RULES = 7;
export const MAX_SYSTEM_TOKENS = 200;
const MAX_EXAMPLE_TOKENS = 400;
const MAX_EXAMPLES_TOKENS = 900;
/** Prompts that share more of their words than this are about the same. */
const ALIKE = 0.6;

/** What a training decided to build in. */
export interface Distilled {
  readonly system: string;
  readonly rules: readonly LearnedRule[];
  readonly examples: readonly Example[];
  /** What was changed or left out, for the log. */
  readonly remarks: readonly string[];
}

/** Rules and examples within their budgets: strongest rules first, corrected answers before approved ones. */
export function distill(rules: readonly LearnedRule[], examples: readonly Example[]): Distilled {
  const remarks: string[] = [];
  const chosenRules = chooseRules(
    rules.filter((rule) => rule.on),
    remarks,
  );
  const chosenExamples = chooseExamples(examples, chosenRules, remarks);
  return { system: systemOf(chosenRules), rules: chosenRules, examples: chosenExamples, remarks };
}

function chooseRules(rules: readonly LearnedRule[], remarks: string[]): LearnedRule[] {
  const chosen: LearnedRule[] = [];
  for (const rule of rules) {
    const secret = secretIn(rule.text);
    if (secret !== undefined) {
      remarks.push(`Left out: a rule with ${rule.evidence.length} for it holds what looks like a ${secret}.`);
      continue;
    }
    const { text, changes } = holdableText(rule.text);
    const held = { ...rule, text: text.replace(/\s+/g, ' ').trim() };
    const fits =
      chosen.length < MAX_RULES && estimateTokens(systemOf([...chosen, held])) <= MAX_SYSTEM_TOKENS;
    if (!fits) {
      remarks.push(`Left out for room: ${held.text}`);
      continue;
    }
    if (changes.length > 0) remarks.push(`Rule "${rule.id}": ${changes.join(', ')}.`);
    chosen.push(held);
  }
  return chosen;
}

function chooseExamples(
  examples: readonly Example[],
  rules: readonly LearnedRule[],
  remarks: string[],
): Example[] {
  const fitting = examples
    .filter(
      (each) =>
        textFailures({ text: each.response, stopped: 'complete' }).length === 0 && each.prompt.trim() !== '',
    )
    .map((example, newest) => ({ example, newest, score: exampleScore(example, rules) }))
    .sort((a, b) => b.score - a.score || a.newest - b.newest);
  const chosen: Example[] = [];
  let tokens = 0;
  for (const { example } of fitting) {
    if (chosen.length >= MAX_VERSION_EXAMPLES) break;
    const secret = secretIn(`${example.prompt}\n${example.response}`);
    if (secret !== undefined) {
      remarks.push(
        `Left out: the example from decision ${example.decision} holds what looks like a ${secret}.`,
      );
      continue;
    }
    const prompt = holdableText(example.prompt);
    const response = holdableText(example.response);
    const size = estimateTokens(prompt.text) + estimateTokens(response.text);
    if (size > MAX_EXAMPLE_TOKENS || tokens + size > MAX_EXAMPLES_TOKENS) continue;
    if (chosen.some((other) => likeness(other.prompt, prompt.text) > ALIKE)) continue;
    const changes = [...new Set([...prompt.changes, ...response.changes])];
    if (changes.length > 0) remarks.push(`Example from decision ${example.decision}: ${changes.join(', ')}.`);
    chosen.push({ ...example, prompt: prompt.text, response: response.text });
    tokens += size;
  }
  return chosen;
}

/** An answer is a better example the more of the rules it shows; one that the user wrote himself is the best. */
function exampleScore(example: Example, rules: readonly LearnedRule[]): number {
  const features = textFeatures(example.response);
  const shows: Record<string, boolean> = {
    errors: features.errorHandling > 0,
    docs: features.docs > 0,
    types: features.types > 0,
    tests: features.tests > 0,
    codeOnly: features.codeLines > 0 && features.proseWords === 0,
    short: features.chars < 600,
    explain: features.proseWords >= 8,
  };
  const shown = rules.filter((rule) => shows[rule.id] ?? showsOwn(rule, example.response)).length;
  return (example.edited ? 3 : 0) + shown + (splitProse(example.response).code === '' ? -1 : 0);
}

function showsOwn(rule: LearnedRule, text: string): boolean {
  return rule.id.startsWith('use:') && text.toLowerCase().includes(rule.short.toLowerCase());
}

/** What of it looks like a key or a password: a model repeats what it was given. */
const secretIn = (text: string): string | undefined => findSecrets(text)[0]?.kind;

const words = (text: string): Set<string> => new Set(text.toLowerCase().match(/[\p{L}\p{N}_]{2,}/gu) ?? []);

/** Share of words that two prompts have in common, 0 to 1. */
export function likeness(left: string, right: string): number {
  const a = words(left);
  const b = words(right);
  if (a.size === 0 || b.size === 0) return 0;
  let shared = 0;
  for (const word of a) if (b.has(word)) shared += 1;
  return shared / (a.size + b.size - shared);
}
