// The one cache folder of the scripts, and installs into it that are either whole or absent. Plain JS for Node 20.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const STALE_LOCK_MS = 60 * 60 * 1000;

/** `$XDG_CACHE_HOME/whetstone`, else `$HOME/.cache/whetstone`. */
export function cacheRoot(env = process.env) {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'whetstone');
}

/**
 * Returns `<cache>/<name>`, installing it first unless `isWhole(folder)` says that it is there.
 * `install(folder)` fills a temporary folder; only a finished one gets the final name.
 */
export async function cachedFolder(name, isWhole, install) {
  const folder = join(cacheRoot(), name);
  if (await isWhole(folder)) return folder;
  return withLock(name, async () => {
    if (await isWhole(folder)) return folder;
    const unfinished = join(cacheRoot(), `.unfinished-${name}-${process.pid}`);
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    try {
      await install(unfinished);
      rmSync(folder, { recursive: true, force: true });
      renameSync(unfinished, folder);
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
    if (!(await isWhole(folder)))
      throw new Error(`${name} was installed into ${folder} but does not work there`);
    return folder;
  });
}

/** Runs `work` while no other process runs work of the same name; a lock whose process is gone is taken over. */
export async function withLock(name, work) {
  mkdirSync(cacheRoot(), { recursive: true });
  const lock = join(cacheRoot(), `.lock-${name}`);
  while (!tryLock(lock)) await wait(500);
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function tryLock(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (isStale(lock)) rmSync(lock, { force: true });
  return false;
}

function isStale(lock) {
  try {
    if (Date.now() - statSync(lock).mtimeMs > STALE_LOCK_MS) return true;
    const pid = Number(readFileSync(lock, 'utf8'));
    if (!Number.isInteger(pid) || pid <= 0) return false; // being written just now
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
