import { join } from 'node:path';
import { AppError } from '../../protocol/errors.ts';
import type { FolderHandle } from '../memory.ts';
import { TEMP_SUFFIX } from './atomicFile.ts';
import { atomicWrite } from './atomicWrite.ts';
import { diskError, errnoOf } from './diskError.ts';
import type { FsPort } from './fsPort.ts';
import { readWholeFile } from './readWholeFile.ts';
import { writeAll } from './writeAll.ts';

/** A folder that its owner may write; names are single path segments, everything else is refused with `rpc.invalid`. */
export function createFolderHandle(fs: FsPort, path: string): FolderHandle {
  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw diskError(error, path);
    }
  };
  return {
    path,
    write: (name, content) =>
      guard(async () => {
        const target = join(path, checkName(name));
        await fs.makeFolder(path);
        await atomicWrite({ fs }, target, content);
      }),
    append: (name, text) =>
      guard(async () => {
        await fs.makeFolder(path);
        const file = await fs.open(join(path, checkName(name)), 'append');
        try {
          // In one call, so that lines of several programs don't mix.
          await writeAll(file, Buffer.from(text));
          return (await file.stat()).size;
        } finally {
          await file.close();
        }
      }),
    read: (name) =>
      guard(async () => (await readWholeFile(fs, join(path, checkName(name))))?.toString('utf8')),
    remove: (name) => guard(() => fs.remove(join(path, checkName(name)))),
    list: () =>
      guard(async () => {
        try {
          return (await fs.list(path)).filter((name) => !name.endsWith(TEMP_SUFFIX)).sort();
        } catch (error) {
          if (errnoOf(error) === 'ENOENT') return [];
          throw error;
        }
      }),
    folder: (name) => createFolderHandle(fs, join(path, checkName(name))),
  };
}

function checkName(name: string): string {
  // Windows also splits at backslash and reads a colon as a drive or a stream.
  const safe =
    name.length > 0 && name.length <= 255 && name !== '.' && name !== '..' && !/[/\\:\0]/.test(name);
  if (!safe) throw new AppError('rpc.invalid', `"${name}" is not the name of a file or folder.`);
  return name;
}
