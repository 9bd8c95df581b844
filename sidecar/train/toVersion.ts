import type { VersionState } from '../learn/versionStates.ts';
import type { Version } from '../protocol/trainingSchemas.ts';

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

/** A learned rule as it travels. */
export function toRule(
  rule: {
    readonly id: string;
    readonly text: string;
    readonly evidence: readonly string[];
    readonly against: readonly string[];
    readonly on: boolean;
  },
  trained: ReadonlySet<string>,
): { id: string; text: string; evidence: string[]; against: string[]; on: boolean; trained: boolean } {
  const { id, text, evidence, against, on } = rule;
  return { id, text, evidence: [...evidence], against: [...against], on, trained: trained.has(id) };
}
