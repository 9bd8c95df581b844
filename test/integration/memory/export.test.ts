import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { counts, known, never, type Stage, type Store, stageForEach } from './exchangeStage.ts';

const run = promisify(execFile);
let stage: Stage;
let store: Store;
stageForEach((fresh, data) => {
  stage = fresh;
  store = data;
});

async function filled(): Promise<void> {
  const first = await store.decide('Sort', 'approved');
  await store.decide('Loop', 'denied', 'for (;;) {}');
  await store.decide('Open', 'edited');
  const undone = await store.decide('Oops', 'approved');
  await store.memory.append<'undo'>({ kind: 'undo', decision: undone });
  await store.memory.append<'reason'>({
    kind: 'reason',
    decision: first,
    reasons: ['concise'],
    note: 'short',
  });
  await store.memory.append<'version'>({
    kind: 'version',
    version: '01HZZZZZZZZZZZZZZZZZZZZZZ2',
    event: 'activated',
  });
  const root = store.memory.folder('root');
  await root.write('Modelfile.trained', 'FROM small\n');
  await root.write('training_log.md', '# Log\n');
  await root
    .folder('runs')
    .folder('01HZZZZZZZZZZZZZZZZZZZZZZ3')
    .write('training_run.json', '{"status":"succeeded"}');
}
const backup = async (more: object = {}) => {
  const path = join(stage.base, `backup-${(await readdir(stage.base)).length}.tar.gz`);
  return store.exports.run({ kind: 'all', path, redact: false, ...more }, never);
};

describe('a backup', () => {
  it('restores an empty folder exactly, files included', async () => {
    await filled();
    const result = await backup();
    expect(result).toMatchObject({
      kind: 'all',
      format: 'tar.gz',
      entries: store.memory.index.eventCount,
      remarks: [],
    });
    expect((await stat(result.path)).mode & 0o777).toBe(0o600);
    const fresh = await stage.open('fresh');
    const taken = await fresh.take(result.path);
    expect(taken).toMatchObject({ refused: { count: 0 }, remarks: [] });
    expect(taken.import).toBeUndefined();
    expect(known(fresh.memory)).toEqual(known(store.memory));
    for (const name of [
      'Modelfile.trained',
      'training_log.md',
      'runs/01HZZZZZZZZZZZZZZZZZZZZZZ3/training_run.json',
    ]) {
      expect(await readFile(join(fresh.folder, name), 'utf8')).toBe(
        await readFile(join(store.folder, name), 'utf8'),
      );
    }
    expect(await fresh.take(result.path)).toMatchObject({ taken: [], files: [] });
  });

  it('restores after a reset', async () => {
    await filled();
    const before = known(store.memory).live;
    const { path } = await backup();
    await store.memory.reset();
    expect(store.memory.index.liveDecisions()).toEqual([]);
    const taken = await store.take(path);
    expect(taken.files).toContain('Modelfile.trained');
    expect(known(store.memory).live).toEqual(before);
    expect(store.memory.index.versions()).toHaveLength(1);
  });

  it('joins a folder in use, activates nothing there and replaces no file', async () => {
    await filled();
    const { path } = await backup();
    const other = await stage.open('other');
    await other.decide('Mine', 'approved');
    await other.memory.folder('root').write('Modelfile.trained', 'FROM mine\n');
    const result = await other.take(path);
    expect(counts(result)).toEqual({ request: 4, candidate: 4, decision: 4, undo: 1, reason: 1 });
    expect(result.remarks).toEqual([
      'Which version was active there is not taken over: nothing is activated by itself.',
    ]);
    expect(result.files).toEqual(['runs/01HZZZZZZZZZZZZZZZZZZZZZZ3/training_run.json']);
    expect(other.memory.index.liveDecisions()).toHaveLength(4);
    expect(await readFile(join(other.folder, 'Modelfile.trained'), 'utf8')).toBe('FROM mine\n');
  });

  it('is an archive that every tool opens, with the hash of each file in its list', async () => {
    await filled();
    const { path } = await backup();
    const out = join(stage.base, 'unpacked');
    await mkdir(out);
    await run('tar', ['-xzf', path, '-C', out]);
    const manifest = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({ format: 'whetstone-backup', version: 1, redacted: false });
    for (const file of manifest.files) {
      const content = await readFile(join(out, file.path));
      expect(createHash('sha256').update(content).digest('hex')).toBe(file.sha256);
      expect(content.length).toBe(file.bytes);
    }
    const fresh = await stage.open('fresh');
    await fresh.take(out);
    expect(known(fresh.memory)).toEqual(known(store.memory));
  });

  it('packed by hand from a data folder is read as well', async () => {
    await filled();
    await store.memory.dispose();
    const path = join(stage.base, 'hand.tar.gz');
    await run('tar', ['-czf', path, '-C', stage.base, 'data']);
    const fresh = await stage.open('fresh');
    const result = await fresh.take(path);
    expect(result.remarks).toEqual(['It has no list of its files: made by hand, or cut off.']);
    expect(known(fresh.memory)).toEqual(known(store.memory));
  });

  it('with a changed file says so, and every changed line is refused', async () => {
    await filled();
    const { path } = await backup();
    const tar = gunzipSync(await readFile(path));
    const at = tar.indexOf('Answer to Sort');
    tar.write('Anschuld', at);
    const fresh = await stage.open('fresh');
    const result = await fresh.take(await stage.file('changed', gzipSync(tar)));
    expect(result.refused.count).toBe(1);
    expect(result.remarks.join()).toContain('is not as it was when the backup was made');
    expect(result.damaged).toBe(true);
  });

  it('leaves out secrets where asked, and what is left fits together', async () => {
    await store.decide('Key', 'approved', 'use sk-abcdefgh12345');
    const { path } = await backup({ redact: true });
    expect(gunzipSync(await readFile(path)).includes('sk-abcdefgh12345')).toBe(false);
    const fresh = await stage.open('fresh');
    await fresh.take(path);
    const [live] = fresh.memory.index.liveDecisions();
    const candidate = fresh.memory.index.candidate(live?.candidate ?? '');
    const answer = await fresh.memory.read(candidate?.event ?? '');
    expect(answer).toMatchObject({ text: 'use [redacted]' });
    expect(candidate?.sha256).toBe(createHash('sha256').update('use [redacted]').digest('hex'));
    expect(await fresh.memory.read(live?.event ?? '')).toMatchObject({ sha256: candidate?.sha256 });
  });

  it('never replaces a file, and leaves nothing behind where it fails', async () => {
    await filled();
    const path = await stage.file('mine.tar.gz', 'mine');
    await expect(backup({ path })).rejects.toMatchObject({ code: 'export.exists' });
    expect(await readFile(path, 'utf8')).toBe('mine');
    for (const folder of [join(stage.base, 'no'), path]) {
      const error = await backup({ path: join(folder, 'x') }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'rpc.invalid', message: `${folder} is not there.` });
    }
    await expect(backup({ path: 'relative' })).rejects.toMatchObject({ code: 'rpc.invalid' });
    const aborter = new AbortController();
    aborter.abort();
    const target = join(stage.base, 'stopped.tar.gz');
    await expect(
      store.exports.run({ kind: 'all', path: target, redact: false }, aborter.signal),
    ).rejects.toThrow();
    expect((await readdir(stage.base)).filter((name) => name.includes('stopped'))).toEqual([]);
  });

  it('of 18,000 events leaves the event loop free', async () => {
    await rm(store.folder, { recursive: true });
    const { writeJournal } = await import('../../helpers/writeJournal.ts');
    await writeJournal(join(stage.base, 'large'), 6_000);
    const large = await stage.open('large');
    let turns = 0;
    const ticking = setInterval(() => {
      turns += 1;
    }, 1);
    const path = join(stage.base, 'large.tar.gz');
    await large.exports.run({ kind: 'all', path, redact: false }, never);
    const fresh = await stage.open('fresh');
    await fresh.take(path);
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(20);
    expect(fresh.memory.index.eventCount).toBe(18_000);
  });
});

describe('datasets', () => {
  it('of decisions survive a spreadsheet’s formulas, and come back by import', async () => {
    await filled();
    await store.decide('=1+1', 'approved', '@SUM(1)\n"quoted", and more');
    for (const format of ['jsonl', 'csv'] as const) {
      const result = await store.exports.run({ kind: 'decisions', format, redact: false }, never);
      expect(result.path.startsWith(join(store.folder, 'datasets'))).toBe(true);
      expect(result.entries).toBe(4);
      const text = await readFile(result.path, 'utf8');
      if (format === 'csv') {
        expect(text).toContain(`"'=1+1"`);
        expect(text.split('\r\n')[0]).toContain('"decision_id","request_id"');
      }
      const fresh = await stage.open(`fresh-${format}`);
      expect(counts(await fresh.take(result.path))).toEqual({ request: 4, candidate: 4, decision: 4 });
      const verdicts = (memory: typeof store.memory) =>
        memory.index
          .liveDecisions()
          .map(({ decision, request, verdict, at }) => ({ decision, request, verdict, at }));
      expect(verdicts(fresh.memory)).toEqual(verdicts(store.memory));
      const entry = fresh.memory.index.liveDecisions()[0];
      const answer = fresh.memory.index.candidate(entry?.candidate ?? '');
      expect(await fresh.memory.read(answer?.event ?? '')).toMatchObject({
        text: '@SUM(1)\n"quoted", and more',
      });
      expect(await fresh.memory.read(entry?.event ?? '')).toMatchObject({
        reasons: ['clear'],
        note: 'as said',
      });
    }
  });

  it('of pairs and chats are lines for training', async () => {
    await filled();
    const lines = async (kind: 'pairs' | 'chat' | 'feedback') => {
      const { path, bytes } = await store.exports.run({ kind, redact: false }, never);
      expect(bytes).toBeGreaterThan(0);
      const text = await readFile(path, 'utf8');
      return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
    };
    expect(await lines('pairs')).toMatchObject([
      { prompt: 'Open', chosen: 'Answer to Open, corrected', rejected: 'Answer to Open', source: 'edit' },
    ]);
    expect((await lines('chat')).map(({ approved }) => approved)).toEqual([true, false, true]);
  });

  it('of nothing are no file', async () => {
    for (const kind of ['decisions', 'pairs', 'feedback', 'chat', 'all'] as const) {
      const path = join(stage.base, `none-${kind}`);
      const result = await store.exports.run({ kind, path, redact: false }, never);
      expect(result).toMatchObject({ entries: 0, bytes: 0 });
    }
    const csv = await store.exports.run({ kind: 'pairs', format: 'csv', redact: false }, never);
    expect(csv).toMatchObject({ entries: 0, bytes: 0 });
    expect((await readdir(stage.base)).filter((name) => name.includes('none'))).toEqual([]);
    expect(await readdir(join(store.folder, 'datasets'))).toEqual([]);
  });

  it('that no format fits are refused', async () => {
    await expect(
      store.exports.run({ kind: 'chat', format: 'csv', redact: false }, never),
    ).rejects.toMatchObject({
      code: 'export.format',
    });
    await expect(
      store.exports.run({ kind: 'all', format: 'csv', redact: false }, never),
    ).rejects.toMatchObject({
      code: 'export.format',
    });
  });
});
