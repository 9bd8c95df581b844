import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { atomicWrite } from '../disk/atomicWrite.ts';
import type { DataFolder } from '../disk/dataFolder.ts';
import type { FsPort, FsStat } from '../disk/fsPort.ts';
import { forEachChunk, readWholeFile } from '../disk/readWholeFile.ts';
import { statIfThere } from '../disk/statIfThere.ts';
import type { ViewFile, ViewFileState } from './viewState.ts';

type Notice = { readonly code: string; readonly message: string };

export interface KeepForeignViewPorts {
  readonly fs: FsPort;
  readonly folder: DataFolder;
  readonly now: number;
  /** True where the journal holds less than the view was made from: the view may be the only copy left. */
  readonly shrunk: boolean;
}

/**
 * Before a view is replaced: copies it to quarantine where someone else changed it, and says so; says once that a
 * view which was written before has vanished.
 */
export async function keepForeignView(
  ports: KeepForeignViewPorts,
  name: ViewFile,
  written: ViewFileState | undefined,
): Promise<Notice | undefined> {
  const { fs, folder } = ports;
  const path = join(folder.path, name);
  const stat = await statIfThere(fs, path);
  if (!stat) return written && deleted(name);
  const own = written !== undefined && (await isOurs(fs, path, stat, written));
  if (own && !ports.shrunk) return undefined;
  const copy = await copyToQuarantine(ports, path, name);
  return own ? shrunk(name, copy) : changed(name, copy);
}

async function isOurs(fs: FsPort, path: string, stat: FsStat, written: ViewFileState): Promise<boolean> {
  if (written.sha256.length === 1 && stat.size === written.bytes && stat.mtimeMs === written.mtimeMs)
    return true;
  const hash = createHash('sha256');
  await forEachChunk(fs, path, (chunk) => hash.update(chunk));
  return written.sha256.includes(hash.digest('hex'));
}

async function copyToQuarantine(
  { fs, folder, now }: KeepForeignViewPorts,
  path: string,
  name: string,
): Promise<string> {
  const target = join(folder.quarantine, 'views');
  await fs.makeFolder(target);
  const copy = `${new Date(now).toISOString().replaceAll(':', '-')}-${name}`;
  const content = await readWholeFile(fs, path);
  await atomicWrite({ fs }, join(target, copy), content ?? Buffer.alloc(0));
  return `quarantine/views/${copy}`;
}

function deleted(name: string): Notice {
  return {
    code: 'memory.viewRebuilt',
    message: `${name} was gone and has been written again. To start afresh: Reset Training.`,
  };
}

function changed(name: string, copy: string): Notice {
  return {
    code: 'memory.viewEdited',
    message: `${name} was changed by hand; a copy is in ${copy}. It is written from your decisions; to take changes in, use "whetstone import".`,
  };
}

function shrunk(name: string, copy: string): Notice {
  return {
    code: 'memory.journalShrunk',
    message: `The journal holds less than ${name} was made from; the file as it was is kept in ${copy}.`,
  };
}
