import { describe, expect, it } from 'vitest';
import type { MemoryItem } from '../../../sidecar/protocol/memorySchemas.ts';
import { METHODS } from '../../../sidecar/protocol/methods.ts';
import { type HarnessOptions, ID, paramsOf, runScripted } from './cliHarness.ts';
import { stats } from './sampleData.ts';

const memory = (id: string, more: Partial<MemoryItem> = {}): MemoryItem => ({
  ...{
    id,
    type: 'preference',
    text: 'Prefers: tabs',
    tags: ['learned'],
    confidence: 0.85,
    source: 'keywords',
  },
  ...{ at: '2026-03-04T05:06:07.000Z', state: 'on', events: [ID(1), ID(2)], evidence: [ID(3)], count: 2 },
  ...more,
});
const TABS = memory('preference-aaaaaaaa11112222');
const GOAL = memory('goal-bbbbbbbb33334444', { type: 'goal', text: 'build a REST API', state: 'pin' });
const answers: NonNullable<HarnessOptions['answers']> = {
  'memory.list': ({ type }) => ({
    memories: [GOAL, TABS].filter((each) => type === undefined || each.type === type),
  }),
  'memory.set': ({ id, text, state }) => ({
    memory: memory(id ?? 'preference-cccccccc', { text: text ?? 'Prefers: tabs', state: state ?? 'on' }),
  }),
  'memory.forget': ({ preview, ids }) => ({
    ...{ preview, requests: 0, answers: 0, decisions: 0, others: ids.length, versions: [], waiting: 0 },
  }),
};

describe('memories', () => {
  it('is two lines each, newest first, with what is off, pinned or replaced', async () => {
    const { out, code } = await runScripted(['memories'], {
      answers: {
        'memory.list': () => ({ memories: [GOAL, { ...TABS, replacedBy: 'preference-dddddddd55556666' }] }),
      },
    });
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      'goal-bbbbbbbb333  85 %, n = 2  keywords  2026-03-04 05:06  pin',
      '  build a REST API',
      'preference-aaaaa  85 %, n = 2  keywords  2026-03-04 05:06  replaced by preference-ddddd',
      '  Prefers: tabs',
      '',
    ]);
  });

  it('is one document with --json, of one type where that is said', async () => {
    const ran = await runScripted(['memories', '--type', 'goal', '--json'], { answers });
    expect(METHODS['memory.list'].result.parse(JSON.parse(ran.out)).memories).toEqual([GOAL]);
    expect(paramsOf(ran, 'memory.list')).toEqual({ type: 'goal', limit: 50 });
    expect(await runScripted(['memories', '--type', 'wish'], { answers })).toMatchObject({
      code: 2,
      calls: [],
    });
  });

  it('says how to find out why there are none', async () => {
    const none: HarnessOptions['answers'] = { 'memory.list': () => ({ memories: [] }) };
    expect((await runScripted(['memories'], { answers: none })).err).toContain('whetstone doctor');
  });

  it('lets no text move the cursor of a terminal', async () => {
    const nasty: HarnessOptions['answers'] = {
      'memory.list': () => ({ memories: [memory('x', { text: 'a\u001b[2Jb' })] }),
    };
    expect((await runScripted(['memories'], { answers: nasty, tty: true })).out).not.toContain('\u001b[2J');
  });
});

describe('memory', () => {
  it('adds a preference, or what it is told', async () => {
    const ran = await runScripted(['memory', 'add', 'Prefers:', 'tabs'], { answers });
    expect(paramsOf(ran, 'memory.set')).toEqual({ type: 'preference', text: 'Prefers: tabs' });
    expect(ran.out).toBe('Remembered: Prefers: tabs (preference-ccccc)\n');
    const goal = await runScripted(['memory', 'add', '--type', 'goal', 'ship it'], { answers });
    expect(paramsOf(goal, 'memory.set')).toEqual({ type: 'goal', text: 'ship it' });
    const empty = await runScripted(['memory', 'add', ' '], { answers });
    expect(empty).toMatchObject({ code: 2, calls: [] });
    expect(empty.err).toContain('<text> wants at least 1 character.\nSee `whetstone memory add --help`.');
  });

  it.each([
    [['edit', 'goal', 'build', 'two'], { id: GOAL.id, text: 'build two' }],
    [['pin', 'PREF'], { id: TABS.id, state: 'pin' }],
    [['on', TABS.id], { id: TABS.id, state: 'on' }],
    [['off', 'goal-b'], { id: GOAL.id, state: 'off' }],
  ])('%j by the beginning of an id', async (args, params) => {
    const ran = await runScripted(['memory', ...args], { answers });
    expect(ran.code).toBe(0);
    expect(paramsOf(ran, 'memory.set')).toEqual(params);
  });

  it('refuses an id that is unknown or of several', async () => {
    expect(await runScripted(['memory', 'pin', 'nothing'], { answers })).toMatchObject({ code: 2 });
    const twins = {
      ...answers,
      'memory.list': () => ({ memories: [TABS, memory('preference-aaaaaaaa9999')] }),
    };
    const ran = await runScripted(['memory', 'pin', 'preference-aaaa'], { answers: twins });
    expect(ran).toMatchObject({ code: 2 });
    expect(ran.err).toContain('several');
  });

  it('forgets by all its events, once the word was typed', async () => {
    const ran = await runScripted(['memory', 'forget', 'goal'], { answers, tty: true, lines: ['forget'] });
    expect(paramsOf(ran, 'memory.forget')).toEqual({ ids: [ID(1), ID(2)], preview: false });
    expect(ran.out).toContain('Forgotten: build a REST API');
    const refused = await runScripted(['memory', 'forget', 'goal'], { answers, tty: true, lines: ['no'] });
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.calls.map(({ method }) => method)).not.toContain('memory.forget');
  });
});

describe('persona', () => {
  const persona: NonNullable<HarnessOptions['answers']> = {
    'persona.get': () => ({
      facets: [
        { name: 'concise', value: 0.75, updates: 4, at: '2026-03-04T05:06:07.000Z', on: true },
        { name: 'step_by_step', value: 0.5, updates: 0, on: false },
      ],
      updates: [
        {
          ...{
            id: ID(1),
            at: '2026-03-04T05:06:07.000Z',
            facetDeltas: { concise: 0.06 },
            newFacets: { concise: 0.75 },
          },
          why: 'a note says so: "shorter"',
        },
      ],
    }),
    'persona.set': () => ({}),
  };

  it('shows bars with their n, and what moved them', async () => {
    const { out } = await runScripted(['persona'], { answers: persona });
    expect(out.split('\n')).toEqual([
      'concise       [###############.....]  0.75  4 changes',
      'step by step  [##########..........]  0.50  not yet known (n = 0)  off',
      '',
      '2026-03-04 05:06  concise +0.06  a note says so: "shorter"',
      '',
    ]);
  });

  it('fits into a terminal of 80 columns', async () => {
    const why = 'a note says so: "keep it short, and leave out what I did not ask for, as always"';
    const moved: HarnessOptions['answers'] = {
      'persona.get': () => ({
        ...{ facets: [], updates: [] },
        updates: [
          {
            ...{ id: ID(1), at: '2026-03-04T05:06:07.000Z', why },
            facetDeltas: { documented: -0.05, typed: -0.05 },
            newFacets: { documented: 0.45, typed: 0.45 },
          },
        ],
      }),
    };
    const lines = (await runScripted(['persona'], { answers: moved, tty: true })).out.split('\n');
    expect(lines[1]).toMatch(
      /^2026-03-04 05:06 {2}documented -0.05, typed -0.05 {2}a note says so: .*\.\.\.$/,
    );
    expect(lines[1]).toHaveLength(80);
    // Nothing says how wide a pipe is.
    expect((await runScripted(['persona'], { answers: moved })).out.split('\n')[1]).toHaveLength(109);
  });

  it('switches a facet by its name as it is shown', async () => {
    const ran = await runScripted(['persona', 'off', 'step by step'], { answers: persona });
    expect(paramsOf(ran, 'persona.set')).toEqual({ name: 'step_by_step', on: false });
    expect(ran.out).toBe('step by step: off\n');
  });
});

it('stats tells what was learned beside decisions', async () => {
  const learning = {
    ...{ hypotheses_count: 5, persona_updates_count: 3, activeDays: 2, meanScore: 4.5, scores: 2 },
    selectionRate: { value: 0.75, n: 4, low: 0.3, high: 0.95 },
    autoAdvanceRate: { value: 0.2, n: 5, low: 0.03, high: 0.6 },
  };
  const { out } = await runScripted(['stats'], { answers: { 'stats.get': () => stats({ learning }) } });
  expect(out).toMatch(
    /Readings +5 questions: picked not yet known \(n = 4\), taken without asking 20 % of 5 \(3 to 60 %\)/,
  );
  expect(out).toMatch(/Score +4\.5 of 5 \(n = 2\)/);
  expect((await runScripted(['status'], { answers: { 'stats.get': () => stats() } })).out).not.toContain(
    'Readings',
  );
});
