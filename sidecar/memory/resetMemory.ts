import { join } from 'node:path';
import type { DataFolder } from './disk/dataFolder.ts';
import { errnoOf } from './disk/diskError.ts';
import type { FsPort } from './disk/fsPort.ts';

/** What was recorded or learned. Downloads (`engine`, `models`) and `logs` stay. */
const MOVED = [
  'journal',
  'index',
  'runs',
  'datasets',
  'agent_memory.json',
  'whetstone.db',
  'training_data.jsonl',
  'training_log.md',
  'preference_model.json',
  'preference_prior.json',
  'Modelfile.trained',
  'hypotheses_data.jsonl',
  'persona_updates.jsonl',
];

/** Moves everything recorded and learned into `quarantine/<time>`; returns that folder's name. */
export async function resetMemory(fs: FsPort, folder: DataFolder, now: number): Promise<string> {
  const name = `reset-${new Date(now).toISOString().replaceAll(':', '-')}`;
  const target = join(folder.quarantine, name);
  await fs.makeFolder(target);
  for (const each of MOVED) await moveIfThere(fs, join(folder.path, each), join(target, each));
  await fs.makeFolder(folder.journal);
  await fs.syncFolder(target);
  await fs.syncFolder(folder.path);
  return name;
}

async function moveIfThere(fs: FsPort, from: string, to: string): Promise<void> {
  try {
    await fs.rename(from, to);
  } catch (error) {
    const errno = errnoOf(error) ?? '';
    if (errno === 'ENOENT') return;
    // Windows does not rename a folder in which another window has a file open, but does rename the file.
    if (!['EPERM', 'EBUSY', 'EACCES'].includes(errno) || (await fs.stat(from)).kind !== 'folder') throw error;
    await fs.makeFolder(to);
    for (const name of await fs.list(from)) await moveIfThere(fs, join(from, name), join(to, name));
  }
}
