import { dirname, join } from 'node:path';
import { AppError } from '../../protocol/errors.ts';
import { diskError } from './diskError.ts';
import type { FsPort, FsStat } from './fsPort.ts';
import { statIfThere } from './statIfThere.ts';

/** Where everything of one data folder lies. */
export interface DataFolder {
  readonly path: string;
  readonly journal: string;
  readonly index: string;
  readonly quarantine: string;
  readonly locks: string;
}

export interface OpenDataFolder extends DataFolder {
  /** Resolves, always, when what can be done for the folders' own entries to be durable was done. */
  readonly settled: Promise<void>;
}

export interface OpenDataFolderPorts {
  readonly fs: FsPort;
  /** This user's id; undefined on Windows. */
  readonly uid: number | undefined;
}

/**
 * Opens the folder, making it with mode 0700 where it is missing. Rejects with `memory.folderUnsafe` for a link, a
 * file, or a folder of another user.
 */
export async function openDataFolder(ports: OpenDataFolderPorts, path: string): Promise<OpenDataFolder> {
  const folder = dataFolderPaths(path);
  try {
    await makeSafe(ports, path);
    await makeSafe(ports, folder.journal);
  } catch (error) {
    throw diskError(error, path);
  }
  return { ...folder, settled: settle(ports.fs, path) };
}

/**
 * Whoever made them (the editor, a process that was killed) may not have made their entries durable. A folder that
 * can't be synced is no reason to stop: appending syncs again and tells.
 */
async function settle(fs: FsPort, path: string): Promise<void> {
  for (const above of [dirname(path), path]) await fs.syncFolder(above).catch(() => undefined);
}

export function dataFolderPaths(path: string): DataFolder {
  return {
    path,
    journal: join(path, 'journal'),
    index: join(path, 'index'),
    quarantine: join(path, 'quarantine'),
    locks: join(path, 'locks'),
  };
}

async function makeSafe({ fs, uid }: OpenDataFolderPorts, path: string): Promise<void> {
  let stat = await statIfThere(fs, path);
  if (!stat) {
    await fs.makeFolder(path);
    stat = await fs.stat(path);
  }
  const problem = unsafe(stat, uid);
  if (problem) {
    throw new AppError('memory.folderUnsafe', `${path} can't be used as the data folder: ${problem}.`, {
      why: 'Another user could read or replace what Whetstone records there.',
      next: 'Choose a folder of your own in the setting "Data folder".',
    });
  }
  if (uid !== undefined && (stat.mode & 0o077) !== 0) await fs.chmod(path, 0o700);
}

function unsafe(stat: FsStat, uid: number | undefined): string | undefined {
  if (stat.kind === 'link') return 'it is a symbolic link';
  if (stat.kind !== 'folder') return 'it is not a folder';
  if (uid !== undefined && stat.uid !== uid) return 'it belongs to another user';
  return undefined;
}
