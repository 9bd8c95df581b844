import { appendFile, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monotonicFactory } from 'ulid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataFolderPaths } from '../../../sidecar/memory/disk/dataFolder.ts';
import { createFsPort, type FsPort } from '../../../sidecar/memory/disk/fsPort.ts';
import type { Envelope } from '../../../sidecar/memory/events.ts';
import { type CompactPorts, compactJournal } from '../../../sidecar/memory/journal/compactJournal.ts';
import { crc32 } from '../../../sidecar/memory/journal/crc32.ts';
import { listSegments } from '../../../sidecar/memory/journal/journalReader.ts';
import { decodeLine, encodeLine } from '../../../sidecar/memory/journal/lineCodec.ts';
import { rewriteSegments } from '../../../sidecar/memory/journal/rewriteSegment.ts';
import { SEGMENT_KIND } from '../../../sidecar/memory/journal/segmentHeader.ts';
import { segmentPieces } from '../../../sidecar/memory/journal/segmentPieces.ts';
import { verifyJournal } from '../../../sidecar/memory/journal/verifyJournal.ts';
import { holdWriterLock, isWriterAlive } from '../../../sidecar/memory/journal/writerLock.ts';
import { tried } from './crashScale.ts';
import { createMemoryStage, decide, type MemoryStage } from './memoryStage.ts';

const WRITER = '01HZZZZZZZZZZZZZZZZZZZZZZZ';
const AT = '2026-01-01T00:00:00.000Z';

describe('merging segments', () => {
  let stage: MemoryStage;
  let journal: string;
  let ports: CompactPorts;
  const real = createFsPort();

  beforeEach(async () => {
    stage = await createMemoryStage();
    const folder = dataFolderPaths(stage.folder);
    journal = folder.journal;
    const ids = monotonicFactory();
    ports = {
      fs: real,
      uid: process.getuid?.(),
      folder,
      writer: WRITER,
      ids: () => ids(),
      clock: Date.now,
      thresholds: { minSegments: 2, minAgeMs: -60_000 },
    };
  });
  afterEach(() => stage.strike());

  /** Some writers that decided and ended, or were killed: their locks are gone. */
  async function writers(count: number): Promise<string[]> {
    const decisions: string[] = [];
    for (let n = 0; n < count; n += 1) {
      const memory = await stage.open({ pollMs: 60_000 });
      decisions.push(await decide(memory), await decide(memory, 'denied'));
      await memory.dispose();
    }
    return decisions;
  }

  /** Every event that readers find, by id. */
  async function events(): Promise<Map<string, Envelope>> {
    const found = new Map<string, Envelope>();
    for (const name of await listSegments(real, journal)) {
      for await (const pieces of segmentPieces(real, join(journal, name))) {
        for (const piece of pieces)
          if (piece.kind === 'line' && piece.event.kind !== SEGMENT_KIND)
            found.set(piece.event.id, piece.event);
      }
    }
    return found;
  }

  it('leaves one segment with every event in it, which a memory reads', async () => {
    const decided = await writers(5);
    const before = await events();
    expect(before.size).toBe(30);
    expect(await compactJournal(ports)).toEqual({ merged: 5, made: 1, damaged: 0 });
    expect(await readdir(journal)).toHaveLength(1);
    expect(await events()).toEqual(before);
    const memory = await stage.open();
    expect(memory.index.liveDecisions().map((each) => each.decision)).toEqual([...decided].reverse());
    const [name = ''] = await readdir(journal);
    expect((await stat(join(journal, name))).mode & 0o777).toBe(0o600);
    expect(await compactJournal(ports)).toEqual({ merged: 0, made: 0, damaged: 0 });
  });

  it('waits until there are enough, and until they are old enough', async () => {
    await writers(3);
    expect((await compactJournal({ ...ports, thresholds: { minAgeMs: -60_000 } })).merged).toBe(0);
    expect((await compactJournal({ ...ports, thresholds: { minSegments: 2 } })).merged).toBe(0);
    expect((await compactJournal(ports)).merged).toBe(3);
  });

  it('leaves the segment of a living writer alone, and takes it once that ended', async () => {
    await writers(2);
    const memory = await stage.open();
    await decide(memory);
    const own = `${memory.writer}.jsonl`;
    expect(await isWriterAlive(ports, stage.folder, memory.writer)).toBe(true);
    expect((await compactJournal(ports)).merged).toBe(2);
    expect(await readdir(journal)).toContain(own);
    await decide(memory);
    await memory.dispose();
    expect(await isWriterAlive(ports, stage.folder, memory.writer)).toBe(false);
    expect((await compactJournal(ports)).merged).toBe(2);
    expect((await events()).size).toBe(18);
  });

  it('carries kinds and fields of newer versions byte by byte, and leaves a newer major version alone', async () => {
    await writers(1);
    const line = (id: string, more: object): Buffer =>
      encodeLine({ v: 1, id, at: AT, writer: WRITER, kind: 'later', ...more });
    // Not as this version would write it: the number 1e2.
    const json = Buffer.from(
      `{"v":1,"id":"01ARZ3NDEKTSV4RRFFQ69G5FB0","at":"${AT}","writer":"${WRITER}","kind":"odd","n":1e2}`,
    );
    const whole = encodeLine({ v: 1, id: WRITER, at: AT, writer: WRITER, kind: 'x' });
    const odd = Buffer.concat([
      Buffer.from(`${crc32(json).toString(16).padStart(8, '0')} `),
      json,
      Buffer.from('\n'),
    ]);
    const known = [line('01ARZ3NDEKTSV4RRFFQ69G5FAV', { new: { field: ['\u00e9'] } }), odd, whole];
    await writeFile(join(journal, '01ARZ3NDEKTSV4RRFFQ69G5FAV.jsonl'), Buffer.concat(known));
    const major = encodeLine({ v: 2, id: '01ARZ3NDEKTSV4RRFFQ69G5FAW', at: AT, writer: WRITER, kind: 'x' });
    await writeFile(join(journal, '01ARZ3NDEKTSV4RRFFQ69G5FAW.jsonl'), major);
    // Alone in its group: with the others it would keep them from being merged.
    const thresholds = { ...ports.thresholds, mergedBytes: 1 };
    expect((await compactJournal({ ...ports, thresholds })).merged).toBe(0);
    const own = (await listSegments(real, journal)).filter(
      (name) => !name.startsWith('01ARZ3NDEKTSV4RRFFQ69G5FAW'),
    );
    const made = await rewriteSegments(ports, { sources: own });
    if (made.status !== 'done' || made.segment === undefined) throw new Error('not made');
    const bytes = await readFile(join(journal, made.segment));
    for (const each of known) expect(bytes.includes(each)).toBe(true);
    expect(await rewriteSegments(ports, { sources: await listSegments(real, journal) })).toEqual({
      status: 'newer',
    });
  });

  it('counts an event that is there twice once, the earlier one', async () => {
    await writers(1);
    const [name = ''] = await readdir(journal);
    const bytes = await readFile(join(journal, name));
    const lines = bytes.toString('utf8').split('\n').filter(Boolean);
    const decoded = decodeLine(Buffer.from(lines[3] ?? ''));
    if (!decoded.ok || decoded.event.kind !== 'decision') throw new Error('no decision');
    const later = encodeLine({ ...decoded.event, at: '2999-01-01T00:00:00.000Z' });
    await writeFile(join(journal, '01ARZ3NDEKTSV4RRFFQ69G5FAV.jsonl'), Buffer.concat([later, bytes]));
    const before = await events();
    await compactJournal(ports);
    const [merged = ''] = await readdir(journal);
    const left = (await readFile(join(journal, merged), 'utf8')).split('\n').filter(Boolean);
    expect(left).toHaveLength(1 + before.size);
    expect((await events()).get(decoded.event.id)?.at).toBe(decoded.event.at);
  });

  it('keeps what can not be read in quarantine', async () => {
    await writers(2);
    const [first = '', second = ''] = await listSegments(real, journal);
    const bytes = await readFile(join(journal, first));
    bytes[200] = (bytes[200] ?? 0) ^ 1;
    await writeFile(join(journal, first), bytes);
    await appendFile(join(journal, second), 'a line that was cut');
    expect(await compactJournal(ports)).toEqual({ merged: 2, made: 1, damaged: 2 });
    const aside = await readdir(join(stage.folder, 'quarantine/lines'));
    const kept = await Promise.all(
      aside.sort().map((name) => readFile(join(stage.folder, 'quarantine/lines', name), 'utf8')),
    );
    expect(kept.join('')).toContain('a line that was cut');
    expect(kept.join('')).toContain('checksum: ');
    expect(kept.join('')).toContain(bytes.subarray(180, 220).toString('utf8'));
  });

  it('brings a segment back that grew while it was replaced', async () => {
    await writers(2);
    const [first = ''] = await listSegments(real, journal);
    const late = encodeLine({ v: 1, id: WRITER, at: AT, writer: WRITER, kind: 'late' });
    const fs: FsPort = {
      ...real,
      rename: async (from, to) => {
        if (from.endsWith(first)) await appendFile(from, late);
        return real.rename(from, to);
      },
    };
    expect((await compactJournal({ ...ports, fs })).merged).toBe(1);
    expect((await events()).has(WRITER)).toBe(true);
    expect((await events()).size).toBe(13);
    expect((await compactJournal(ports)).merged).toBe(2);
    expect((await events()).size).toBe(13);
  });

  it('loses nothing where any one call fails, and is done by the next try', {
    timeout: 120_000,
  }, async () => {
    await writers(4);
    const before = await events();
    const snapshot = await Promise.all(
      (await readdir(journal)).map(async (name) => [name, await readFile(join(journal, name))] as const),
    );
    let reached = 0;
    for (let fail = 1; fail <= 400; fail += 1) {
      for (const name of await readdir(journal)) await real.remove(join(journal, name));
      for (const [name, bytes] of snapshot) await writeFile(join(journal, name), bytes);
      const failing = failAt(real, fail);
      const done = await compactJournal({ ...ports, fs: failing.fs }).then(
        () => true,
        () => false,
      );
      expect([fail, await events()]).toEqual([fail, before]);
      await compactJournal(ports);
      expect([fail, await events()]).toEqual([fail, before]);
      expect((await readdir(journal)).filter((name) => name.startsWith('.'))).toEqual([]);
      reached = fail;
      if (done && failing.calls() < fail) break;
    }
    expect(reached).toBeGreaterThan(20);
    expect(reached).toBeLessThan(400);
    tried(`merging cut short at each of ${reached} calls: 0 lost`);
  });

  it('stops when told to, with every event where it was', async () => {
    await writers(3);
    const before = await events();
    const stop = new AbortController();
    stop.abort();
    await expect(compactJournal(ports, stop.signal)).rejects.toMatchObject({ code: 'rpc.cancelled' });
    expect(await events()).toEqual(before);
    expect(await readdir(journal)).toHaveLength(3);
  });

  it('gives a retired segment of a killed process its name back, and clears half-written ones', async () => {
    await writers(2);
    const before = await events();
    const [first = ''] = await listSegments(real, journal);
    await rename(join(journal, first), join(journal, `.${first}.retired`));
    await writeFile(join(journal, `.${first}.abc.tmp`), 'half');
    await compactJournal({ ...ports, thresholds: { minSegments: 99 } });
    expect(await readdir(journal)).toHaveLength(2);
    expect(await events()).toEqual(before);
  });

  it('is nothing that checking the journal stumbles over', async () => {
    await writers(3);
    let merged = false;
    const fs: FsPort = {
      ...real,
      stat: async (path) => {
        if (!merged) {
          merged = true;
          await compactJournal(ports);
        }
        return real.stat(path);
      },
    };
    expect(await verifyJournal(fs, journal)).toMatchObject({ segments: 1, events: 18, damaged: 0 });
  });

  it('keeps the lock of a writer until its process ends', async () => {
    const held = await holdWriterLock(ports, stage.folder, WRITER);
    expect(await isWriterAlive(ports, stage.folder, WRITER)).toBe(true);
    await held.release();
    expect(await isWriterAlive(ports, stage.folder, WRITER)).toBe(false);
  });
});

/** The n-th call rejects, and so does every later one: the process is as good as dead. */
function failAt(fs: FsPort, n: number): { readonly fs: FsPort; calls(): number } {
  let calls = 0;
  const count = (): void => {
    calls += 1;
    if (calls >= n) throw Object.assign(new Error('EIO'), { code: 'EIO' });
  };
  const port: FsPort = {
    ...fs,
    open: async (path, mode) => {
      count();
      const file = await fs.open(path, mode);
      return {
        ...file,
        write: async (...args) => {
          count();
          return file.write(...args);
        },
        sync: async () => {
          count();
          return file.sync();
        },
      };
    },
    rename: async (from, to) => {
      count();
      return fs.rename(from, to);
    },
    remove: async (path) => {
      count();
      return fs.remove(path);
    },
    syncFolder: async (path) => {
      count();
      return fs.syncFolder(path);
    },
  };
  return { fs: port, calls: () => calls };
}
