import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { forkSidecar } from '../../helpers/forkSidecar.ts';
import { until } from '../../helpers/until.ts';
import { scaled, tried } from '../memory/crashScale.ts';

const WINDOWS = scaled(2, 12);

it('a sidecar whose window was killed with calls on their way ends by itself', {
  timeout: 300_000,
}, async () => {
  const base = await mkdtemp(join(tmpdir(), 'wo-'));
  const pids: number[] = [];
  try {
    for (let n = 0; n < WINDOWS; n += 1) {
      const folder = join(base, String(n));
      await mkdir(folder, { mode: 0o700 });
      const window = spawn(process.execPath, [join(import.meta.dirname, 'windowChild.ts'), folder], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let told = '';
      window.stdout.on('data', (chunk) => {
        told += String(chunk);
      });
      const [code, signal] = await once(window, 'exit');
      expect([code, signal]).toEqual([null, 'SIGKILL']);
      const pid = Number(told.trim());
      expect(pid).toBeGreaterThan(0);
      pids.push(pid);
      await until('the end of the sidecar', () => !isAlive(pid), 20_000);
    }
    tried(`window killed with calls on their way: ${WINDOWS} sidecars ended by themselves`);
  } finally {
    for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    await rm(base, { recursive: true, force: true, maxRetries: 5 });
  }
});

it('a sidecar that meets a fault while nobody reads what it says ends all the same', {
  timeout: 60_000,
}, async () => {
  const base = await mkdtemp(join(tmpdir(), 'wo-'));
  const faulty = join(base, 'fault.cjs');
  await writeFile(faulty, "process.on('SIGUSR2', () => { throw new Error('a fault'); });\n");
  const sidecar = await forkSidecar({ dataFolder: base, execArgv: ['--require', faulty] });
  const { pid = 0 } = sidecar.process;
  try {
    sidecar.process.stderr?.destroy();
    process.kill(pid, 'SIGUSR2');
    await until('the end of the sidecar', () => !isAlive(pid), 20_000);
    expect(sidecar.process.exitCode).toBe(70);
  } finally {
    if (isAlive(pid)) await sidecar.kill();
    await rm(base, { recursive: true, force: true, maxRetries: 5 });
  }
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
