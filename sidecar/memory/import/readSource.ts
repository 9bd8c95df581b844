import { AppError } from '../../protocol/errors.ts';
import type { FsPort } from '../disk/fsPort.ts';
import type { Found } from './foreignRecord.ts';
import { readAgentMemory } from './readAgentMemory.ts';
import { readBackup } from './readBackup.ts';
import { readCsv } from './readCsv.ts';
import { readDatabase } from './readDatabase.ts';
import { readFolder, readSegment } from './readJournal.ts';
import { readJsonLines, readJsonList } from './readRows.ts';
import type { Source } from './sourceFormat.ts';
import { fileBytes, textBytes } from './textBytes.ts';

export interface ReadSourcePorts {
  readonly fs: FsPort;
  /** The bytes of `sql-wasm.wasm`. */
  readonly wasm: () => Promise<Uint8Array>;
  /** Milliseconds; no entry may lie much later. */
  readonly now: number;
}

/** Everything that a source holds, from its beginning. Rejects with `import.unreadable` where it can't be read on. */
export async function* readSource(
  ports: ReadSourcePorts,
  path: string,
  source: Source,
): AsyncGenerator<Found> {
  try {
    yield* found(ports, path, source);
  } catch (error) {
    if (AppError.is(error) || (error instanceof Error && error.name === 'AbortError')) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new AppError('import.unreadable', `${path} can't be read.`, {
      why,
      next: 'Check the file.',
      cause: error,
    });
  }
}

function found({ fs, wasm, now }: ReadSourcePorts, path: string, source: Source): AsyncGenerator<Found> {
  const text = (): AsyncGenerator<Buffer> => textBytes(fileBytes(fs, path));
  switch (source.format) {
    case 'folder':
      return readFolder(fs, path);
    case 'segment':
      return readSegment(fileBytes(fs, path), 'segment');
    case 'backup':
      return readBackup(fs, path, source.isGzip);
    case 'database':
      return database(fs, path, wasm, now);
    case 'agentMemory':
      return readAgentMemory(text, now);
    case 'jsonLines':
      return readJsonLines(text(), now);
    case 'jsonList':
      return readJsonList(text(), now);
    case 'csv':
      return readCsv(text(), source.delimiter, now);
  }
}

async function* database(
  fs: FsPort,
  path: string,
  wasm: () => Promise<Uint8Array>,
  now: number,
): AsyncGenerator<Found> {
  const parts: Buffer[] = [];
  for await (const chunk of fileBytes(fs, path)) parts.push(chunk);
  if (await hasBytes(fs, `${path}-wal`)) {
    const text = `What stands only in ${path}-wal is not read: close the program that writes it, then import again.`;
    yield { what: 'remark', text };
  }
  yield* readDatabase(Buffer.concat(parts), await wasm(), now);
}

async function hasBytes(fs: FsPort, path: string): Promise<boolean> {
  try {
    return (await fs.stat(path)).size > 0;
  } catch {
    return false;
  }
}
