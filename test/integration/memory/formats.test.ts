import { copyFile, cp, mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { counts, createStage, known, never, type Stage } from './exchangeStage.ts';

const FORMATS = resolve(import.meta.dirname, '../../fixtures/formats');
const V1 = join(FORMATS, 'v1');
let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(() => stage.strike());

/** Opens a data folder whose journal is that fixture's. */
async function openWith(name: string, fixture: string) {
  await mkdir(join(stage.base, name, 'journal'), { recursive: true, mode: 0o700 });
  await cp(fixture, join(stage.base, name, 'journal', fixture.endsWith('.jsonl') ? SEGMENT : ''), {
    recursive: true,
  });
  return stage.open(name);
}
const SEGMENT = '01KDX000000000000000000000.jsonl';

describe('version 1', () => {
  it('of the journal is read whole', async () => {
    const { memory } = await openWith('data', join(V1, 'journal'));
    const { index } = memory;
    expect(await memory.verify()).toMatchObject({ damaged: 0, findings: [] });
    expect(index.eventCount).toBe(30);
    expect(index.liveDecisions().map(({ verdict, reasons }) => ({ verdict, reasons }))).toEqual([
      { verdict: 'edited', reasons: [] },
      { verdict: 'denied', reasons: ['too_long'] },
      { verdict: 'approved', reasons: ['concise', 'clear'] },
    ]);
    expect(index.requests()).toHaveLength(4);
    expect(
      [index.rules(), index.states(), index.runs(), index.feedback(), index.applied()].map(
        (all) => all.length,
      ),
    ).toEqual([1, 1, 1, 1, 1]);
    expect(index.versions().map(({ event }) => event)).toEqual(['published', 'activated']);
    const [edited] = index.liveDecisions();
    expect(await memory.read(edited?.event ?? '')).toMatchObject({
      editedText: 'await open(name)\n',
      dwellMs: 900,
    });
  });

  it('of a backup restores the same', async () => {
    const { memory } = await openWith('data', join(V1, 'journal'));
    const fresh = await stage.open('fresh');
    const result = await fresh.take(join(V1, 'backup.tar.gz'));
    expect(result).toMatchObject({
      format: 'backup',
      refused: { count: 0 },
      files: ['Modelfile.trained'],
      remarks: [],
    });
    expect(known(fresh.memory)).toEqual(known(memory));
  });

  it.each([
    ['agent_memory.json', { request: 3, candidate: 3, decision: 3 }],
    ['training_data.jsonl', { request: 3, candidate: 3, decision: 3 }],
    ['decisions.jsonl', { request: 3, candidate: 3, decision: 3 }],
    ['decisions.csv', { request: 3, candidate: 3, decision: 3 }],
    ['pairs.jsonl', { request: 1, candidate: 2, feedback: 2 }],
    ['feedback.csv', { request: 1, candidate: 1, feedback: 1 }],
  ])('of %s is taken in', async (name, expected) => {
    const store = await stage.open('data');
    const result = await store.take(join(V1, name));
    expect(result.refused).toEqual({ count: 0, first: [] });
    expect(counts(result)).toEqual(expected);
    expect((await store.take(join(V1, name))).taken).toEqual([]);
  });

  it('of whetstone.db is taken in with its ids', async () => {
    const image = gunzipSync(await readFile(join(V1, 'whetstone.db.gz')));
    const store = await stage.open('data');
    const result = await store.take(await stage.file('any.db', image));
    expect(result.refused.first).toEqual([]);
    expect(counts(result)).toEqual({ request: 3, candidate: 3, decision: 3, feedback: 1 });
    const { memory } = await openWith('other', join(V1, 'journal'));
    const ids = (live: readonly { readonly decision: string }[]) => live.map(({ decision }) => decision);
    expect(ids(store.memory.index.liveDecisions())).toEqual(ids(memory.index.liveDecisions()));
  });

  it.each(['agent_memory.json', 'training_data.jsonl', 'decisions.csv', 'decisions.jsonl'])(
    'of %s adds nothing where the journal is there',
    async (name) => {
      const store = await openWith('data', join(V1, 'journal'));
      expect(await store.take(join(V1, name))).toMatchObject({ taken: [], known: 3 });
    },
  );
});

describe('a newer program', () => {
  it('of the same major version: its fields and kinds are carried on, and writing goes on beside it', async () => {
    const store = await openWith('data', join(FORMATS, 'newerMinor.jsonl'));
    await store.decide('Now', 'approved');
    expect(store.memory.index.liveDecisions()).toHaveLength(2);
    const path = join(stage.base, 'backup.tar.gz');
    await store.exports.run({ kind: 'all', path, redact: false }, never);
    const tar = gunzipSync(await readFile(path)).toString('utf8');
    for (const line of (await readFile(join(FORMATS, 'newerMinor.jsonl'), 'utf8')).split('\n').slice(1, -1)) {
      expect(tar).toContain(line);
    }
  });

  it('of another major version stops writing here, with advice to reload', async () => {
    const store = await openWith('data', join(FORMATS, 'newerMajor.jsonl'));
    await expect(store.decide('Now', 'approved')).rejects.toMatchObject({
      code: 'memory.newerVersion',
      next: expect.stringContaining('Reload'),
    });
    const path = await stage.file('a.csv', 'prompt,chosen,rejected\np,a,b\n');
    await expect(store.take(path)).rejects.toMatchObject({ code: 'memory.newerVersion' });
    await copyFile(join(FORMATS, 'newerMajor.jsonl'), join(stage.base, 'segment'));
    const other = await stage.open('other');
    await expect(other.take(join(stage.base, 'segment'))).rejects.toMatchObject({
      code: 'memory.newerVersion',
    });
  });
});
