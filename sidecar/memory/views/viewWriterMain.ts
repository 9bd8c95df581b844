import { dirname, join, resolve } from 'node:path';
import { monotonicFactory } from 'ulid';
import { openDataFolder } from '../disk/dataFolder.ts';
import { takeLock } from '../disk/exclusiveLock.ts';
import { createFsPort } from '../disk/fsPort.ts';
import { readWholeFile } from '../disk/readWholeFile.ts';
import { type CompactPorts, compactJournal, MIN_SMALL_SEGMENTS } from '../journal/compactJournal.ts';
import type { ViewReport } from './viewWriterPort.ts';
import { writeViews } from './writeViews.ts';

/**
 * `viewWriter <data folder> [sql-wasm.wasm]`: writes the views and ends. One line of JSON (a `ViewReport`) on
 * standard output and exit code 0; else the reason on standard error and 1.
 */
async function main(script: string, dataFolder: string, wasmPath: string | undefined): Promise<ViewReport> {
  const fs = createFsPort();
  const uid = process.getuid?.();
  const folder = await openDataFolder({ fs, uid }, dataFolder);
  await folder.settled;
  const held = await takeLock({ fs, uid }, folder.path, 'exclusive');
  if (!held) return { status: 'locked', events: 0, bytes: 0, cpuMs: cpuMs(), notices: [] };
  try {
    const path = wasmPath ?? join(dirname(resolve(script)), 'sql-wasm.wasm');
    const wasm = await readWholeFile(fs, path);
    if (!wasm) throw new Error(`${path} is missing.`);
    const report = await writeViews({ fs, folder, clock: Date.now, wasm });
    await compactLeftovers({ fs, folder, uid });
    return { status: 'written', ...report, cpuMs: cpuMs() };
  } finally {
    await held.release();
  }
}

/** So many that no window has had the time to merge them: where only the terminal is used, there is none. */
const MANY_SEGMENTS = 4 * MIN_SMALL_SEGMENTS;

/** The views are written: a failure here is told by the next window that tries. */
async function compactLeftovers(where: Pick<CompactPorts, 'fs' | 'folder' | 'uid'>): Promise<void> {
  const ids = monotonicFactory();
  const thresholds = { minSegments: MANY_SEGMENTS };
  const ports = { ...where, writer: ids(), ids: () => ids(), clock: Date.now, thresholds };
  await compactJournal(ports).catch(() => undefined);
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return Math.round((user + system) / 1_000);
}

async function run(script: string, dataFolder: string, wasm: string | undefined): Promise<void> {
  try {
    const report = await main(script, dataFolder, wasm);
    process.stdout.write(`${JSON.stringify(report)}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

const [, script, dataFolder, wasm] = process.argv;
// The parent may be gone by the time the report is ready; the views are written all the same.
process.stdout.on('error', () => undefined);
if (script === undefined || dataFolder === undefined) {
  process.stderr.write('Give the data folder.\n');
  process.exitCode = 2;
} else {
  // No top-level await: the bundle is CommonJS.
  void run(script, dataFolder, wasm);
}
