import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type FakeCall,
  type FakeOllama,
  lastPiece,
  piece,
  startFakeOllama,
} from '../../helpers/fakeOllama.ts';
import { until } from '../../helpers/until.ts';

const CLI = join(import.meta.dirname, '..', '..', '..', 'dist', 'cli.cjs');
const MODEL = { name: 'm:latest', model: 'm:latest', digest: 'a'.repeat(64), size: 1_000, details: {} };
const CTRL_C = '\u0003';
const CHOICES = 'a approve';

let folder: string;
let server: FakeOllama;
let terminal: ChildProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whetstone-keys-'));
  server = await startFakeOllama({
    '/api/tags': (call) => call.json(200, { models: [MODEL] }),
    '/api/show': (call) => call.json(200, { capabilities: ['completion'], details: {}, model_info: {} }),
    '/api/chat': (call) => call.line(piece('first half, ')),
  });
});
afterEach(async () => {
  terminal?.kill('SIGKILL');
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What a person at a real terminal sees; the terminal's modes are noted before and after. */
async function atTerminal(...args: string[]) {
  const runner = join(folder, 'run.sh');
  const whetstone = [process.execPath, CLI, ...args, '--data', join(folder, 'data'), '--host', server.host];
  const quoted = whetstone.map((word) => `'${word}'`).join(' ');
  await writeFile(
    runner,
    `stty -a > '${folder}/before'\n${quoted}\ncode=$?\nstty -a > '${folder}/after'\nexit $code\n`,
  );
  const child = spawn('script', ['-qfec', `sh '${runner}'`, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NO_COLOR: '1', TERM: 'xterm' },
  });
  terminal = child;
  let screen = '';
  child.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString('utf8');
  });
  const ended = once(child, 'exit');
  return {
    screen: () => screen,
    type: (text: string) => void child.stdin.write(text),
    sees: (text: string) => until(`${text} on the screen: ${screen}`, () => screen.includes(text)),
    async end() {
      const [code] = await ended;
      const [before, after] = await Promise.all(
        ['before', 'after'].map((name) => readFile(join(folder, name), 'utf8')),
      );
      return { code, isRestored: before === after };
    },
  };
}

function finish(chat: FakeCall): void {
  chat.line(piece('second half'));
  chat.line(lastPiece());
  chat.response.end();
}

// `script` of util-linux makes the terminal; other systems have another program of that name.
describe.runIf(process.platform === 'linux')('a person at a terminal', () => {
  it('decides nothing with what was typed while the answer was written', async () => {
    const person = await atTerminal('ask', 'hello');
    const chat = await server.called('/api/chat');
    await person.sees('first half');
    person.type('apt update\r');
    person.type('a');
    person.type('d');
    finish(chat);
    await person.sees(CHOICES);
    expect(person.screen()).not.toContain('apt');
    person.type('apt update\r');
    await until('the choices again', () => person.screen().split(CHOICES).length > 2);
    person.type('s');
    await person.sees('Not decided.');
    expect(await person.end()).toEqual({ code: 0, isRestored: true });
    expect(person.screen()).not.toContain('pproved');
  });

  it('decides with one key after the choices were shown', async () => {
    const person = await atTerminal('ask', 'hello');
    finish(await server.called('/api/chat'));
    await person.sees(CHOICES);
    person.type('a');
    await person.sees('--undo');
    expect(await person.end()).toEqual({ code: 0, isRestored: true });
    expect(person.screen()).toContain('pproved');
  });

  it('stops with Ctrl+C while the answer is written, and leaves the terminal as it was', async () => {
    const person = await atTerminal('ask', 'hello');
    const chat = await server.called('/api/chat');
    await person.sees('first half');
    person.type(CTRL_C);
    await chat.gone;
    await person.sees('Stopped.');
    expect(await person.end()).toEqual({ code: 130, isRestored: true });
  });

  it('leaves with Ctrl+C at the question', async () => {
    const person = await atTerminal('ask', 'hello');
    finish(await server.called('/api/chat'));
    await person.sees(CHOICES);
    person.type(CTRL_C);
    await person.sees('Not decided. Later: whetstone decide');
    expect(await person.end()).toEqual({ code: 130, isRestored: true });
  });
});
