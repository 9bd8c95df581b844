import { expect, it } from 'vitest';
import type { JournalEvent } from '../../../sidecar/memory/events.ts';
import { columnCount, DATABASE_TABLES } from '../../../sidecar/memory/views/databaseSchema.ts';
import { hypothesesLines, personaLines } from '../../../sidecar/memory/views/learningLogs.ts';
import { event, request, ulid } from './memoryEvents.ts';
import { rowsOf, sourceOf, textOf } from './viewSource.ts';

const READINGS = [
  { id: 'h1', question: 'Do you want to build a REST API?', confidence: 0.85 },
  { id: 'h2', question: 'A GraphQL one?', confidence: 0.4 },
];
const KNOWN = { persona_facets: { concise: 0.7 }, interaction_count: 5, recent_goals: [], preferences: [] };
const asked = (n: number, of: number): JournalEvent =>
  event(n, {
    kind: 'hypotheses',
    request: ulid(of),
    prompt: 'build api',
    context: KNOWN,
    hypotheses: READINGS,
  });
const chose = (n: number, of: number, selected: string | null, automatic = false): JournalEvent =>
  event(n, { kind: 'choice', request: ulid(of), selected, automatic });

it('hypotheses_data.jsonl has a line for each answered question, by the choice that counts', async () => {
  const source = sourceOf([
    asked(11, 10),
    chose(12, 10, 'h2', true),
    chose(13, 10, 'h1'),
    asked(21, 20),
    request(30, 'recorded elsewhere'),
    event(31, { kind: 'hypotheses', request: ulid(30), hypotheses: READINGS }),
    chose(32, 30, null),
  ]);
  const lines = (await textOf(hypothesesLines(source))).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      timestamp: event(13, { kind: 'undo', decision: ulid(1) }).at,
      user_id: 'local',
      user_input: 'build api',
      context: KNOWN,
      hypotheses: READINGS,
      selected_id: 'h1',
      selected_confidence: 0.85,
      label: 'positive',
      automatic: false,
      request_id: ulid(10),
    },
    {
      timestamp: event(32, { kind: 'undo', decision: ulid(1) }).at,
      user_id: 'local',
      user_input: 'recorded elsewhere',
      context: {},
      hypotheses: READINGS,
      selected_id: null,
      selected_confidence: null,
      label: 'skipped',
      automatic: false,
      request_id: ulid(30),
    },
  ]);
});

const moved = event(41, {
  kind: 'persona',
  oldFacets: { concise: 0.7 },
  newFacets: { concise: 0.72 },
  facetDeltas: { concise: 0.02 },
  signals: { selected_hypothesis_id: 'h1', success: true },
  request: ulid(10),
});

it('persona_updates.jsonl has a line for each change', async () => {
  expect(JSON.parse(await textOf(personaLines(sourceOf([moved]))))).toEqual({
    timestamp: moved.at,
    user_id: 'local',
    old_facets: { concise: 0.7 },
    new_facets: { concise: 0.72 },
    facet_deltas: { concise: 0.02 },
    signals: { selected_hypothesis_id: 'h1', success: true },
    request_id: ulid(10),
  });
});

it('whetstone.db has memories, blocks, readings and facets, with their states', async () => {
  const rows = await rowsOf([
    asked(11, 10),
    chose(12, 10, 'h1', true),
    event(51, {
      kind: 'memory',
      ...{ memory: 'goal:rest', type: 'goal', text: 'build a REST API', tags: ['learned'], confidence: 0.85 },
      ...{ quote: 'build api', source: 'keywords', scope: 'always', request: ulid(10), evidence: [ulid(12)] },
    }),
    event(52, { kind: 'state', of: 'goal:rest', state: 'off' }),
    event(53, { kind: 'state', of: 'goal:rest', state: 'edit', text: 'build an HTTP API' }),
    event(54, { kind: 'block', block: 'block:lodash', text: 'lodash', scope: 'always', evidence: [] }),
    moved,
  ]);
  expect(rows['hypotheses']?.map((row) => row.slice(0, 6))).toEqual([
    ['h1', ulid(10), READINGS[0]?.question, 0.85, 1, 1],
    ['h2', ulid(10), READINGS[1]?.question, 0.4, 0, 1],
  ]);
  expect(rows['memories']?.[0]?.slice(0, 11)).toEqual([
    ...[ulid(51), 'goal:rest', 'goal', 'build an HTTP API', '["learned"]', 0.85, 'build api', 'keywords'],
    ...['always', 'off', ulid(10)],
  ]);
  expect(rows['blocks']?.[0]?.slice(0, 4)).toEqual(['block:lodash', 'lodash', 'always', 'on']);
  expect(rows['persona_updates']?.[0]?.slice(0, 3)).toEqual([
    ulid(41),
    '{"concise":0.7}',
    '{"concise":0.72}',
  ]);
  for (const table of ['hypotheses', 'memories', 'blocks', 'persona_updates'] as const) {
    expect(DATABASE_TABLES).toHaveProperty(table);
    for (const row of rows[table] ?? []) expect(row).toHaveLength(columnCount(table));
  }
});
