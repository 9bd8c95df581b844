import { describe, expect, it } from 'vitest';
import { learningChecks } from '../../../../sidecar/learn/memories/learningChecks.ts';
import { createMemoryBook } from '../../../../sidecar/learn/memories/memoryBook.ts';
import { createStatistics } from '../../../../sidecar/learn/statistics.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../../sidecar/protocol/settingsSchemas.ts';
import { type MemoryDouble, memoryDouble } from '../../../helpers/memoryDouble.ts';
import { recordDecision } from '../../../helpers/recordDecision.ts';

const ulid = (n: number): string => `01KAZ0000000000000000000${String(n).padStart(2, '0')}`;

async function checked(
  name: string,
  fill: (memory: MemoryDouble) => Promise<unknown>,
  settings: Partial<Settings> = {},
) {
  const memory = memoryDouble();
  await fill(memory);
  const checks = await learningChecks({
    memory,
    memories: createMemoryBook({ memory, clock: () => 0 }),
    settings: () => ({ ...DEFAULT_SETTINGS, ...settings }),
    stats: createStatistics({ memory }).get,
  });
  return checks.find((each) => each.name === name);
}

const asked = async (memory: MemoryDouble, selected: (string | null)[]): Promise<void> => {
  for (const [n, each] of selected.entries()) {
    await memory.append<'hypotheses'>({ kind: 'hypotheses', request: ulid(n), hypotheses: [] });
    await memory.append<'choice'>({ kind: 'choice', request: ulid(n), selected: each, automatic: false });
  }
};
const nothing = async (): Promise<void> => undefined;
const remembered = (memory: MemoryDouble) =>
  memory.append<'memory'>({
    ...{ kind: 'memory', memory: 'goal-1', type: 'goal', text: 'build a parser', tags: [], confidence: 0.7 },
    ...{ source: 'keywords', scope: 'always', evidence: [] },
  });
const moved = (memory: MemoryDouble, delta: number, signals: Record<string, unknown>) =>
  memory.append<'persona'>({
    ...{ kind: 'persona', oldFacets: {}, newFacets: {}, facetDeltas: { concise: delta }, signals },
  });

describe('why nothing is logged', () => {
  it.each([
    [nothing, {}, 'ok', 'was so short or unclear'],
    [nothing, { collect: false }, 'warning', 'collecting is off'],
    [nothing, { readings: 'never' as const }, 'ok', 'no request is ever asked back about'],
    [(memory: MemoryDouble) => asked(memory, [null, null]), {}, 'warning', 'A skip teaches nothing'],
    [(memory: MemoryDouble) => asked(memory, ['h1', null]), {}, 'ok', '1 picked, 1 skipped, 0 taken'],
  ])('%#', async (fill, settings, state, detail) => {
    const check = await checked('Readings', fill, settings);
    expect(check?.state).toBe(state);
    expect(check?.detail).toContain(detail);
  });
});

describe('why no goals are found', () => {
  const decided =
    (prompt: string, verdict: 'approved' | 'denied' = 'approved') =>
    (memory: MemoryDouble) =>
      recordDecision(memory, { prompt, text: 'x', verdict });
  it.each([
    [nothing, {}, 'ok', 'nothing was approved or picked yet'],
    [decided('create a parser', 'denied'), {}, 'ok', 'Prompts of denied answers are not read'],
    [decided('fix the parser'), {}, 'ok', '1 approved prompt holds none of the words'],
    [decided('create a parser'), {}, 'ok', '1 of the last 1 approved prompt hold some'],
    [decided('create a parser'), { collect: false }, 'warning', 'collecting is off'],
    [remembered, {}, 'ok', '1 memory, 1 in use'],
  ])('%#', async (fill, settings, state, detail) => {
    const check = await checked('Goals and preferences', fill, settings);
    expect(check?.detail).toContain(detail);
    expect(check?.state).toBe(state);
  });

  it('is a warning once there are ten decisions, or all memories are off', async () => {
    const ten = async (memory: MemoryDouble): Promise<void> => {
      for (let n = 0; n < 10; n += 1) await recordDecision(memory, { prompt: 'fix the parser', text: 'x' });
    };
    expect((await checked('Goals and preferences', ten))?.state).toBe('warning');
    const off = async (memory: MemoryDouble): Promise<void> => {
      await remembered(memory);
      await memory.append<'state'>({ kind: 'state', of: 'goal-1', state: 'off' });
    };
    expect(await checked('Goals and preferences', off)).toMatchObject({
      state: 'warning',
      detail: '1 memory, 0 in use: all are off or replaced.',
    });
  });
});

describe('why the persona does not move', () => {
  it.each([
    [nothing, {}, 'It has not moved: no decision has a reason'],
    [nothing, { collect: false }, 'collecting is off'],
    [(memory: MemoryDouble) => moved(memory, 0.06, { evidence: 'note' }), {}, 'too near the middle'],
    [
      (memory: MemoryDouble) => moved(memory, 0.1, { selected_hypothesis_id: 'h1' }),
      {},
      'and that is reached',
    ],
    [(memory: MemoryDouble) => moved(memory, 0.2, { evidence: 'note' }), {}, 'Told to the model: concise'],
  ])('%#', async (fill, settings, detail) => {
    expect((await checked('Persona', fill, settings))?.detail).toContain(detail);
  });
});
