import type { FolderHandle, Memory } from '../memory.ts';
import type { ImportTally } from './importTally.ts';
import { isKeptFile } from './readJournal.ts';

/** Puts a file of a backup where it was. Paths that are not of the files taken over are left alone. */
export async function restoreFile(
  memory: Memory,
  path: string,
  content: Buffer,
  tally: ImportTally,
): Promise<void> {
  if (!isKeptFile(path)) return;
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  let folder: FolderHandle = memory.folder('root');
  for (const part of parts) folder = folder.folder(part);
  await folder.write(name, content);
  tally.file(path);
}
