import type { EventOf } from '../events.ts';
import type { DecisionEntry } from '../index/memoryIndex.ts';
import { type Insert, insertPair } from './eventRows.ts';
import type { EventSource } from './eventSource.ts';
import { insertLearning } from './learningRows.ts';
import { pairsOfDecision } from './pairRows.ts';

/** Longest `error_message`; the whole one is in the run's folder. */
const MAX_ERROR = 5_000;

/** Inserts what only several events together say: pairs, rules, versions, training runs, memories, readings. */
export async function insertDerived(source: EventSource, insert: Insert): Promise<void> {
  for (const live of source.index.liveDecisions().reverse()) await insertPairs(source, live, insert);
  insertRules(source, insert);
  insertVersions(source, insert);
  insertRuns(source, insert);
  insertLearning(source, insert);
}

/** The pairs of one live decision. */
export async function insertPairs(source: EventSource, live: DecisionEntry, insert: Insert): Promise<void> {
  for (const pair of await pairsOfDecision(source, live)) insertPair(pair, insert);
}

/** Rules that were recorded, and those that published versions hold; the newest text and evidence of each counts. */
function insertRules({ index }: EventSource, insert: Insert): void {
  const trained = index
    .versions()
    .flatMap(({ at, detail }) => (detail?.rules ?? []).map((rule) => ({ ...rule, scope: 'version', at })));
  const recorded = index.rules().map(({ rule, ...event }) => ({ ...event, id: rule }));
  const all = [...trained, ...recorded].sort((a, b) => (a.at < b.at ? -1 : 1));
  const newest = new Map(all.map((rule) => [rule.id, rule]));
  const first = new Map([...all].reverse().map((rule) => [rule.id, rule.at]));
  for (const { id, ...rule } of newest.values()) {
    const states = index.states().filter((each) => each.of === id);
    const state = states.findLast((each) => each.state !== 'edit')?.state ?? 'on';
    const text = states.findLast((each) => each.state === 'edit' && each.text)?.text ?? rule.text;
    insert('rules', id, text, rule.scope, state, JSON.stringify(rule.evidence), first.get(id) ?? rule.at);
  }
}

function insertVersions({ index }: EventSource, insert: Insert): void {
  const events = index.versions();
  const change = events.findLast((event) => event.event === 'activated' || event.event === 'deactivated');
  const active = change?.event === 'activated' ? change.version : undefined;
  const deleted = new Set(events.filter((event) => event.event === 'deleted').map((event) => event.version));
  for (const event of events) {
    const { detail, version } = event;
    if (event.event !== 'published' || !detail) continue;
    insert(
      'versions',
      ...[
        version,
        detail.number,
        detail.name,
        detail.activeName,
        detail.base,
        detail.baseDigest,
        detail.digest,
      ],
      ...[detail.engine, detail.run, detail.runKind, detail.system, JSON.stringify(detail.rules)],
      ...[JSON.stringify(detail.examples), JSON.stringify(detail.parameters), detail.decisions],
      ...[version === active ? 1 : 0, deleted.has(version) ? 1 : 0, event.at],
    );
  }
}

function insertRuns({ index }: EventSource, insert: Insert): void {
  const runs = new Map<string, EventOf<'run'>[]>();
  for (const event of index.runs()) runs.set(event.run, [...(runs.get(event.run) ?? []), event]);
  for (const [id, events] of runs) {
    const last = events.at(-1);
    if (!last) continue;
    const ended = events.findLast((event) => ['succeeded', 'failed', 'cancelled'].includes(event.status));
    const samples = events.findLast((event) => event.samples !== undefined)?.samples;
    const version = events.findLast((event) => event.version !== undefined)?.version;
    const error = events.findLast((event) => event.error !== undefined)?.error?.slice(0, MAX_ERROR);
    const times = [events[0]?.at, ended?.at];
    insert('training_runs', id, last.runKind, last.status, ...times, samples, null, null, error, version);
  }
}
