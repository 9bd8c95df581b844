import { readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFsPort, type FsFile, type FsPort } from '../../../sidecar/memory/disk/fsPort.ts';
import { createMemoryStage, decide, type MemoryStage } from './memoryStage.ts';

/** The real file system with a disk of so many bytes, in which a write takes what still fits, and a sync that can fail. */
function createSmallDisk(): { fs: FsPort; room: number; failSync: number; syncs: number } {
  const real = createFsPort();
  const disk = { fs: real, room: Number.POSITIVE_INFINITY, failSync: 0, syncs: 0 };
  const wrap = (file: FsFile): FsFile => ({
    ...file,
    write: async (bytes, offset, length) => {
      if (disk.room <= 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      const written = await file.write(bytes, offset, Math.min(length, disk.room, 100));
      disk.room -= written;
      return written;
    },
    datasync: async () => {
      disk.syncs += 1;
      if (disk.failSync > 0) {
        disk.failSync -= 1;
        throw Object.assign(new Error('i/o error'), { code: 'EIO' });
      }
      await file.datasync();
    },
  });
  disk.fs = {
    ...real,
    open: async (path, mode) =>
      mode === 'appendNew' ? wrap(await real.open(path, mode)) : real.open(path, mode),
  };
  return disk;
}

describe('a disk that does not take the bytes', () => {
  let stage: MemoryStage;
  beforeEach(async () => {
    stage = await createMemoryStage();
  });
  afterEach(() => stage.strike());
  const segments = (): Promise<string[]> => readdir(join(stage.folder, 'journal'));

  it('rejects what did not fit, keeps the segment, and goes on when there is room again', async () => {
    const disk = createSmallDisk();
    const memory = await stage.open({ fs: disk.fs });
    const codes: string[] = [];
    memory.onNotice((notice) => codes.push(notice.code));
    const first = await decide(memory);
    const [name = ''] = await segments();
    const { size } = await stat(join(stage.folder, 'journal', name));
    for (let attempt = 0; attempt < 5; attempt += 1) {
      disk.room = 150;
      await expect(decide(memory)).rejects.toMatchObject({ code: 'memory.diskFull' });
      expect((await stat(join(stage.folder, 'journal', name))).size).toBe(size);
      expect(memory.writable).toBe(false);
    }
    disk.room = Number.POSITIVE_INFINITY;
    const second = await decide(memory);
    expect(memory.writable).toBe(true);
    expect(await segments()).toEqual([name]);
    expect(codes).toEqual(['memory.diskFull']);
    const again = await stage.open();
    expect(again.index.liveDecisions().map((each) => each.decision)).toEqual([second, first]);
    expect(await again.verify()).toMatchObject({ events: 6, damaged: 0, findings: [] });
  });

  it('never trusts a segment again whose sync failed', async () => {
    const disk = createSmallDisk();
    const memory = await stage.open({ fs: disk.fs });
    await decide(memory);
    disk.failSync = 1;
    const kept = await decide(memory);
    expect(await segments()).toHaveLength(2);
    disk.failSync = 2;
    await expect(decide(memory)).rejects.toMatchObject({ code: 'memory.failed' });
    const again = await stage.open();
    expect(again.index.decision(kept)?.undone).toBe(false);
  });

  it('writes a resent click once', async () => {
    const memory = await stage.open();
    const decision = await decide(memory);
    const event = await memory.read(decision);
    if (event?.kind !== 'decision') throw new Error('no decision');
    const { v, id, at, writer, ...body } = event;
    expect([v, id, writer]).toEqual([1, decision, memory.writer]);
    expect((await memory.append<'decision'>(body)).at).toBe(at);
    // A sidecar that was restarted may not have read the journal yet.
    const later = await stage.open();
    const both = await Promise.all([later.append<'decision'>(body), later.append<'decision'>(body)]);
    expect(both.map((each) => each.id)).toEqual([decision, decision]);
    expect(later.index.liveDecisions()).toHaveLength(1);
  });

  it('says that the folder is gone, and takes up again where it comes back', async () => {
    const memory = await stage.open({ pollMs: 60_000 });
    await rename(stage.folder, `${stage.folder}.away`);
    await expect(decide(memory)).rejects.toMatchObject({ code: 'memory.folderGone' });
    await rename(`${stage.folder}.away`, stage.folder);
    await decide(memory);
    expect(memory.index.liveDecisions()).toHaveLength(1);
  });

  it('keeps decisions of another window that are made while this one resets', async () => {
    const [one, two] = [await stage.open(), await stage.open()];
    await decide(one);
    await decide(two);
    expect(await one.reset()).toMatch(/^reset-/);
    const after = await decide(two);
    await one.refresh();
    await two.refresh();
    for (const memory of [one, two]) {
      expect(memory.index.liveDecisions().map((each) => each.decision)).toEqual([after]);
    }
  });
});
