import { posix, win32 } from 'node:path';

/** Every shim of ours has this line, so that another program's `whetstone` is never overwritten unasked. */
export const SHIM_MARK = 'Whetstone terminal command';

export interface ShimInput {
  readonly platform: NodeJS.Platform;
  /** Absolute path of dist/cli.cjs. */
  readonly cli: string;
  /** A node to run it with, else the editor's own program. */
  readonly program: string;
  /** True where the program is the editor's and must be told to behave as node. */
  readonly electron: boolean;
}

/** The script that a terminal finds as `whetstone`. */
export function shimText({ platform, cli, program, electron }: ShimInput): string {
  if (platform === 'win32') {
    const asNode = electron ? 'set ELECTRON_RUN_AS_NODE=1\r\n' : '';
    return `@echo off\r\nrem ${SHIM_MARK}\r\nsetlocal\r\n${asNode}"${percentSafe(program)}" "${percentSafe(cli)}" %*\r\n`;
  }
  const asNode = electron ? 'ELECTRON_RUN_AS_NODE=1 ' : '';
  return `#!/bin/sh\n# ${SHIM_MARK}\n${asNode}exec ${quoted(program)} ${quoted(cli)} "$@"\n`;
}

export function shimPath(platform: NodeJS.Platform, home: string): string {
  return platform === 'win32'
    ? win32.join(home, '.local', 'bin', 'whetstone.cmd')
    : posix.join(home, '.local', 'bin', 'whetstone');
}

/** True where a terminal would find programs of that folder. */
export function isOnPath(folder: string, path: string | undefined, platform: NodeJS.Platform): boolean {
  const { delimiter, resolve } = platform === 'win32' ? win32 : posix;
  const same = (text: string): string => (platform === 'win32' ? resolve(text).toLowerCase() : resolve(text));
  const parts = (path ?? '').split(delimiter).filter((part) => part !== '');
  return parts.some((part) => same(part) === same(folder));
}

/**
 * Where a `node` may be, by the PATH, absolute and in its order. Relative and empty entries mean the current folder,
 * where a program of someone else's may lie.
 */
export function nodePrograms(path: string | undefined, platform: NodeJS.Platform): string[] {
  const { delimiter, isAbsolute, join } = platform === 'win32' ? win32 : posix;
  const name = platform === 'win32' ? 'node.exe' : 'node';
  const folders = (path ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  return [...new Set(folders)].map((folder) => join(folder, name));
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const percentSafe = (text: string): string => text.replaceAll('%', '%%');
