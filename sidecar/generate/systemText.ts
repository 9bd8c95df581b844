import type { LearnedRule } from '../learn/deriveRules.ts';
import type { VersionDetail } from '../learn/versionStates.ts';

export const BASE_SYSTEM = 'You are a coding assistant. The user prefers:';
const BULLET = '- ';

/** One rule as a line of a system text. */
export const ruleLine = (text: string): string => `${BULLET}${text}`;

/** A system text of a few rules; empty where there are none. */
export function systemOf(rules: readonly { readonly text: string }[]): string {
  return rules.length === 0 ? '' : [BASE_SYSTEM, ...rules.map((rule) => ruleLine(rule.text))].join('\n');
}

export interface LiveSystem {
  /** Sent as the system message; empty where the model already holds everything. */
  readonly system: string;
  /** Rules that the system text carries beyond what the model holds. */
  readonly rules: readonly LearnedRule[];
}

/**
 * The system text of one request. A server replaces a model's own system text by the one that is sent, so where
 * anything is sent the version's text goes along, without the rules that were switched off since.
 * @param rules every rule that is known
 * @param live whether rules newer than the version act now
 */
export function liveSystem(
  version: VersionDetail | undefined,
  rules: readonly LearnedRule[],
  live: boolean,
): LiveSystem {
  const held = new Set(version?.rules.map((rule) => rule.id));
  const added = live ? rules.filter((rule) => rule.on && !held.has(rule.id)) : [];
  if (!version) return { system: systemOf(added), rules: added };
  // What a newer decision overrules stays until the next training where learned things wait for it.
  const stays = (rule: LearnedRule): boolean => rule.on || (!live && rule.resting === 'overruled');
  const acting = new Set(rules.filter(stays).map((rule) => rule.id));
  const gone = version.rules.filter((rule) => !acting.has(rule.id));
  if (added.length === 0 && gone.length === 0) return { system: '', rules: [] };
  const goneLines = new Set(gone.map((rule) => ruleLine(rule.text)));
  const kept = version.system.split('\n').filter((line) => !goneLines.has(line));
  const lines = [...kept, ...added.map((rule) => ruleLine(rule.text))];
  const bare = lines.every((line) => line.trim() === '' || line === BASE_SYSTEM);
  // An empty system message would bring the version's own text back.
  return { system: bare ? 'You are a coding assistant.' : lines.join('\n'), rules: added };
}
