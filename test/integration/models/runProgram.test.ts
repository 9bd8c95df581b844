import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../../../sidecar/models/embedded/runProgram.ts';

test('a program runs in the home folder, not where the terminal stands, unless it is told where', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'whetstone-program-'));
  try {
    const script = join(folder, 'where.cjs');
    await writeFile(script, 'process.stdout.write(require("node:fs").realpathSync("."));');
    const { signal } = new AbortController();
    expect(process.cwd()).not.toBe(homedir());
    const bare = await runProgram(process.execPath, [script], { signal });
    expect(bare.stdout).toBe(homedir());
    const told = await runProgram(process.execPath, [script], { cwd: folder, signal });
    expect(told.stdout).toBe(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
