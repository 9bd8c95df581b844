import { createHash, type Hash } from 'node:crypto';
import { join } from 'node:path';
import { type AtomicFile, createAtomicFile, TEMP_SUFFIX } from './atomicFile.ts';
import type { DataFolder } from './dataFolder.ts';
import { createDiskEventSource } from './diskEventSource.ts';
import type { FsPort } from './fsPort.ts';
import { keepForeignView } from './keepForeignView.ts';
import { readViewState, VIEW_FILES, type ViewFile, type ViewState, writeViewState } from './viewState.ts';
import { agentMemoryView } from './views/agentMemoryView.ts';
import type { EventSource } from './views/eventSource.ts';
import { trainingDataView } from './views/trainingDataView.ts';
import { whetstoneDb } from './views/whetstoneDb.ts';
import type { ViewReport } from './viewWriterPort.ts';

/** Text is gathered to about this many characters a write. */
const WRITE_CHARACTERS = 256 * 1024;

export interface WriteViewsPorts {
  readonly fs: FsPort;
  readonly folder: DataFolder;
  readonly clock: () => number;
  /** The bytes of `sql-wasm.wasm`. */
  readonly wasm: Uint8Array;
}

interface Made {
  readonly name: ViewFile;
  readonly file: AtomicFile;
  readonly sha256: string;
}

/** Writes every view from the journal. The caller holds the exclusive lock. Rejects with the disk's own error. */
export async function writeViews(ports: WriteViewsPorts): Promise<Omit<ViewReport, 'status' | 'cpuMs'>> {
  const { fs, folder } = ports;
  await removeLeftovers(fs, folder);
  const source = await createDiskEventSource(fs, folder);
  const { asOf, eventCount: events } = source.index;
  const made: Made[] = [];
  try {
    for (const name of VIEW_FILES) made.push(await makeView(ports, source, name));
    const notices = await publish(ports, made, { ...(asOf !== undefined && { asOf }), events, files: {} });
    const bytes = made.find((each) => each.name === 'agent_memory.json')?.file.bytes ?? 0;
    return { ...(asOf !== undefined && { asOf }), events, bytes, notices };
  } finally {
    for (const { file } of made) await file.abandon();
  }
}

async function publish(
  ports: WriteViewsPorts,
  made: readonly Made[],
  next: ViewState,
): Promise<ViewReport['notices']> {
  const { fs, folder } = ports;
  const before = await readViewState(fs, folder);
  const shrunk = before !== undefined && next.events < before.events;
  const notices: ViewReport['notices'] = [];
  for (const { name } of made) {
    const notice = await keepForeignView(
      { fs, folder, now: ports.clock(), shrunk },
      name,
      before?.files[name],
    );
    // All of them vanish together; that is one message.
    const again = notice?.code === 'memory.viewRebuilt' && notices.some((each) => each.code === notice.code);
    if (notice && !again) notices.push(notice);
  }
  // Killed between two renames, the next run must know both the old and the new files as its own.
  const between: ViewState = { events: -1, files: {} };
  for (const { name, sha256, file } of made) {
    between.files[name] = {
      sha256: [...(before?.files[name]?.sha256 ?? []), sha256],
      bytes: file.bytes,
      mtimeMs: 0,
    };
  }
  await writeViewState(fs, folder, between);
  for (const { name, file, sha256 } of made) {
    await file.publish();
    const { mtimeMs } = await fs.stat(join(folder.path, name));
    next.files[name] = { sha256: [sha256], bytes: file.bytes, mtimeMs };
  }
  await writeViewState(fs, folder, next);
  return notices;
}

async function makeView(ports: WriteViewsPorts, source: EventSource, name: ViewFile): Promise<Made> {
  const file = await createAtomicFile({ fs: ports.fs }, join(ports.folder.path, name));
  const hash = createHash('sha256');
  try {
    await fill(ports, source, name, file, hash);
    await file.finish();
  } catch (error) {
    await file.abandon();
    throw error;
  }
  return { name, file, sha256: hash.digest('hex') };
}

async function fill(
  ports: WriteViewsPorts,
  source: EventSource,
  name: ViewFile,
  file: AtomicFile,
  hash: Hash,
): Promise<void> {
  const write = async (bytes: Uint8Array): Promise<void> => {
    hash.update(bytes);
    await file.write(bytes);
  };
  if (name === 'whetstone.db') return write(await whetstoneDb(source, ports.wasm));
  let text = '';
  for await (const piece of name === 'agent_memory.json'
    ? agentMemoryView(source)
    : trainingDataView(source)) {
    text += piece;
    if (text.length < WRITE_CHARACTERS) continue;
    await write(Buffer.from(text, 'utf8'));
    text = '';
  }
  return write(Buffer.from(text, 'utf8'));
}

/** Temporary files of a writer that was killed; nobody else makes them while the lock is held. */
async function removeLeftovers(fs: FsPort, folder: DataFolder): Promise<void> {
  for (const name of await fs.list(folder.path)) {
    const ours = VIEW_FILES.some((view) => name.startsWith(`.${view}.`)) && name.endsWith(TEMP_SUFFIX);
    if (ours) await fs.remove(join(folder.path, name));
  }
}
