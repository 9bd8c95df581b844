import { lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What another version of the program or of Node left is removed after this time. */
const OLD_MS = 30 * 24 * 60 * 60 * 1_000;

export interface CodeCacheOptions {
  readonly dataFolder: string;
  /** This user's id; undefined on Windows. */
  readonly uid: number | undefined;
  /** One name for each version of the program and of Node. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * The folder in which Node may keep the compiled program for the next start; no data of the user's is in it. Undefined
 * where there is no data folder yet, or where another user could write in it: what lies there is run. Throws what the
 * disk says.
 */
export function openCodeCache({ dataFolder, uid, name, now }: CodeCacheOptions): string | undefined {
  const parent = join(dataFolder, 'cache');
  if (!isOwn(dataFolder, uid)) return undefined;
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  if (!isOwn(parent, uid)) return undefined;
  for (const other of readdirSync(parent)) {
    const path = join(parent, other);
    if (other !== name && now - lstatSync(path).mtimeMs > OLD_MS)
      rmSync(path, { recursive: true, force: true });
  }
  return join(parent, name);
}

/** True for a folder of this user that nobody else can write. */
function isOwn(path: string, uid: number | undefined): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return false;
  return uid === undefined || (stat.uid === uid && (stat.mode & 0o022) === 0);
}
