import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monotonicFactory } from 'ulid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFsPort, type FsPort } from '../../../sidecar/memory/disk/fsPort.ts';
import type { Memory } from '../../../sidecar/memory/memory.ts';
import { AppError } from '../../../sidecar/protocol/errors.ts';
import { scaled, tried } from './crashScale.ts';
import { createFaultyFs, type Fault, type FaultyCall } from './faultyFs.ts';
import { openMemory, recover } from './recovered.ts';
import { decideTold, sha256Of, textOf } from './toldDecision.ts';

const PAGE = 4_096;
const DISK_PAGES = 128;

describe('a disk that fails', () => {
  let base: string;
  let mounted = false;
  const ids = monotonicFactory();
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'wd-'));
  });
  afterEach(async () => {
    if (mounted) spawnSync('umount', [base]);
    mounted = false;
    await rm(base, { recursive: true, force: true });
  });

  /** Makes `base` a small disk of its own; false where this user may not. */
  function mountSmallDisk(): boolean {
    const size = `size=${DISK_PAGES * PAGE},mode=0700`;
    mounted =
      process.platform === 'linux' &&
      process.getuid?.() === 0 &&
      spawnSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', base]).status === 0;
    return mounted;
  }

  /** One decision, its answer of so many bytes; the error's code where it was refused. */
  async function decide(memory: Memory, told: string[], bytes: number): Promise<string | undefined> {
    const [request, candidate, decision] = [ids(), ids(), ids()];
    const text = textOf(candidate, bytes);
    const about = { request, candidate, sha256: sha256Of(text) };
    const asked = {
      kind: 'request' as const,
      thread: request,
      request,
      prompt: 'ask',
      context: [],
      model: 'm',
    };
    const answer = { ...about, kind: 'candidate' as const, text, model: 'm', options: {} };
    try {
      await memory.append<'request'>({ ...asked, category: 'other', appVersion: '0' }, request);
      told.push(request);
      await memory.append<'candidate'>({ ...answer, stopped: 'complete', engine: 'unknown' }, candidate);
      told.push(candidate);
      const verdict = 'approved' as const;
      await memory.append<'decision'>({ ...about, kind: 'decision', decision, verdict, reasons: [] });
      told.push(decision);
      return undefined;
    } catch (error) {
      if (!AppError.is(error)) throw error;
      return error.code;
    }
  }

  async function expectAll(folder: string, told: readonly string[], where: string): Promise<void> {
    const { lost, wrong, damaged } = await recover(folder, told);
    expect([where, lost, wrong, damaged]).toEqual([where, [], [], 0]);
  }

  it('full at any write loses nothing, and goes on where space is freed', { timeout: 300_000 }, async () => {
    const real = mountSmallDisk();
    const ballast = join(base, 'ballast');
    const tries = scaled(12, DISK_PAGES - 8);
    let acknowledged = 0;
    let refused = 0;
    for (let n = 1; n <= tries; n += 1) {
      const folder = join(base, `data${n}`);
      const room = { bytes: Number.POSITIVE_INFINITY };
      const memory = await openMemory(folder, real ? {} : { fs: withRoom(room) });
      const told: string[] = [];
      expect(await decide(memory, told, 100)).toBeUndefined();
      if (real) await writeFile(ballast, Buffer.alloc((DISK_PAGES - 6 - n) * PAGE));
      else room.bytes = n * PAGE;
      const codes: (string | undefined)[] = [];
      while (codes.filter((code) => code !== undefined).length < 3)
        codes.push(await decide(memory, told, 300 + ((n * 997) % 9_000)));
      expect(new Set(codes.filter((code) => code !== undefined))).toEqual(new Set(['memory.diskFull']));
      expect(memory.writable).toBe(false);
      refused += 3;
      await rm(ballast, { force: true });
      room.bytes = Number.POSITIVE_INFINITY;
      expect([n, await decide(memory, told, 100)]).toEqual([n, undefined]);
      expect(memory.writable).toBe(true);
      await memory.dispose();
      await expectAll(folder, told, `room for ${n} pages`);
      acknowledged += told.length;
      await rm(folder, { recursive: true });
    }
    tried(
      `disk full (${real ? `a real one of ${(DISK_PAGES * PAGE) / 1_024} KB` : 'a file-system port'}) at ${tries} sizes: ` +
        `${acknowledged} events acknowledged, ${refused} decisions refused, 0 lost`,
    );
  });

  it('read-only is said, read on, and written again once it can be', { timeout: 60_000 }, async () => {
    const real = mountSmallDisk();
    const state = { readOnly: false };
    const folder = join(base, 'data');
    const refuse = (): 'EROFS' | undefined => (state.readOnly ? 'EROFS' : undefined);
    const fs = createFaultyFs(createFsPort(), refuse);
    const told: string[] = [];
    const before = await openMemory(folder, real ? {} : { fs });
    expect(await decide(before, told, 100)).toBeUndefined();
    await before.dispose();
    const setReadOnly = (on: boolean): void => {
      state.readOnly = on;
      if (real) spawnSync('mount', ['-o', `remount,${on ? 'ro' : 'rw'}`, base]);
    };
    setReadOnly(true);
    const memory = await openMemory(folder, real ? {} : { fs });
    expect(await decide(memory, told, 100)).toBe('memory.readOnly');
    expect(memory.index.liveDecisions()).toHaveLength(1);
    setReadOnly(false);
    expect(await decide(memory, told, 100)).toBeUndefined();
    await memory.dispose();
    await expectAll(folder, told, 'read-only');
    tried(`folder read-only (${real ? 'a real disk' : 'a file-system port'}), then writable: 0 lost`);
  });

  it('that fails at any write or sync loses nothing', { timeout: 300_000 }, async () => {
    const calls: FaultyCall[] = ['write', 'datasync', 'syncFolder', 'open', 'truncate'];
    let points = 0;
    for (const call of calls) {
      for (let nth = 1; nth <= scaled(6, 60); nth += 1) {
        const folder = join(base, `${call}-${nth}`);
        const fs = createFaultyFs(createFsPort(), failingAt(call, nth));
        await mkdir(folder, { mode: 0o700 });
        const told: string[] = [];
        const memory = await openMemory(folder, { fs });
        for (let n = 0; n < 12; n += 1) await decide(memory, told, 300);
        await memory.dispose();
        await expectAll(folder, told, `${call} ${nth}`);
        points += 1;
        await rm(folder, { recursive: true });
      }
    }
    tried(`EIO at write, fdatasync, fsync of the folder, open and truncate: ${points} points, 0 lost`);
  });

  it('taken away while the program runs is said; what is decided after it is back is kept', {
    timeout: 60_000,
  }, async () => {
    const folder = join(base, 'data');
    const told: string[] = [];
    const memory = await openMemory(folder);
    expect(await decide(memory, told, 100)).toBeUndefined();
    await rename(folder, `${folder}.away`);
    expect(await decide(memory, told, 100)).toBe('memory.folderGone');
    await rename(`${folder}.away`, folder);
    expect(await decide(memory, told, 100)).toBeUndefined();
    await expectAll(folder, told, 'taken away');
    await rm(folder, { recursive: true });
    const after: string[] = [];
    expect(await decide(memory, after, 100)).toBe('memory.folderGone');
    await mkdir(folder, { mode: 0o700 });
    expect(await decide(memory, after, 100)).toBeUndefined();
    await memory.dispose();
    await expectAll(folder, after, 'removed and made anew');
    tried(
      'data folder taken away, brought back, removed and made anew while running: 0 lost of what was there',
    );
  });

  it('with a torn line that can not be cut off is left alone, and a new segment is begun', async () => {
    const folder = join(base, 'data');
    const state = { failing: false };
    const fs = createFaultyFs(createFsPort(), (call, nth) => {
      if (!state.failing) return undefined;
      if (call === 'truncate') return 'EIO';
      return call === 'write' ? (nth % 2 === 0 ? 'EIO' : 90) : undefined;
    });
    const told: string[] = [];
    const memory = await openMemory(folder, { fs });
    expect(await decide(memory, told, 100)).toBeUndefined();
    state.failing = true;
    for (let n = 0; n < 4; n += 1) expect(await decide(memory, told, 500)).toBe('memory.failed');
    state.failing = false;
    expect(await decide(memory, told, 100)).toBeUndefined();
    await memory.dispose();
    await expectAll(folder, told, 'torn');
  });

  it('with a clock that goes back keeps the order of clicks', { timeout: 60_000 }, async () => {
    const folder = join(base, 'data');
    let now = Date.UTC(2026, 5, 1);
    const clock = (): number => now;
    const told: string[] = [];
    const said = (id: string): void => void told.push(id);
    const first = await openMemory(folder, { clock });
    const one = await decideTold(first, ids, said, { verdict: 'denied' });
    now -= 3_600_000;
    const { request, candidate } = first.index.decision(one) ?? { request: '', candidate: '' };
    const again = { kind: 'decision' as const, request, candidate, sha256: 'a'.repeat(64), reasons: [] };
    const two = ids();
    await first.append<'decision'>({ ...again, decision: two, verdict: 'approved' });
    expect(first.index.liveDecisions().map(({ decision }) => decision)).toEqual([two]);
    await first.dispose();
    now -= 24 * 3_600_000;
    const second = await openMemory(folder, { clock });
    const three = ids();
    await second.append<'decision'>({ ...again, decision: three, verdict: 'denied' });
    expect(second.index.liveDecisions().map(({ decision }) => decision)).toEqual([three]);
    await second.dispose();
    await expectAll(folder, [...told, two, three], 'clock');
    tried('clock set back by an hour, and by a day between two starts: order of clicks kept, 0 lost');
  });
});

/** The real file system on a disk with so much room; a write takes what still fits. */
function withRoom(room: { bytes: number }): FsPort {
  return createFaultyFs(createFsPort(), (call) => {
    if (call !== 'write') return undefined;
    const fits = Math.min(room.bytes, PAGE);
    room.bytes -= fits;
    return fits <= 0 ? 'ENOSPC' : fits;
  });
}

/** Fails once at a write, or twice at another call. Each write takes little, so that a failed one leaves a torn line. */
function failingAt(call: FaultyCall, nth: number): (now: FaultyCall, count: number) => Fault {
  return (now, count) => {
    if (now === 'write' && call === 'write') return count === nth ? 'EIO' : 150;
    // Lines are cut off only after a write has failed.
    if (now === 'write' && call === 'truncate') return count % 4 === 0 ? 'EIO' : 200;
    return now === call && (count === nth || count === nth + 1) ? 'EIO' : undefined;
  };
}
