import { posix } from 'node:path';
import { insideFolder } from './insideFolder.ts';

const FOLDERS = new Set(['.vscode', '.git', '.husky', '.devcontainer', '.ssh', '.idea']);
const NAMES = new Set([
  'package.json',
  'makefile',
  'dockerfile',
  'authorized_keys',
  'profile',
  'microsoft.powershell_profile.ps1',
]);

/**
 * Why writing to a path needs a second confirmation, or undefined where it does not. `path` is inside its folder,
 * with `/` or `\` between parts; the reason completes "This file ...".
 */
export function protectedReason(path: string): string | undefined {
  const parts = path
    .toLowerCase()
    .split(/[\\/]/)
    .filter((part) => part !== '' && part !== '.');
  const name = parts.at(-1) ?? '';
  if (parts.includes('..')) return 'is outside the open folder';
  const folder = parts.slice(0, -1).find((part) => FOLDERS.has(part));
  if (folder !== undefined || FOLDERS.has(name))
    return `is in ${folder ?? name}, which can run things by itself`;
  if (parts[0] === '.github' && (parts[1] === 'workflows' || parts[1] === 'actions')) {
    return 'runs on the build server';
  }
  if (name.endsWith('.code-workspace')) return 'holds settings of the workspace';
  if (NAMES.has(name)) return 'can run commands';
  if (name.startsWith('.')) return 'is a hidden configuration file';
  return undefined;
}

/** A file that is about to be written, and the folder it belongs to. */
export interface WrittenPlace {
  /** Paths of their URIs, with `/`. */
  readonly folder: string;
  readonly path: string;
  /** The same with every link followed, as this machine writes paths; absent where links can't be followed. */
  readonly real?: { readonly folder: string; readonly path: string };
}

/** As `protectedReason`, also for what the path leads to. */
export function protectedPlace({ folder, path, real }: WrittenPlace): string | undefined {
  const named = protectedReason(posix.relative(folder, path));
  if (named !== undefined || real === undefined) return named;
  const inside = insideFolder(real.folder, real.path);
  return inside === undefined ? 'is a link to outside the open folder' : protectedReason(inside);
}
