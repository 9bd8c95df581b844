/** Milliseconds between two looks. */
const INTERVAL = 5_000;

/**
 * Calls `onGone` when the process of that id has ended. Belt and braces: the IPC channel's `disconnect` comes
 * within milliseconds, but a parent that is killed while the channel is shared may leave it open.
 */
export function watchParent(pid: number, onGone: () => void): () => void {
  const timer = setInterval(() => {
    if (isAlive(pid)) return;
    clearInterval(timer);
    onGone();
  }, INTERVAL);
  timer.unref();
  return () => clearInterval(timer);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
