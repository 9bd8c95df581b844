import type { LearnedRule } from '../learn/deriveRules.ts';
import { rateWithInterval } from '../protocol/rateWords.ts';
import type { Stats } from '../protocol/statsSchemas.ts';

export interface TrainingLogInput {
  readonly run: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly title: string;
  readonly stats: Stats;
  readonly rules: readonly LearnedRule[];
  /** Ids of the rules that were built in. */
  readonly built: ReadonlySet<string>;
  readonly system: string;
  readonly examples: readonly { readonly prompt: string; readonly decision: string }[];
  readonly remarks: readonly string[];
  readonly advice: readonly string[];
  readonly verdict: string;
}

/** `training_log.md`: what was trained from what, and what would help next. */
export function trainingLog(input: TrainingLogInput): string {
  const { stats } = input;
  const learned = input.rules.filter((rule) => input.built.has(rule.id));
  const rest = input.rules.filter((rule) => !input.built.has(rule.id));
  return [
    '# Training log',
    '',
    `${input.title}`,
    '',
    `Run ${input.run}, ${input.at}. Better than before: ${input.verdict}.`,
    '',
    '## Decisions',
    '',
    `${stats.approved} approved, ${stats.edited} edited, ${stats.denied} denied. Approval rate ${rateWithInterval(stats.approval)}${stats.word === '' ? '' : `, ${stats.word}`}. Kept after an hour: ${rateWithInterval(stats.kept)}. Phase: ${stats.phase}.`,
    '',
    ...table(stats),
    '## Learned',
    '',
    ...list(
      learned.map((rule) => `${rule.text} ${evidence(rule)}`),
      'No rule yet.',
    ),
    '## Not built in',
    '',
    ...list(
      rest.map((rule) => `${rule.text} ${evidence(rule)} ${why(rule)}`),
      'Nothing.',
    ),
    '## Examples',
    '',
    ...list(
      input.examples.map((each) => `${oneLine(each.prompt)} (decision ${each.decision})`),
      'No example yet.',
    ),
    '## System text',
    '',
    ...(input.system === '' ? ['None.'] : input.system.split('\n').map((line) => `    ${line}`)),
    '',
    ...(input.remarks.length > 0 ? ['## Remarks', '', ...list(input.remarks, '')] : []),
    '## What would help next',
    '',
    ...list(input.advice, 'Nothing in particular. Go on deciding.'),
  ].join('\n');
}

function table(stats: Stats): string[] {
  if (stats.byCategory.length === 0) return [];
  return [
    '| category | approved |  |',
    '|---|---|---|',
    ...stats.byCategory.map(
      (each) =>
        `| ${each.category.replaceAll('_', ' ')} | ${rateWithInterval(each.approval)} | ${each.weak ? 'weak' : ''} |`,
    ),
    '',
  ];
}

const evidence = (rule: LearnedRule): string =>
  `(${rule.evidence.length} for, ${rule.against.length} against; decisions ${rule.evidence.slice(0, 5).join(', ') || 'none'})`;

function why(rule: LearnedRule): string {
  if (rule.resting === 'weak') return 'Not said often enough yet.';
  if (rule.resting === 'overruled') return 'A newer decision says otherwise.';
  return rule.on ? 'Left out for room.' : 'Switched off.';
}

const list = (lines: readonly string[], none: string): string[] => [
  ...(lines.length > 0 ? lines.map((line) => `- ${line}`) : [none]),
  '',
];

/** Prompts are data: one line, and nothing in it acts as markup. */
const oneLine = (text: string): string =>
  `\`${text.replace(/\s+/g, ' ').replaceAll('`', "'").trim().slice(0, 120)}\``;
