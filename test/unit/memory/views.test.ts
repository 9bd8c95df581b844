import { describe, expect, it } from 'vitest';
import type { JournalEvent } from '../../../sidecar/memory/events.ts';
import { agentMemoryView } from '../../../sidecar/memory/views/agentMemoryView.ts';
import { columnCount, DATABASE_TABLES } from '../../../sidecar/memory/views/databaseSchema.ts';
import { reasonText } from '../../../sidecar/memory/views/reasonText.ts';
import { trainingDataView } from '../../../sidecar/memory/views/trainingDataView.ts';
import { candidate, decision, event, request, ulid } from './memoryEvents.ts';
import { rowsOf, sourceOf, textOf } from './viewSource.ts';

const STORY: JournalEvent[] = [
  request(10, 'first'),
  candidate(11, 10, 'one'),
  candidate(12, 10, 'two'),
  decision(13, { request: 10, candidate: 11 }, 'denied', { reasons: ['too_long'] }),
  decision(14, { request: 10, candidate: 12 }, 'edited', {
    editedText: 'two!',
    reasons: ['clear'],
    note: 'with actors',
  }),
  request(20, 'undecided'),
  candidate(21, 20),
  request(30, 'no'),
  candidate(31, 30, 'three'),
  decision(32, { request: 30, candidate: 31 }, 'denied', { reasons: ['missing_error_handling'] }),
  event(33, {
    kind: 'feedback',
    request: ulid(30),
    text: 'handle errors',
    tags: ['neg'],
    score: 2,
    corrections: 'three, safely',
    feedbackType: 'edit',
  }),
];

const publish = (n: number, ids: readonly string[]): JournalEvent =>
  event(n, {
    kind: 'version',
    version: ulid(n),
    event: 'published',
    detail: {
      ...{ number: n, name: `v${n}`, activeName: 'v', base: 'b', engine: 'ollama', run: ulid(n) },
      ...{ runKind: 'prompt', system: '', examples: [], parameters: {}, decisions: 2 },
      rules: ids.map((id) => ({ id, text: `${id} in ${n}`, evidence: [ulid(14)] })),
    },
  });

describe('agent_memory.json', () => {
  it('has one entry a request with a live verdict, the text decided on, and the last event', async () => {
    const view: unknown = JSON.parse(await textOf(agentMemoryView(sourceOf(STORY))));
    expect(view).toEqual({
      conversation_history: [
        {
          request_id: ulid(10),
          timestamp: request(10).at,
          prompt: 'first',
          response: 'two!',
          original_response: 'two',
          approved: true,
          category: 'code_generation',
          candidate_id: ulid(12),
          decision_id: ulid(14),
          verdict: 'edited',
        },
        {
          request_id: ulid(30),
          timestamp: request(30).at,
          prompt: 'no',
          response: 'three',
          approved: false,
          category: 'code_generation',
          candidate_id: ulid(31),
          decision_id: ulid(32),
          verdict: 'denied',
        },
      ],
      approval_history: {
        [ulid(10)]: { approved: true, reason: 'Clear. with actors', timestamp: STORY[4]?.at },
        [ulid(30)]: { approved: false, reason: 'Missing error handling', timestamp: STORY[9]?.at },
      },
      as_of: ulid(33),
    });
  });
  it('is whole when nothing was decided', async () => {
    expect(JSON.parse(await textOf(agentMemoryView(sourceOf([]))))).toEqual({
      conversation_history: [],
      approval_history: {},
      as_of: null,
    });
  });
});

describe('training_data.jsonl', () => {
  it('has a chat a line', async () => {
    const lines = (await textOf(trainingDataView(sourceOf(STORY)))).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))[0]).toEqual({
      messages: [
        { role: 'user', content: 'first' },
        { role: 'assistant', content: 'two!' },
      ],
      approved: true,
      category: 'code_generation',
      reason: 'Clear. with actors',
      decision_id: ulid(14),
    });
    expect(lines).toHaveLength(2);
  });
});

describe('whetstone.db rows', () => {
  it('fill every column of their table', async () => {
    const all = await rowsOf([
      ...STORY,
      event(50, {
        kind: 'applied',
        candidate: ulid(12),
        how: 'insert',
        target: { uriHash: 'u', range: [1, 2] },
      }),
      event(51, { kind: 'survival', candidate: ulid(12), afterMinutes: 1, ratio: 1 }),
      event(52, { kind: 'run', run: ulid(52), runKind: 'prompt', status: 'succeeded' }),
      publish(53, ['short']),
    ]);
    const empty = Object.keys(DATABASE_TABLES).filter((table) => all[table] === undefined);
    // learningViews.test.ts fills the first four.
    expect(empty).toEqual([
      ...['memories', 'blocks', 'persona_updates', 'hypotheses'],
      ...['comparisons', 'plans', 'meta'],
    ]);
    for (const [table, rows] of Object.entries(all)) {
      for (const row of rows) expect([table, row.length]).toEqual([table, columnsOf(table)]);
    }
  });
  it('make pairs of edits, of verdicts side by side, and of corrections', async () => {
    const pairs = (await rowsOf(STORY))['preference_pairs'] ?? [];
    expect(pairs.map(([, , , chosen, rejected, source]) => [chosen, rejected, source]).sort()).toEqual([
      ['three, safely', 'three', 'correction'],
      ['two!', 'one', 'decision'],
      ['two!', 'two', 'edit'],
    ]);
  });
  it('have the rules of trained versions, and what became of each', async () => {
    const off = event(42, { kind: 'state', of: 'short', state: 'off' });
    const first = publish(40, ['short', 'tests']);
    const rows = await rowsOf([first, publish(41, ['short']), off]);
    expect(rows['rules']).toEqual([
      ['short', 'short in 41', 'version', 'off', JSON.stringify([ulid(14)]), first.at],
      ['tests', 'tests in 40', 'version', 'on', JSON.stringify([ulid(14)]), first.at],
    ]);
  });
  it('mark the live decision of each request', async () => {
    const live = ((await rowsOf(STORY))['decisions'] ?? []).map((row) => [row[0], row[9]]);
    expect(live).toEqual([
      [ulid(13), 0],
      [ulid(14), 1],
      [ulid(32), 1],
    ]);
  });
});

function columnsOf(name: string): number {
  const table = Object.keys(DATABASE_TABLES).find(
    (each): each is keyof typeof DATABASE_TABLES => each === name,
  );
  return table ? columnCount(table) : -1;
}

describe('reasonText', () => {
  it('reads like a sentence', () => {
    expect(reasonText(['good_error_handling'], [])).toBe('Good error handling');
    expect(reasonText(['too_long', 'off_topic'], ['Keep it short.'])).toBe(
      'Too long, off topic. Keep it short.',
    );
    expect(reasonText([], [])).toBe('');
  });
});
