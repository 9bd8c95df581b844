import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repositoryRoot } from '../helpers/parts.ts';
import { type RealOllama, startRealOllama } from '../helpers/realOllama.ts';
import { until } from '../helpers/until.ts';

const demo = mkdtempSync(join(tmpdir(), 'whetstone-demo-'));
let ollama: RealOllama;

beforeAll(async () => {
  ollama = await startRealOllama();
});

afterAll(async () => {
  await ollama.stop();
  rmSync(demo, { recursive: true, force: true, maxRetries: 5 });
});

interface Start {
  readonly child: ChildProcess;
  readonly lines: () => string[];
  readonly code: Promise<number | null>;
}

function npmStart(): Start {
  const args = [join(repositoryRoot, 'scripts', 'start.mjs'), '--no-open', '--demo', demo];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, OLLAMA_HOST: ollama.host },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, lines: () => text.split('\n'), code };
}

async function addressOf(start: Start): Promise<string> {
  return until(
    'the address line of npm start',
    () => {
      if (start.child.exitCode !== null) throw new Error(`npm start ended:\n${start.lines().join('\n')}`);
      return start.lines().flatMap((line) => /^window +(http:\S+)$/.exec(line)?.[1] ?? [])[0];
    },
    240_000,
  );
}

/** Processes of this machine that name the demo folder on their command line. */
function processesOfDemo(): string[] {
  const all = spawnSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).stdout.split('\n');
  return all.filter((line) => line.includes(demo));
}

test('npm start opens a window at the printed address, with the demo data and the Ollama that answers', async () => {
  const start = npmStart();
  const address = await addressOf(start);
  const page = await fetch(address);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('vscode-workbench-web-configuration');
  expect(start.lines().find((line) => line.startsWith('model '))).toContain(ollama.host);
  expect(start.lines()).toContain(`data       ${join(demo, 'data')}`);
  expect(readdirSync(join(demo, 'extensions'))).toEqual(['whetstone.whetstone-0.0.0']);
  start.child.kill('SIGINT');
  expect(await start.code).toBe(0);
  await expect(fetch(address)).rejects.toThrow();
  expect(processesOfDemo()).toEqual([]);
  // An Ollama that was there before is not ours to end.
  expect((await fetch(`${ollama.host}/api/version`)).status).toBe(200);
});

test('npm start can be run again, and keeps what was changed in the sample folder', async () => {
  const changed = join(demo, 'sample', 'api.ts');
  writeFileSync(changed, '// mine\n');
  const start = npmStart();
  const address = await addressOf(start);
  expect((await fetch(address)).status).toBe(200);
  start.child.kill('SIGTERM');
  expect(await start.code).toBe(0);
  expect(readFileSync(changed, 'utf8')).toBe('// mine\n');
});
