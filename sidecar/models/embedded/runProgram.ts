import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { AppError } from '../../protocol/errors.ts';

const KEPT = 4_000_000;

export interface ProgramResult {
  /** Exit code; undefined where the program was ended by a signal. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end. Rejects with `rpc.cancelled` when the signal ends it, and with the system's own
 * error (`ENOENT`) where it does not exist. Arguments must not come from outside unchecked: on Windows a shell
 * is needed for `.cmd` files.
 *
 * Without a `cwd` it runs in the home folder, never where a terminal happens to stand: a folder of someone else could
 * hold a `pip.py`, an `npm.cmd` or an `.npmrc` that would act instead of the user's own.
 */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    if (options.signal.aborted) return reject(new AppError('rpc.cancelled', 'Stopped.'));
    const windows = process.platform === 'win32';
    const child = spawn(program, args, {
      cwd: options.cwd ?? homedir(),
      env: options.env ?? process.env,
      shell: windows,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that what the program started ends with it.
      detached: !windows,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout = (stdout + chunk.toString()).slice(-KEPT);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(-KEPT);
    });
    const onAbort = (): void => {
      if (child.pid === undefined) return;
      if (windows) spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], { windowsHide: true });
      else process.kill(-child.pid, 'SIGTERM');
    };
    options.signal.addEventListener('abort', onAbort, { once: true });
    child.once('error', (error) => {
      options.signal.removeEventListener('abort', onAbort);
      reject(error);
    });
    child.once('close', (code) => {
      options.signal.removeEventListener('abort', onAbort);
      if (options.signal.aborted) reject(new AppError('rpc.cancelled', 'Stopped.'));
      else resolve({ code: code ?? undefined, stdout, stderr });
    });
  });
}
