import { createHash, randomBytes } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AppError } from '../../protocol/errors.ts';
import type { PullProgress } from '../engine.ts';
import type { EngineLog } from '../engineLog.ts';
import { readTar } from './archiveReaders.ts';
import { type EngineManifest, type EnginePackage, planEngine, readEngineManifest } from './engineManifest.ts';
import { archiveName, type NpmClient } from './npmClient.ts';

const TEMPORARY = '.unpacking-';
const LEFT_BEHIND_MS = 24 * 60 * 60_000;
const BATCH = 12;
const unzip = promisify(gunzip);

export interface InstalledEngine {
  readonly version: string;
  /** Absolute path of the engine's main file. */
  readonly file: string;
}

/** The engine of the version that this program was built for; undefined where it is not there. */
export async function installedEngine(
  folder: string,
  { version, main }: Pick<EngineManifest, 'version' | 'main'> = readEngineManifest(),
): Promise<InstalledEngine | undefined> {
  const file = join(folder, version, ...main.split('/'));
  return access(file).then(
    () => ({ version, file }),
    () => undefined,
  );
}

export interface EngineInstallerDeps {
  /** Where versions of the engine are unpacked. */
  readonly folder: string;
  readonly npm: NpmClient;
  readonly log: EngineLog;
  readonly manifest?: EngineManifest;
  readonly platform?: string;
  readonly arch?: string;
}

export interface EngineInstaller {
  /** What an installation would fetch; nothing is fetched. Undefined where it is installed. */
  plan(
    signal: AbortSignal,
  ): Promise<{ readonly host: string; readonly bytes: number; readonly unpackedBytes: number } | undefined>;
  /**
   * Fetches, checks, unpacks, and puts in place in one step. Call only after the user agreed to the plan.
   * Throws `engine.installFailed`, `engine.checksum`, `engine.unsupported`, `rpc.cancelled`; then nothing changed.
   */
  install(onProgress: (progress: PullProgress) => void, signal: AbortSignal): Promise<InstalledEngine>;
}

export function createEngineInstaller(deps: EngineInstallerDeps): EngineInstaller {
  const { folder, npm, log } = deps;
  // Not before it is asked for: checking its many checksums takes longer than the rest of a start does.
  const manifest = (): EngineManifest => deps.manifest ?? readEngineManifest();
  const plan = () => planEngine(manifest(), deps.platform ?? process.platform, deps.arch ?? process.arch);

  return {
    plan: async (signal) => {
      if (await installedEngine(folder, manifest())) return undefined;
      const { bytes, unpackedBytes } = plan();
      return { host: await npm.host(signal), bytes, unpackedBytes };
    },
    install: async (onProgress, signal) => {
      const there = await installedEngine(folder, manifest());
      if (there) return there;
      const { packages, bytes, unpackedBytes, version } = plan();
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await clearTemporary(folder);
      const work = join(folder, `${TEMPORARY}${randomBytes(6).toString('hex')}`);
      try {
        await mkdir(join(work, 'archives'), { recursive: true, mode: 0o700 });
        await checkSpace(work, bytes + unpackedBytes);
        let completedBytes = 0;
        onProgress({ status: 'downloading', completedBytes, totalBytes: bytes });
        for (const batch of batches(packages)) {
          await npm.pack(batch, join(work, 'archives'), signal);
          for (const one of batch) {
            await unpack(one, join(work, 'archives'), join(work, version));
            completedBytes += one.bytes;
          }
          onProgress({ status: 'downloading', completedBytes, totalBytes: bytes });
        }
        if (signal.aborted) throw new AppError('rpc.cancelled', 'Stopped.');
        await rename(join(work, version), join(folder, version));
      } catch (error) {
        // Another window may have been faster.
        const other = await installedEngine(folder, manifest());
        if (other) return other;
        throw AppError.is(error) ? error : diskFailed(error);
      } finally {
        await rm(work, { recursive: true, force: true });
      }
      onProgress({ status: 'done', completedBytes: bytes, totalBytes: bytes });
      log('info', 'embedded.installed', { version });
      const installed = await installedEngine(folder, manifest());
      if (!installed) throw diskFailed(new Error('The main file of the engine is not where it should be.'));
      return installed;
    },
  };
}

/** Large packages alone, so that progress moves; small ones together, so that npm starts seldom. */
function* batches(packages: readonly EnginePackage[]): Generator<EnginePackage[]> {
  const large = (one: EnginePackage): boolean => one.bytes > 2_000_000;
  for (const one of packages.filter(large)) yield [one];
  const small = packages.filter((one) => !large(one));
  for (let at = 0; at < small.length; at += BATCH) yield small.slice(at, at + BATCH);
}

async function unpack(one: EnginePackage, archives: string, target: string): Promise<void> {
  const archive = await readFile(join(archives, archiveName(one)));
  const found = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
  if (found !== one.integrity) {
    throw new AppError(
      'engine.checksum',
      `${one.name} ${one.version} is not the package that was expected.`,
      {
        why: 'Its checksum differs from the one that this version of Whetstone was built with.',
        next: 'Try again; if it stays, the registry or a proxy changes packages.',
        details: { package: one.name, version: one.version },
      },
    );
  }
  for (const { path, content, executable } of readTar(await unzip(archive))) {
    // Archives have one folder at the top, usually `package`.
    const inside = path.split('/').slice(1).join('/');
    const file = join(target, ...one.path.split('/'), ...inside.split('/'));
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, content, { mode: executable ? 0o700 : 0o600 });
  }
}

async function clearTemporary(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(TEMPORARY)) continue;
    // A younger one may belong to another window that is installing now.
    const { mtimeMs } = await stat(join(folder, name));
    if (Date.now() - mtimeMs > LEFT_BEHIND_MS) await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function checkSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < bytes) throw diskFailed(new Error('ENOSPC'), bytes);
}

function diskFailed(cause: unknown, bytes?: number): AppError {
  const text = String(cause);
  const full = text.includes('ENOSPC') || text.includes('EDQUOT');
  const needed = bytes === undefined ? '' : ` ${Math.ceil(bytes / 1_000_000)} MB are needed.`;
  return new AppError('engine.installFailed', 'The built-in engine could not be unpacked.', {
    why: full ? `The disk is full.${needed}` : text.slice(0, 400),
    next: full
      ? 'Free some space, then try again.'
      : 'Check that the data folder can be written, then try again.',
    details: { reason: full ? 'disk' : 'files' },
    cause,
  });
}
