import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { AppError } from '../../sidecar/protocol/errors.ts';
import type { Client } from '../../sidecar/protocol/methods.ts';

const TRIES = 40;
const PAUSE_MS = 500;

/** Starts the server that is installed on this machine and waits until it answers. */
export async function startOllama(client: Client, signal: AbortSignal): Promise<void> {
  await launch();
  for (let tried = 0; tried < TRIES && !signal.aborted; tried++) {
    const { server } = await client.call('health.get', {});
    if (server.state === 'ready') return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  if (signal.aborted) return;
  throw new AppError('server.unreachable', 'Ollama was started but does not answer.', {
    next: 'Check the address in the settings.',
  });
}

/** Detached, because the server is the user's own and outlives the window. */
function launch(): Promise<void> {
  return new Promise((resolve, reject) => {
    // On Windows a program is looked for in the current folder first, and that may be the open workspace.
    const cwd = homedir();
    const child = spawn('ollama', ['serve'], { cwd, detached: true, stdio: 'ignore', windowsHide: true });
    child.once('error', () => {
      reject(
        new AppError('server.unreachable', 'Ollama was not found on this machine.', {
          why: 'There is no program of that name on the PATH.',
          next: 'Install it from ollama.com, or use the built-in model.',
        }),
      );
    });
    child.once('spawn', () => {
      child.unref();
      resolve();
    });
  });
}
