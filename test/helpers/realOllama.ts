import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdtemp, rm, stat } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { demoModelFile, ollamaBinary } from './parts.ts';

const START_DEADLINE_MS = 30_000;
const STOP_DEADLINE_MS = 10_000;
const LISTENING = /Listening on 127\.0\.0\.1:(\d+)/;

/** The name under which the test model is on the started server. */
export const REAL_MODEL = 'smollm2:135m';

export interface RealOllama {
  /** For example `http://127.0.0.1:40123`. */
  readonly host: string;
  readonly port: number;
  readonly model: string;
  /** Ends the server and deletes everything it wrote. */
  stop(): Promise<void>;
  /** Ends the server only, as if it had crashed; `restart` brings it back at the same address. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** The server's log so far. */
  log(): string;
}

export interface RealOllamaOptions {
  /** A port to listen on; any free one where absent. */
  readonly port?: number;
  /** False leaves the server without a model. */
  readonly importModel?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** Path of the real server's program. */
export function realOllamaBinary(): string {
  return process.env['WHETSTONE_TEST_OLLAMA'] ?? ollamaBinary();
}

/** Path of the small model that tests run on. */
export function testGguf(): string {
  return process.env['WHETSTONE_TEST_GGUF'] ?? demoModelFile();
}

/** Starts a real server with a home and a model store of its own, and gives it the test model. */
export async function startRealOllama(options: RealOllamaOptions = {}): Promise<RealOllama> {
  await access(realOllamaBinary());
  const home = await mkdtemp(join(tmpdir(), 'whetstone-ollama-'));
  let server = await launch(home, options.port ?? 0, options.env ?? {});
  const { port } = server;
  const host = `http://127.0.0.1:${port}`;
  if (options.importModel !== false) await importGguf(host, testGguf(), REAL_MODEL);
  return {
    host,
    port,
    model: REAL_MODEL,
    kill: () => end(server.child),
    restart: async () => {
      await end(server.child);
      server = await launch(home, port, options.env ?? {});
    },
    stop: async () => {
      await end(server.child);
      await rm(home, { recursive: true, force: true });
    },
    log: () => server.log(),
  };
}

interface Launched {
  readonly child: ChildProcess;
  readonly port: number;
  log(): string;
}

function launch(home: string, port: number, extra: Readonly<Record<string, string>>): Promise<Launched> {
  const child = spawn(realOllamaBinary(), ['serve'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      TMPDIR: home,
      OLLAMA_MODELS: join(home, 'models'),
      OLLAMA_HOST: `127.0.0.1:${port}`,
      ...extra,
    },
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail('did not start in time'), START_DEADLINE_MS);
    const fail = (why: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`The real Ollama ${why}: ${text.slice(-2_000)}`));
    };
    const onData = (chunk: Buffer): void => {
      text = (text + chunk.toString()).slice(-200_000);
      const found = LISTENING.exec(text)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve({ child, port: Number(found), log: () => text });
    };
    child.stderr?.on('data', onData);
    child.stdout?.on('data', onData);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`ended with ${code}`));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
  await gone;
  clearTimeout(timer);
}

/** Uploads a GGUF file as a blob and makes a model of it. */
export async function importGguf(host: string, file: string, name: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const digest = `sha256:${hash.digest('hex')}`;
  const blob = `${host}/api/blobs/${digest}`;
  // Posting a blob that the server has resets the connection, so ask first.
  if ((await call('HEAD', blob)).status !== 200) {
    const sent = await call('POST', blob, file);
    if (sent.status !== 201) throw new Error(`Upload failed with ${sent.status}: ${sent.text}`);
  }
  const body = JSON.stringify({ model: name, files: { [basename(file)]: digest }, stream: false });
  const made = await fetch(`${host}/api/create`, { method: 'POST', body });
  if (!made.ok) throw new Error(`Create failed with ${made.status}: ${await made.text()}`);
}

async function call(method: string, url: string, file?: string): Promise<{ status: number; text: string }> {
  const size = file === undefined ? 0 : (await stat(file)).size;
  const req = request(url, { method, headers: { 'content-length': size } });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    req.once('response', resolve);
    req.once('error', reject);
  });
  if (file === undefined) req.end();
  else await pipeline(createReadStream(file), req);
  const res = await answer;
  let text = '';
  for await (const chunk of res) text += String(chunk);
  return { status: res.statusCode ?? 0, text };
}
