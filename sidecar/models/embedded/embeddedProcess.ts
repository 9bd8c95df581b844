import type { ChildProcess, ForkOptions } from 'node:child_process';
import type { EngineLog } from '../engineLog.ts';
import { type Report, reportSchema } from './embeddedProtocol.ts';

const PASSED_ON = [
  'PATH',
  'HOME',
  'USERPROFILE',
  'TMPDIR',
  'TEMP',
  'TMP',
  'LANG',
  'SystemRoot',
  'ELECTRON_RUN_AS_NODE',
  'ELECTRON_NO_ASAR',
] as const;
const KEPT_STDERR = 2_000;

type Env = Readonly<Record<string, string | undefined>>;
type Fork = (entry: string, args: string[], options: ForkOptions) => ChildProcess;

export interface EmbeddedProcessDeps {
  readonly fork: Fork;
  /** The program of the child. */
  readonly entry: string;
  readonly env: Env;
  readonly log: EngineLog;
}

export interface EmbeddedProcessEvents {
  report(report: Report): void;
  /** The process ended: by which signal, exit code or error, and what it wrote last. */
  gone(how: string, said: string): void;
}

export interface EmbeddedProcess {
  readonly child: ChildProcess;
  /** The engine that it loads. */
  readonly engineFile: string;
  readonly gone: Promise<void>;
}

/** Starts a process that holds the model. It gets no more of the environment than it needs. */
export function startEmbeddedProcess(
  { fork, entry, env, log }: EmbeddedProcessDeps,
  engineFile: string,
  on: EmbeddedProcessEvents,
): EmbeddedProcess {
  const child = fork(entry, [engineFile], {
    env: passedOn(env),
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const said = keepLastWords(child);
  child.on('message', (raw) => {
    const read = reportSchema.safeParse(raw);
    if (read.success) return on.report(read.data);
    // Something else than our own program talks here, or it is broken: nothing it says can be used.
    log('warn', 'embedded.badReport', { why: read.error.message.slice(0, 500) });
    child.kill('SIGKILL');
  });
  const gone = new Promise<void>((resolve) => {
    const end = (how: string): void => {
      on.gone(how, said());
      resolve();
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`));
  });
  log('info', 'embedded.started', { pid: child.pid ?? 0 });
  return { child, engineFile, gone };
}

const passedOn = (env: Env): Record<string, string | undefined> =>
  Object.fromEntries(PASSED_ON.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));

function keepLastWords(child: ChildProcess): () => string {
  let said = '';
  const listen = (chunk: Buffer): void => {
    said = (said + chunk.toString()).slice(-KEPT_STDERR);
  };
  child.stdout?.on('data', listen);
  child.stderr?.on('data', listen);
  return () => said;
}
