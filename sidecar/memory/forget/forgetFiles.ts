import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { atomicWrite } from '../disk/atomicWrite.ts';
import type { DataFolder } from '../disk/dataFolder.ts';
import { errnoOf } from '../disk/diskError.ts';
import type { FsPort } from '../disk/fsPort.ts';
import { forEachChunk, readWholeFile } from '../disk/readWholeFile.ts';
import { VIEW_FILES } from '../views/viewState.ts';
import { holdsTrace, TRACE_OVERLAP, type Traces } from './forgetTraces.ts';

/** Not looked into: sockets, and what came from a publisher (the built-in engine and its weights). */
const SKIPPED_FOLDERS = new Set(['journal', 'locks', 'engine']);
/** In `index`: what is being forgotten right now. It goes last. */
export const ABOUT_FILE = 'forgetting.json';
const SKIPPED_ENDS = ['.gguf', '.sock'];
/** Made of lines that stand for themselves: the others stay. */
const BY_LINE = ['.jsonl', '.log', '.csv'];

export interface ForgetFilesPorts {
  readonly fs: FsPort;
  readonly folder: DataFolder;
}

/**
 * Takes every copy of something forgotten out of the files beside the journal: views, index, quarantine, logs,
 * datasets, models and runs. Where a file can't do without, it goes whole; views and index are made again. The caller
 * holds the exclusive lock. Returns the paths, relative to the data folder, that changed or went.
 */
export async function forgetInFiles(ports: ForgetFilesPorts, traces: Traces): Promise<string[]> {
  const changed: string[] = [];
  await forgetViews(ports, traces, changed);
  // Tags are in it, and it is soon made again from what is left.
  await ports.fs.remove(join(ports.folder.index, 'checkpoint'));
  const runs = new Set([...traces.runs, ...(await runsWith(ports, traces))]);
  const all = { ...traces, runs };
  await walk(ports, '', async (relative) => {
    if (
      isView(relative) ||
      isSkipped(relative) ||
      relative === `index/${ABOUT_FILE}` ||
      runs.has(runOf(relative) ?? '') ||
      !(await fileHolds(ports.fs, join(ports.folder.path, relative), all))
    )
      return;
    await forgetFile(ports, relative, all);
    changed.push(relative);
  });
  // After the files that name them: by these they are known again where this is cut off.
  for (const run of runs) await forgetRun(ports, run, traces, changed);
  return changed;
}

/** The run to which a file belongs. */
function runOf(relative: string): string | undefined {
  const [first, run, file] = relative.split('/');
  return first === 'runs' && file !== undefined ? run : undefined;
}

/** Runs of which some file holds a trace: its other files hold the same texts in forms of their own. */
async function runsWith(ports: ForgetFilesPorts, traces: Traces): Promise<Set<string>> {
  const runs = new Set<string>();
  await walk(ports, 'runs', async (relative) => {
    const run = runOf(relative);
    if (run === undefined || runs.has(run) || isSkipped(relative)) return;
    if (await fileHolds(ports.fs, join(ports.folder.path, relative), traces)) runs.add(run);
  });
  return runs;
}

const isSkipped = (relative: string): boolean => SKIPPED_ENDS.some((end) => relative.endsWith(end));

const isView = (relative: string): boolean => VIEW_FILES.some((name) => name === relative);

/** All of them and the note about them: with one missing, the others would be taken for someone else's. */
async function forgetViews(ports: ForgetFilesPorts, traces: Traces, changed: string[]): Promise<void> {
  const { fs, folder } = ports;
  const paths = VIEW_FILES.map((name) => join(folder.path, name));
  const holds = await Promise.all(paths.map((path) => fileHolds(fs, path, traces)));
  if (!holds.includes(true)) return;
  for (const path of paths) await fs.remove(path);
  await fs.syncFolder(folder.path);
  await fs.remove(join(folder.index, 'views.json'));
  changed.push(...VIEW_FILES);
}

/** The journal knows what became of the run. What it is known by goes last. */
async function forgetRun(
  ports: ForgetFilesPorts,
  run: string,
  traces: Traces,
  changed: string[],
): Promise<void> {
  const { fs, folder } = ports;
  const [others, known]: [string[], string[]] = [[], []];
  await walk(ports, `runs/${run}`, async (relative) => {
    const holds = !isSkipped(relative) && (await fileHolds(fs, join(folder.path, relative), traces));
    (holds ? known : others).push(relative);
  });
  for (const relative of [...others, ...known]) {
    await fs.remove(join(folder.path, relative));
    await fs.syncFolder(join(folder.path, relative, '..'));
    changed.push(relative);
  }
}

async function walk(
  ports: ForgetFilesPorts,
  relative: string,
  visit: (relative: string) => Promise<void>,
): Promise<void> {
  const path = join(ports.folder.path, relative);
  for (const name of await listIfThere(ports.fs, path)) {
    const inner = relative === '' ? name : `${relative}/${name}`;
    const kind = await kindOf(ports.fs, join(ports.folder.path, inner));
    // Journals, also those that a reset moved away, are rewritten line by line.
    if (kind === 'folder' && !SKIPPED_FOLDERS.has(name)) await walk(ports, inner, visit);
    if (kind === 'file') await visit(inner);
  }
}

async function forgetFile(ports: ForgetFilesPorts, relative: string, traces: Traces): Promise<void> {
  const { fs, folder } = ports;
  const path = join(folder.path, relative);
  const name = relative.slice(relative.lastIndexOf('/') + 1);
  if (relative.startsWith('models/') && name.endsWith('.json')) return forgetModel(fs, path, traces);
  if (BY_LINE.some((end) => name.endsWith(end)) && !name.startsWith('.')) {
    const text = (await readWholeFile(fs, path))?.toString('utf8') ?? '';
    const kept = text.split('\n').filter((line) => !holdsTrace(line, traces));
    return atomicWrite({ fs }, path, kept.join('\n'));
  }
  await fs.remove(path);
  // The note beside a damaged line says where it lay.
  if (name.endsWith('.line')) await fs.remove(path.replace(/\.line$/, '.reason.txt'));
  await fs.syncFolder(join(path, '..'));
}

/** A model of the built-in engine: weights are shared, so its file goes on naming them, without the texts. */
async function forgetModel(fs: FsPort, path: string, traces: Traces): Promise<void> {
  const text = (await readWholeFile(fs, path))?.toString('utf8') ?? '';
  let entry: unknown;
  try {
    entry = JSON.parse(text);
  } catch {
    return fs.remove(path);
  }
  if (typeof entry !== 'object' || entry === null) return fs.remove(path);
  const { system, messages, ...rest }: { system?: unknown; messages?: unknown } = { ...entry };
  const lines = typeof system === 'string' ? system.split('\n') : [];
  const kept = lines.filter((line) => !holdsTrace(line, traces)).join('\n');
  const bare = {
    ...rest,
    ...(kept !== '' && { system: kept }),
    ...(messages !== undefined && { messages: [] }),
  };
  await atomicWrite({ fs }, path, `${JSON.stringify(bare)}\n`);
}

/** True where the file holds a trace, read piece by piece. */
export async function fileHolds(fs: FsPort, path: string, traces: Traces): Promise<boolean> {
  let before = '';
  let found = false;
  const decoder = new StringDecoder('utf8');
  await forEachChunk(fs, path, (chunk) => {
    if (found) return;
    const text = decoder.write(chunk);
    found = holdsTrace(before + text, traces);
    before = (before + text).slice(-TRACE_OVERLAP);
  });
  return found;
}

async function listIfThere(fs: FsPort, path: string): Promise<string[]> {
  try {
    return await fs.list(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}

async function kindOf(fs: FsPort, path: string): Promise<string | undefined> {
  return (await fs.stat(path).catch(() => undefined))?.kind;
}
