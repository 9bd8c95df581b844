import type { LearnedRule } from '../learn/deriveRules.ts';
import type { VersionState } from '../learn/versionStates.ts';
import type { Rule, Version } from '../protocol/trainingSchemas.ts';

/** What is known of a version before it was compared with anything. */
export const NOT_YET_KNOWN = 'not yet known (n = 0)';

/** A version as it travels. */
export function toVersion({
  version,
  detail,
  publishedAt,
  active,
  deleted,
  forgotten,
}: VersionState): Version {
  const { number, name, activeName, base, engine, run, runKind, decisions, rules, examples, system } = detail;
  return {
    version,
    number,
    name,
    activeName,
    base,
    engine,
    run,
    runKind,
    createdAt: publishedAt,
    decisions,
    rules: rules.map(({ id, text }) => ({ id, text })),
    examples: examples.length,
    system,
    active,
    deleted,
    ...(forgotten && { forgotten }),
    verdict: NOT_YET_KNOWN,
  };
}

/** Evidence that travels; the counts say how much there is. */
const MAX_EVIDENCE = 20;

/** A learned rule as it travels. */
export function toRule(
  rule: LearnedRule,
  trained: ReadonlySet<string>,
  lastUsed?: { readonly request: string; readonly at: string },
): Rule {
  const { id, text, short, scope, source, evidence, against, on, pinned, edited, resting } = rule;
  return {
    id,
    text,
    ...(!edited && short !== text && { short }),
    scope,
    source,
    evidence: evidence.slice(0, MAX_EVIDENCE),
    against: against.slice(0, MAX_EVIDENCE),
    counts: { for: evidence.length, against: against.length },
    on,
    pinned,
    edited,
    ...(resting !== undefined && { resting }),
    trained: trained.has(id),
    ...(lastUsed && { lastUsed }),
  };
}
