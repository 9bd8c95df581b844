import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, readFile } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** Calls that write, sync, rename, open, remove or make a folder; `?` for those that not every platform has. */
const CALLS = [
  ...['write', 'pwrite64', 'writev', 'pwritev', 'fsync', 'fdatasync', 'ftruncate', '?rename', 'renameat'],
  ...[
    'renameat2',
    '?open',
    'openat',
    '?mkdir',
    'mkdirat',
    '?unlink',
    'unlinkat',
    '?rmdir',
    '?link',
    'linkat',
  ],
  ...['?chmod', 'fchmod', 'fchmodat', 'copy_file_range', 'sendfile'],
];

/** One system call of a run: the `nth` of its name. */
export interface SystemCall {
  readonly name: string;
  readonly nth: number;
}

export interface RunResult {
  readonly acknowledged: string[];
  /** True where the scenario came to its end. */
  readonly done: boolean;
  /** True where the process was killed. */
  readonly killed: boolean;
  /** The calls on the data folder, in order. */
  readonly calls: SystemCall[];
  /** All calls as strace writes them. */
  readonly log: readonly string[];
}

export interface ChildRun {
  /** The bundled scenarioChild.ts. */
  readonly script: string;
  readonly scenario: string;
  readonly folder: string;
  /** What strace is to do at this call; without it the calls are only listed. */
  readonly at?: SystemCall;
  /** `signal=SIGKILL`, or `error=EIO`. */
  readonly inject?: string;
}

/** The path of strace, or undefined where it is not installed or may not trace. */
export async function findStrace(): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, 'strace');
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found && (await mayTrace(path))) return path;
  }
  return undefined;
}

async function mayTrace(strace: string): Promise<boolean> {
  const child = spawn(strace, ['-e', 'trace=none', '-o', '/dev/null', 'true'], { stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  return code === 0;
}

/** Bundles a script into `file`: it starts several times faster than from its sources. */
export async function bundle(script: string, file: string, plugins: Plugin[] = []): Promise<string> {
  await build({
    entryPoints: [join(import.meta.dirname, script)],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
    define: { 'import.meta.dirname': JSON.stringify(import.meta.dirname) },
    plugins,
  });
  return file;
}

/**
 * Runs a scenario in a process of its own. strace is attached to the one thread that makes the file-system calls,
 * after the program is loaded, so that the n-th call is the same in every run.
 */
export async function runTraced(strace: string, run: ChildRun): Promise<RunResult> {
  const child = startChild(run, '');
  const log = `${run.script}.${basename(run.folder)}.calls`;
  const lines = linesOf(child.stdio[3]);
  const ended = once(child, 'exit');
  const thread = (await lines.first()).split(' ')[1] ?? '';
  const inject = run.at === undefined ? [] : ['-e', `inject=${run.at.name}:${run.inject}:when=${run.at.nth}`];
  const args = ['-y', '-s', '0', '-p', thread, '-o', log, '-e', `trace=${CALLS.join(',')}`, ...inject];
  const tracer = spawn(strace, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const traced = once(tracer, 'exit');
  const [said] = await once(tracer.stderr, 'data');
  if (!String(said).includes('attached')) throw new Error(`strace: ${said}`);
  child.stdin?.write('go\n');
  const [, signal] = await ended;
  await traced;
  const told = await lines.rest();
  const logged = (await readFile(log, 'utf8')).split('\n');
  return {
    acknowledged: idsIn(told),
    done: told.includes('done'),
    killed: signal === 'SIGKILL',
    calls: callsOn(run.folder, logged),
    log: logged,
  };
}

/** The same without strace: the child kills itself before the so many-th change of the disk, or (0) lists them. */
export async function runSelfKilled(run: ChildRun, killAt: number): Promise<RunResult> {
  const child = startChild(run, String(killAt));
  const lines = linesOf(child.stdio[3]);
  const ended = once(child, 'exit');
  await lines.first();
  child.stdin?.write('go\n');
  const [, signal] = await ended;
  const told = await lines.rest();
  const calls = told.filter((line) => line.startsWith('call '));
  return {
    acknowledged: idsIn(told),
    done: told.includes('done'),
    killed: signal === 'SIGKILL',
    calls: calls.map((_, index) => ({ name: 'call', nth: index + 1 })),
    log: calls,
  };
}

function startChild(run: ChildRun, killAt: string) {
  return spawn(process.execPath, [run.script, run.scenario, run.folder, killAt], {
    stdio: ['pipe', 'inherit', 'inherit', 'pipe'],
    // One thread makes all calls, one after the other; none goes around it.
    env: { PATH: process.env['PATH'], UV_THREADPOOL_SIZE: '1', UV_USE_IO_URING: '0' },
  });
}

function idsIn(lines: readonly string[]): string[] {
  return lines.flatMap((line) => (line.startsWith('ack ') ? [line.slice(4)] : []));
}

/** Numbers the calls of each name; only those on the folder are given. */
function callsOn(folder: string, log: readonly string[]): SystemCall[] {
  const counts = new Map<string, number>();
  const calls: SystemCall[] = [];
  for (const line of log) {
    const name = /^(\w+)\(/.exec(line)?.[1];
    if (name === undefined) continue;
    const nth = (counts.get(name) ?? 0) + 1;
    counts.set(name, nth);
    if (line.includes(`${folder}/`) || line.includes(`${folder}"`) || line.includes(`${folder}>`))
      calls.push({ name, nth });
  }
  return calls;
}

/** Lines of a pipe: the first one, and at the end all others. */
function linesOf(stream: unknown): { first(): Promise<string>; rest(): Promise<string[]> } {
  if (!(stream instanceof Object && Symbol.asyncIterator in stream)) throw new Error('no pipe');
  let text = '';
  let resolveFirst = (_: string): void => undefined;
  const first = new Promise<string>((resolve) => {
    resolveFirst = resolve;
  });
  const pipe = stream as AsyncIterable<Buffer>;
  const all = (async () => {
    for await (const chunk of pipe) {
      text += String(chunk);
      if (text.includes('\n')) resolveFirst(text.slice(0, text.indexOf('\n')));
    }
  })();
  return {
    first: () => Promise.race([first, all.then(() => text)]),
    rest: async () => {
      await all;
      // A line that the kill cut short was not said.
      return text.slice(text.indexOf('\n') + 1, text.lastIndexOf('\n') + 1).split('\n');
    },
  };
}
