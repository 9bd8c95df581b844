import { join } from 'node:path';
import { TEMP_SUFFIX } from '../disk/atomicFile.ts';
import type { DataFolder } from '../disk/dataFolder.ts';
import type { FsPort } from '../disk/fsPort.ts';
import { agentMemoryPieces } from './agentMemoryView.ts';
import { type DatabaseFile, openDatabaseFile } from './databaseFile.ts';
import { decidedAnswers } from './decidedAnswers.ts';
import { createDiskEventSource, type DiskEventSource } from './diskEventSource.ts';
import { hypothesesLines, personaLines } from './learningLogs.ts';
import { trainingDataLine } from './trainingDataView.ts';
import { createNewView, type NewView } from './viewFile.ts';
import { createViewPublisher, type ViewPublisherPorts } from './viewPublisher.ts';
import { VIEW_FILES } from './viewState.ts';
import type { ViewReport } from './viewWriterPort.ts';
import { whetstoneDb } from './whetstoneDb.ts';

/** The next start may have to read this much of the journal without the help of a checkpoint, or this share of it. */
const UNCOVERED = { bytes: 2_000_000, share: 0.005 };

export interface WriteViewsPorts extends ViewPublisherPorts {
  /** The bytes of `sql-wasm.wasm`. */
  readonly wasm: Uint8Array;
}

/**
 * Writes every view from the journal, agent_memory.json first, and the checkpoint where the old one is far behind. The
 * caller holds the exclusive lock. Rejects with the disk's own error.
 */
export async function writeViews(ports: WriteViewsPorts): Promise<Omit<ViewReport, 'status' | 'cpuMs'>> {
  const { fs, folder } = ports;
  await removeLeftovers(fs, folder);
  const source = await createDiskEventSource(fs, folder);
  const { asOf, eventCount: events } = source.index;
  const known = { ...(asOf !== undefined && { asOf }), events };
  const publisher = await createViewPublisher(ports, known);
  const made: NewView[] = [];
  const make = async (name: NewView['name']): Promise<NewView> => {
    const view = await createNewView(fs, folder, name);
    made.push(view);
    return view;
  };
  try {
    const memory = await make('agent_memory.json');
    const training = await make('training_data.jsonl');
    await writeTexts(source, memory, training);
    await publisher.publish(memory);
    if (isFarBehind(source)) await source.saveCheckpoint();
    await publisher.publish(training);
    await publisher.publish(await writeLines(await make('hypotheses_data.jsonl'), hypothesesLines(source)));
    await publisher.publish(await writeLines(await make('persona_updates.jsonl'), personaLines(source)));
    const database = await make('whetstone.db');
    await writeDatabase(source, ports.wasm, database);
    await publisher.publish(database);
    await publisher.end();
    return { ...known, bytes: memory.file.bytes, notices: [...source.notices, ...publisher.notices] };
  } finally {
    for (const { file } of made) await file.abandon();
  }
}

/** Both views of texts in one pass, so that each text is read once. */
async function writeTexts(source: DiskEventSource, memory: NewView, training: NewView): Promise<void> {
  const pieces = agentMemoryPieces(source);
  await memory.write(pieces.start);
  for await (const answer of decidedAnswers(source)) {
    await memory.write(pieces.entry(answer));
    await training.write(trainingDataLine(answer));
  }
  for (const piece of pieces.end()) await memory.write(piece);
}

async function writeLines(view: NewView, lines: Iterable<string> | AsyncIterable<string>): Promise<NewView> {
  for await (const line of lines) await view.write(line);
  return view;
}

async function writeDatabase(source: DiskEventSource, wasm: Uint8Array, view: NewView): Promise<void> {
  let file: DatabaseFile | undefined;
  try {
    await whetstoneDb(source, wasm, (empty) => {
      file = openDatabaseFile(view.file.temp, empty);
      return file.contents;
    });
    await view.wrote(file?.size() ?? 0);
  } finally {
    file?.close();
  }
}

function isFarBehind({ bytes }: DiskEventSource): boolean {
  return bytes.read > Math.max(UNCOVERED.bytes, bytes.all * UNCOVERED.share);
}

/** Temporary files of a writer that was killed; nobody else makes them while the lock is held. */
async function removeLeftovers(fs: FsPort, folder: DataFolder): Promise<void> {
  for (const name of await fs.list(folder.path)) {
    const ours = VIEW_FILES.some((view) => name.startsWith(`.${view}.`)) && name.endsWith(TEMP_SUFFIX);
    if (ours) await fs.remove(join(folder.path, name));
  }
  for (const name of await fs.list(folder.index).catch((): string[] => []))
    if (name.endsWith(TEMP_SUFFIX)) await fs.remove(join(folder.index, name));
}
