import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeLock } from '../../../sidecar/memory/disk/exclusiveLock.ts';
import { createFsPort } from '../../../sidecar/memory/disk/fsPort.ts';
import { createMemoryStage, type MemoryStage, type StageChild } from './memoryStage.ts';

describe('the exclusive lock', () => {
  let stage: MemoryStage;
  const ports = { fs: createFsPort(), uid: process.getuid?.() };
  beforeEach(async () => {
    stage = await createMemoryStage();
    await mkdir(stage.folder);
  });
  afterEach(() => stage.strike());

  async function answer(child: StageChild): Promise<string> {
    const [chunk] = await once(child.stdout, 'data');
    return String(chunk).trim();
  }

  it('is held by one process, and free once that was killed', { timeout: 30_000 }, async () => {
    const holder = stage.run('lockingChild.ts');
    expect(await answer(holder)).toBe('held');
    expect(await takeLock(ports, stage.folder, 'exclusive')).toBeUndefined();
    expect(await answer(stage.run('lockingChild.ts'))).toBe('refused');
    const other = await takeLock(ports, stage.folder, 'training');
    expect(other).toBeDefined();
    await other?.release();
    const ended = once(holder, 'exit');
    holder.kill('SIGKILL');
    await ended;
    const held = await takeLock(ports, stage.folder, 'exclusive');
    expect(held).toBeDefined();
    await held?.release();
  });

  it('goes to one at most of many that try at once, dead holders left behind or not', {
    timeout: 30_000,
  }, async () => {
    const dead = stage.run('lockingChild.ts');
    expect(await answer(dead)).toBe('held');
    const ended = once(dead, 'exit');
    dead.kill('SIGKILL');
    await ended;
    for (let round = 0; round < 20; round += 1) {
      const tries = await Promise.all(
        Array.from({ length: 8 }, () => takeLock(ports, stage.folder, 'exclusive')),
      );
      const held = tries.filter((each) => each !== undefined);
      expect(held).toHaveLength(1);
      await held[0]?.release();
    }
  });

  it('works in a folder whose path is too long for a socket', async () => {
    const folder = join(stage.folder, 'x'.repeat(120));
    const held = await takeLock(ports, folder, 'exclusive');
    expect(held).toBeDefined();
    expect(await takeLock(ports, folder, 'exclusive')).toBeUndefined();
    await held?.release();
  });
});
