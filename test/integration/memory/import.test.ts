import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeLine } from '../../../sidecar/memory/journal/lineCodec.ts';
import { counts, known, type Stage, type Store, stageForEach } from './exchangeStage.ts';

let stage: Stage;
let store: Store;
stageForEach((fresh, data) => {
  stage = fresh;
  store = data;
});

const FOREIGN = JSON.stringify({
  conversation_history: [
    {
      request_id: 'r1',
      timestamp: '2025-05-01T10:00:00',
      prompt: 'Sort',
      response: 'sorted()',
      approved: true,
    },
    { request_id: 'r2', timestamp: '2025-05-01T11:00:00', prompt: 'Loop', response: 'for', approved: false },
    {
      request_id: 'r3',
      timestamp: '2025-05-01T12:00:00',
      prompt: 'Open',
      response: 'open()',
      approved: null,
    },
    { request_id: 'r4', prompt: 7 },
  ],
  approval_history: {
    r1: { approved: true, reason: 'Clear', timestamp: '2025-05-01T10:01:00' },
    r2: { approved: false, reason: 'Uses a loop', timestamp: '2025-05-01T11:01:00' },
  },
});

const segments = (folder: string) => readdir(join(folder, 'journal'));

describe('a foreign agent_memory.json', () => {
  it('is previewed without any change', async () => {
    const path = await stage.file('whatever.txt', FOREIGN);
    const before = known(store.memory);
    const preview = await store.take(path, true);
    expect(preview).toMatchObject({
      format: 'agentMemory',
      preview: true,
      refused: { count: 1, first: [{ place: 'entry 4', reason: 'prompt is not a text' }] },
    });
    expect(counts(preview)).toEqual({ request: 3, candidate: 3, decision: 2 });
    expect(known(store.memory)).toEqual(before);
    expect(await segments(store.folder)).toEqual([]);
  });

  it('is taken in with its times and verdicts, and says where it came from', async () => {
    const result = await store.take(await stage.file('agent_memory.json', FOREIGN));
    expect(counts(result)).toEqual({ request: 3, candidate: 3, decision: 2 });
    const { index } = store.memory;
    const live = index.liveDecisions();
    expect(live.map(({ verdict, at, reasons }) => ({ verdict, at, reasons }))).toEqual([
      { verdict: 'denied', at: '2025-05-01T11:01:00.000Z', reasons: [] },
      { verdict: 'approved', at: '2025-05-01T10:01:00.000Z', reasons: ['clear'] },
    ]);
    expect(await store.memory.read(live[0]?.event ?? '')).toMatchObject({ note: 'Uses a loop' });
    expect(index.requests()).toHaveLength(3);
    const told = await store.memory.read(result.import ?? '');
    expect(told).toMatchObject({ kind: 'import', format: 'agentMemory', source: 'agent_memory.json' });
    const [name = ''] = (await segments(store.folder)).slice(-1);
    const text = await readFile(join(store.folder, 'journal', name), 'utf8');
    const lines = text.split('\n').slice(1, -1);
    expect(lines).toHaveLength(8);
    expect(lines.filter((line) => !line.includes(`"import":"${result.import}"`))).toEqual([]);
    expect((await stat(join(store.folder, 'journal', name))).mode & 0o777).toBe(0o600);
    expect(await store.memory.verify()).toMatchObject({ damaged: 0, findings: [] });
  });

  it('adds nothing a second time, nor from a copy under another name, nor after a restart', async () => {
    await store.take(await stage.file('agent_memory.json', FOREIGN));
    const after = known(store.memory);
    const files = await segments(store.folder);
    const again = await store.take(await stage.file('copy.json', FOREIGN));
    expect(again).toMatchObject({ taken: [], known: 3 });
    expect(again.import).toBeUndefined();
    expect(known(store.memory)).toEqual(after);
    expect(await segments(store.folder)).toEqual(files);
    await store.memory.dispose();
    const later = await stage.open('data');
    expect((await later.take(join(stage.base, 'copy.json'))).taken).toEqual([]);
    expect(known(later.memory)).toEqual(after);
  });

  it('adds what is new when the file has grown', async () => {
    await store.take(await stage.file('a.json', FOREIGN));
    const grown = FOREIGN.replace(
      '{"request_id":"r4","prompt":7}',
      '{"request_id":"r5","prompt":"New","response":"x","approved":true,"timestamp":"2025-06-01"}',
    );
    expect(counts(await store.take(await stage.file('b.json', grown)))).toEqual({
      request: 1,
      candidate: 1,
      decision: 1,
    });
  });

  it('stays what the user decided later', async () => {
    await store.take(await stage.file('a.json', FOREIGN));
    const denied = store.memory.index.liveDecisions().find(({ verdict }) => verdict === 'denied');
    await store.memory.append<'undo'>({ kind: 'undo', decision: denied?.decision ?? '' });
    await store.take(join(stage.base, 'a.json'));
    expect(store.memory.index.liveDecisions()).toHaveLength(1);
  });
});

describe('what was forgotten here', () => {
  it('does not come back by an import', async () => {
    const path = await stage.file('a.json', FOREIGN);
    const other = await stage.open('other');
    await other.take(path);
    const approved = other.memory.index.liveDecisions().find(({ verdict }) => verdict === 'approved');
    const none = { candidates: [], decisions: [], events: [], versions: [] };
    await store.memory.append<'forget'>({
      ...{ kind: 'forget', requests: [approved?.request ?? ''], why: 'asked' },
      ...none,
    });
    const result = await store.take(path);
    expect(counts(result)).toEqual({ request: 2, candidate: 2, decision: 1 });
    expect(result.remarks).toContain('What was forgotten here is not taken in again.');
    for (const name of await segments(store.folder)) {
      expect(await readFile(join(store.folder, 'journal', name), 'utf8')).not.toContain('sorted()');
    }
  });
});

describe('a request whose source gives no category', () => {
  it('gets the one that the same prompt would get here; a given one stays', async () => {
    const prompts = [
      { prompt: 'Write a function that adds', response: 'a', approved: true },
      { prompt: 'Write a function that adds up', response: 'b', approved: true, category: 'other' },
      { prompt: 'Explain this loop', response: 'c', approved: true, category: 'testing' },
      { prompt: 'Explain this loop', response: 'd', approved: true, category: 'no such category' },
    ];
    const entries = prompts.map((each, n) => ({ request_id: `r${n}`, ...each }));
    const memory = JSON.stringify({ conversation_history: entries, approval_history: {} });
    await store.take(await stage.file('agent_memory.json', memory));
    await store.take(
      await stage.file('feedback.csv', 'prompt,response,feedback\nWrite a test for it,r,good\n'),
    );
    await store.take(
      await stage.file(
        'log.jsonl',
        '{"user_input":"build api","hypotheses":[{"id":"h1","question":"q","confidence":0.5}]}\n',
      ),
    );
    const found: string[] = [];
    for (const { event, category } of store.memory.index.requests()) {
      const asked = await store.memory.read(event);
      if (asked?.kind === 'request') found.push(`${asked.prompt}: ${category}`);
    }
    expect(found.sort()).toEqual([
      'Explain this loop: explanation',
      'Explain this loop: testing',
      'Write a function that adds up: other',
      'Write a function that adds: code_generation',
      'Write a test for it: testing',
      'build api: code_generation',
    ]);
  });
});

describe('this program’s own agent_memory.json, edited by hand', () => {
  const view = (decision: string, request: string, change: object) =>
    JSON.stringify({
      conversation_history: [
        {
          ...{ request_id: request, timestamp: '2026-01-01T00:00:00.000Z', prompt: 'Sort' },
          ...{ response: 'Answer to Sort', approved: true, category: 'testing', verdict: 'approved' },
          decision_id: decision,
          ...change,
        },
      ],
      approval_history: {
        [request]: { approved: true, reason: 'Clear. as said', timestamp: '2026-01-01T00:00:00.000Z' },
      },
    });

  it.each([
    ['unchanged', {}, undefined],
    ['turned into a denial', { approved: false }, { verdict: 'denied' }],
    ['with another text', { response: 'Better' }, { verdict: 'edited', editedText: 'Better' }],
  ])('%s', async (_, change, expected) => {
    const decision = await store.decide('Sort', 'approved');
    const request = store.memory.index.decision(decision)?.request ?? '';
    const path = await stage.file('agent_memory.json', view(decision, request, change));
    const result = await store.take(path);
    expect(counts(result)).toEqual(expected ? { decision: 1 } : {});
    const [live] = store.memory.index.liveDecisions();
    if (expected) expect(await store.memory.read(live?.event ?? '')).toMatchObject(expected);
    else expect(live?.decision).toBe(decision);
    expect((await store.take(path)).taken).toEqual([]);
  });
});

describe('tables and logs', () => {
  it('become feedback and pairs, without any verdict', async () => {
    const path = await stage.file('pairs.csv', 'prompt,chosen,rejected\np1,good,bad\np2,good,bad\n');
    expect(counts(await store.take(path))).toEqual({ request: 2, candidate: 2, feedback: 2 });
    expect(store.memory.index.liveDecisions()).toEqual([]);
    expect((await store.take(path)).taken).toEqual([]);
    const out = await store.exports.run({ kind: 'pairs', redact: false }, new AbortController().signal);
    const lines = (await readFile(out.path, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { prompt: 'p1', chosen: 'good', rejected: 'bad' },
      { prompt: 'p2', chosen: 'good', rejected: 'bad' },
    ]);
  });

  it('of a learning loop become readings, choices and persona', async () => {
    const line = {
      ...{ timestamp: '2025-05-01T10:00:00', user_input: 'build api', selected_id: null, context: { x: 1 } },
      hypotheses: [{ id: 'h1', question: 'A REST API?', confidence: 0.9 }],
    };
    const persona = {
      timestamp: '2025-05-01T10:00:00',
      facet_deltas: { concise: 0.02 },
      signals: { success: true },
    };
    const path = await stage.file('log', [line, persona].map((each) => `${JSON.stringify(each)}\n`).join(''));
    expect(counts(await store.take(path))).toEqual({ request: 1, hypotheses: 1, choice: 1, persona: 1 });
    expect((await store.take(path)).taken).toEqual([]);
    expect((await store.memory.verify()).findings).toEqual([]);
  });
});

describe('what is nested without end', () => {
  it('is refused by itself', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const log = (context: string) =>
      `{"user_input":"x","hypotheses":[{"id":"h1","question":"q","confidence":0.5}],"selected_id":"h1","context":{"a":${context}}}\n`;
    const result = await store.take(await stage.file('log', log(deep) + log('1')));
    expect(result.refused.first).toEqual([{ place: 'line 1', reason: 'it is nested too deeply' }]);
    expect(counts(result)).toEqual({ request: 1, hypotheses: 1, choice: 1 });
    const memory = `{"conversation_history":[{"request_id":"a","prompt":${deep},"response":"x"},{"prompt":"p","response":"r","x":${deep}}]}`;
    const second = await store.take(await stage.file('mem', memory));
    expect(counts(second)).toEqual({ request: 1, candidate: 1 });
    expect(second.refused.count).toBe(1);
  });
});

describe('what is no source', () => {
  it('is refused with a reason', async () => {
    const empty = join(stage.base, 'empty');
    await mkdir(empty);
    const cases: [string, string][] = [
      [join(stage.base, 'missing'), 'import.unreadable'],
      ['relative.json', 'import.unreadable'],
      [store.folder, 'import.unreadable'],
      [empty, 'import.unknownFormat'],
      [await stage.file('picture.png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0])), 'import.unknownFormat'],
      [await stage.file('nothing', ''), 'import.unknownFormat'],
      [await stage.file('settings.json', '{\n  "name": "x"\n}\n'), 'import.unknownFormat'],
      [await stage.file('letter.txt', 'Dear all, how are you?\n'), 'import.unknownFormat'],
    ];
    for (const [path, code] of cases) await expect(store.take(path), path).rejects.toMatchObject({ code });
  });

  it('is left when it is cancelled, and can be taken in afterwards', async () => {
    const path = await stage.file('a.json', FOREIGN);
    const aborter = new AbortController();
    aborter.abort();
    await expect(store.take(path, false, aborter.signal)).rejects.toThrow();
    expect(await segments(store.folder)).toEqual([]);
    expect(counts(await store.take(path))).toMatchObject({ decision: 2 });
  });
});

describe('another data folder', () => {
  it('is joined by id: ids, times and unknown kinds stay, damaged lines are refused by name', async () => {
    const other = await stage.open('other');
    await other.decide('Sort', 'approved');
    await other.decide('Loop', 'denied');
    await store.decide('Mine', 'edited');
    await other.memory.dispose();
    const [name = ''] = await segments(other.folder);
    const path = join(other.folder, 'journal', name);
    const text = await readFile(path, 'utf8');
    const strange = encodeLine({
      ...{ v: 1, id: '01HZZZZZZZZZZZZZZZZZZZZZZ0', at: '2026-01-01T00:00:00.000Z' },
      ...{ writer: '01HZZZZZZZZZZZZZZZZZZZZZZ1', kind: 'later', extra: { x: 1 } },
    });
    const broken = `00000000 ${text.split('\n')[1]?.slice(9)}\n`;
    await writeFile(path, `${text}${strange.toString('utf8')}${broken}torn`);
    const result = await store.take(other.folder);
    expect(counts(result)).toEqual({ request: 2, candidate: 2, decision: 2, later: 1 });
    expect(result.refused.first).toEqual([
      { place: `${name} line 9`, reason: 'its checksum does not fit, it is damaged' },
    ]);
    expect(store.memory.index.liveDecisions()).toHaveLength(3);
    for (const entry of other.memory.index.liveDecisions()) {
      expect(store.memory.index.decision(entry.decision)).toEqual(entry);
    }
    expect((await store.take(other.folder)).taken).toEqual([]);
  });

  it('of a newer major version is refused whole', async () => {
    const other = join(stage.base, 'newer', 'journal');
    await mkdir(other, { recursive: true });
    const event = { v: 2, id: '01HZZZZZZZZZZZZZZZZZZZZZZ0', at: '2026-01-01T00:00:00.000Z' };
    const line = encodeLine({ ...event, writer: '01HZZZZZZZZZZZZZZZZZZZZZZ1', kind: 'request' });
    await writeFile(join(other, '01HZZZZZZZZZZZZZZZZZZZZZZ1.jsonl'), line);
    await expect(store.take(join(stage.base, 'newer'))).rejects.toMatchObject({
      code: 'memory.newerVersion',
    });
    expect(store.memory.index.eventCount).toBe(0);
  });
});
