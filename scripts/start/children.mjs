// The processes that this start began. Ending ends these and no others.
import { spawn, spawnSync } from 'node:child_process';

const GRACE_MS = 5_000;

/** `{start(command, args, options), stopAll()}`; each child is a process group of its own. */
export function createChildren() {
  const running = new Set();
  const start = (command, args, { env, cwd, onLine } = {}) => {
    const child = spawn(command, args, {
      env,
      cwd,
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32' && !command.endsWith('.exe'),
    });
    running.add(child);
    child.once('close', () => running.delete(child));
    for (const stream of [child.stdout, child.stderr]) readLines(stream, onLine);
    return child;
  };
  return { start, stopAll: () => Promise.all([...running].map(stop)) };
}

function readLines(stream, onLine) {
  let rest = '';
  stream.setEncoding('utf8').on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine?.(line);
  });
}

async function stop(child) {
  const closed = new Promise((resolve) => child.once('close', resolve));
  signal(child, 'SIGTERM');
  const timer = setTimeout(() => signal(child, 'SIGKILL'), GRACE_MS);
  await closed;
  clearTimeout(timer);
  signal(child, 'SIGKILL'); // what outlived its parent in the group
}

function signal(child, name) {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f']);
    return;
  }
  try {
    process.kill(-child.pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
