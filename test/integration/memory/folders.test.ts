import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFsPort } from '../../../sidecar/memory/disk/fsPort.ts';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'whetstone-folders-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

describe('making folders', () => {
  const fs = createFsPort();

  it('makes those above too, for this user alone, and again without a fault', async () => {
    const path = join(base, 'a', 'b', 'c');
    await Promise.all([fs.makeFolder(path), fs.makeFolder(path)]);
    await fs.makeFolder(path);
    if (process.platform !== 'win32') expect((await stat(join(base, 'a', 'b'))).mode & 0o777).toBe(0o700);
    expect((await stat(path)).isDirectory()).toBe(true);
  });

  it('refuses where a file is in the way', async () => {
    await writeFile(join(base, 'file'), '');
    await expect(fs.makeFolder(join(base, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(fs.makeFolder(join(base, 'file', 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it.runIf(process.platform === 'linux')('refuses, and ends, where no folder can be made', async () => {
    await expect(fs.makeFolder('/proc/whetstone/data')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
