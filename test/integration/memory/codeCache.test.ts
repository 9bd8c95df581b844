import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCodeCache } from '../../../sidecar/memory/disk/codeCache.ts';
import { forkSidecar } from '../../helpers/forkSidecar.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const uid = process.getuid?.();

let base: string;
let dataFolder: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'whetstone-cache-'));
  dataFolder = join(base, 'data');
});
afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

describe('where the compiled program is kept', () => {
  const open = (of = uid, now = Date.now()) => openCodeCache({ dataFolder, uid: of, name: 'this', now });

  it('is a folder of this user alone, in a data folder that is there', () => {
    expect(open()).toBeUndefined();
    expect(readdirSync(base)).toEqual([]);
    mkdirSync(dataFolder, { mode: 0o700 });
    expect(open()).toBe(join(dataFolder, 'cache', 'this'));
    expect(statSync(join(dataFolder, 'cache')).mode & 0o777).toBe(0o700);
  });

  it('is nowhere where another user could put something to be run', () => {
    mkdirSync(join(dataFolder, 'cache'), { recursive: true, mode: 0o700 });
    expect(open((uid ?? 0) + 1)).toBeUndefined();
    chmodSync(dataFolder, 0o770);
    expect(open()).toBeUndefined();
    chmodSync(dataFolder, 0o700);
    chmodSync(join(dataFolder, 'cache'), 0o777);
    expect(open()).toBeUndefined();
    rmSync(join(dataFolder, 'cache'), { recursive: true });
    mkdirSync(join(base, 'elsewhere'));
    symlinkSync(join(base, 'elsewhere'), join(dataFolder, 'cache'));
    expect(open()).toBeUndefined();
  });

  it('loses what other versions left, after a month', () => {
    const now = Date.now();
    for (const [name, days] of [
      ['this', 40],
      ['old', 31],
      ['young', 29],
    ] as const) {
      mkdirSync(join(dataFolder, 'cache', name), { recursive: true, mode: 0o700 });
      utimesSync(join(dataFolder, 'cache', name), now / 1_000, (now - days * DAY_MS) / 1_000);
    }
    open(uid, now);
    expect(readdirSync(join(dataFolder, 'cache')).sort()).toEqual(['this', 'young']);
  });
});

describe('the sidecar', () => {
  const files = () =>
    readdirSync(join(dataFolder, 'cache'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  it('keeps itself compiled, and starts with what was damaged or can not be read', async () => {
    mkdirSync(dataFolder, { mode: 0o700 });
    await (await forkSidecar({ dataFolder })).disconnect();
    const [file = ''] = files();
    const kept = await readFile(file);
    expect(kept.length).toBeGreaterThan(100_000);
    for (const bytes of [Buffer.alloc(kept.length, 7), kept.subarray(0, 5_000), Buffer.alloc(0)]) {
      await writeFile(file, bytes);
      const sidecar = await forkSidecar({ dataFolder });
      expect((await sidecar.client.call('decision.list', { limit: 1, texts: false })).decisions).toEqual([]);
      await sidecar.disconnect();
      expect(sidecar.errors()).toBe('');
    }
    rmSync(join(dataFolder, 'cache'), { recursive: true });
    await writeFile(join(dataFolder, 'cache'), 'in the way');
    const sidecar = await forkSidecar({ dataFolder });
    expect((await sidecar.client.call('decision.list', { limit: 1, texts: false })).decisions).toEqual([]);
    await sidecar.disconnect();
    expect(sidecar.errors()).toBe('');
  });
});
