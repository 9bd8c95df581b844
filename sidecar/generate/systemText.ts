import type { ActiveBlock } from '../learn/blocks/blockBook.ts';
import type { LearnedRule } from '../learn/deriveRules.ts';
import { ALWAYS, isInScope, type RequestTopic, unscopedRule } from '../learn/ruleScope.ts';
import type { VersionDetail } from '../learn/versionStates.ts';
import { estimateTokens } from './estimateTokens.ts';
import { neutralMarks } from './neutralMarks.ts';

const ASSISTANT = 'You are a coding assistant.';
export const BASE_SYSTEM = `${ASSISTANT} The user prefers:`;
const BULLET = '- ';
/** More rules than these are followed less, not more. */
const MAX_RULES = 7;
const MAX_RULE_TOKENS = 200;
/** The others are enforced on the answer alone. */
const MAX_BLOCK_TOKENS = 80;

/** One rule as a line of a system text. */
export const ruleLine = (text: string): string => `${BULLET}${text}`;

/** A system text of a few rules; empty where there are none. */
export function systemOf(rules: readonly { readonly text: string }[]): string {
  return rules.length === 0 ? '' : [BASE_SYSTEM, ...rules.map((rule) => ruleLine(rule.text))].join('\n');
}

export interface SystemInput {
  readonly version: VersionDetail | undefined;
  /** Every rule that is known, strongest first. */
  readonly rules: readonly LearnedRule[];
  /** Newest first. */
  readonly blocks: readonly ActiveBlock[];
  /** What answers to alike requests were denied for; empty where that is not known. */
  readonly avoid: string;
  /** Whether what was learned since the version acts now. */
  readonly live: boolean;
  readonly topic: RequestTopic;
}

export interface LiveSystem {
  /** Sent as the system message; empty where the model already holds everything. */
  readonly system: string;
  /** Rules that the system text carries beyond what the model holds. */
  readonly rules: readonly LearnedRule[];
  readonly blocks: readonly ActiveBlock[];
  /** Tokens of its parts but the rules, by name. */
  readonly parts: Readonly<Record<string, number>>;
}

/**
 * The system text of one request. A server replaces a model's own system text by the one that is sent, so where
 * anything is sent the version's text goes along, without the rules that were switched off or worded anew since.
 */
export function liveSystem(input: SystemInput): LiveSystem {
  const { version, rules, live } = input;
  const held = new Set(version?.rules.filter((rule) => !isReworded(rule, rules)).map((rule) => rule.id));
  const added = live
    ? chosenRules(
        rules.filter((rule) => rule.on && !held.has(rule.id)),
        input.topic,
      )
    : [];
  const blocks = live ? fittingBlocks(input.blocks) : [];
  const tail = [
    ...(blocks.length > 0 ? [{ name: 'blocks', line: blockLine(blocks) }] : []),
    ...(live && input.avoid !== '' ? [{ name: 'avoid', line: neutralMarks(input.avoid) }] : []),
  ];
  const body = version ? versionBody(version, rules, added, live) : systemOf(added.map(inLine));
  if (body === undefined && tail.length === 0) return { system: '', rules: [], blocks: [], parts: {} };
  // An empty system message would bring the version's own text back.
  const head = body === undefined ? (version?.system ?? '') : body;
  const lines = [
    head === '' && (version || tail.length > 0) ? ASSISTANT : head,
    ...tail.map(({ line }) => line),
  ];
  return {
    system: lines.filter((line) => line !== '').join('\n'),
    rules: added,
    blocks,
    parts: Object.fromEntries(tail.map(({ name, line }) => [name, estimateTokens(line)])),
  };
}

/** The version's text as it is to be now; undefined where the model's own is right as it is. */
function versionBody(
  version: VersionDetail,
  rules: readonly LearnedRule[],
  added: readonly LearnedRule[],
  live: boolean,
): string | undefined {
  // What a newer decision overrules stays until the next training where learned things wait for it.
  const stays = (rule: LearnedRule): boolean => rule.on || (!live && rule.resting === 'overruled');
  const acting = new Set(rules.filter(stays).map((rule) => rule.id));
  const gone = version.rules.filter((rule) => !acting.has(rule.id) || (live && isReworded(rule, rules)));
  if (added.length === 0 && gone.length === 0) return undefined;
  const goneLines = new Set(gone.map((rule) => ruleLine(rule.text)));
  const kept = version.system.split('\n').filter((line) => !goneLines.has(line));
  const lines = [...kept, ...added.map((rule) => ruleLine(inLine(rule).text))];
  const bare = lines.every((line) => line.trim() === '' || line === BASE_SYSTEM);
  return bare ? '' : lines.join('\n');
}

/** True where the user has put the rule into other words than the version holds. */
function isReworded(
  held: { readonly id: string; readonly text: string },
  rules: readonly LearnedRule[],
): boolean {
  const now = rules.find((rule) => rule.id === held.id);
  return now?.edited === true && now.text !== held.text;
}

const inLine = (rule: LearnedRule): LearnedRule => ({ ...rule, text: neutralMarks(rule.text) });

/** Those that are about this request, strongest first, within the limits. A scoped one goes before its like. */
function chosenRules(rules: readonly LearnedRule[], topic: RequestTopic): LearnedRule[] {
  const applying = rules.filter((rule) => isInScope(rule.scope, topic));
  const scoped = new Set(
    applying
      .filter((rule) => rule.scope !== ALWAYS)
      .flatMap(({ id }) => [unscopedRule(id), opposite(unscopedRule(id))]),
  );
  const chosen: LearnedRule[] = [];
  for (const rule of applying) {
    if (rule.scope === ALWAYS && scoped.has(rule.id)) continue;
    if (chosen.length >= MAX_RULES) break;
    if (estimateTokens(systemOf([...chosen, rule])) <= MAX_RULE_TOKENS) chosen.push(rule);
  }
  return chosen;
}

function opposite(id: string): string {
  if (id.startsWith('use:')) return `avoid:${id.slice('use:'.length)}`;
  return id.startsWith('avoid:') ? `use:${id.slice('avoid:'.length)}` : id;
}

function fittingBlocks(blocks: readonly ActiveBlock[]): ActiveBlock[] {
  const fitting: ActiveBlock[] = [];
  for (const block of blocks)
    if (estimateTokens(blockLine([...fitting, block])) <= MAX_BLOCK_TOKENS) fitting.push(block);
  return fitting;
}

/** Names as they are, phrases in quotes. */
export function blockLine(blocks: readonly Pick<ActiveBlock, 'text' | 'isName'>[]): string {
  const named = blocks.map(({ text, isName }) => (isName ? text : `"${text.replaceAll('"', "'")}"`));
  return `Never use: ${neutralMarks(named.join(', '))}.`;
}
