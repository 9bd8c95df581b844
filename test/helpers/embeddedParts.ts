import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDemoModelInstaller } from '../../sidecar/models/embedded/demoModel.ts';
import { createEmbeddedEngine, type EmbeddedEngine } from '../../sidecar/models/embedded/embeddedEngine.ts';
import { createEmbeddedModels } from '../../sidecar/models/embedded/embeddedModels.ts';
import type { EngineFolder } from '../../sidecar/models/embedded/engineFolder.ts';
import { createEngineInstaller } from '../../sidecar/models/embedded/engineInstaller.ts';
import { createNpmClient } from '../../sidecar/models/embedded/npmClient.ts';
import { testGguf } from './realOllama.ts';

/** Where tests keep the engine, once for all of them. */
export function testEngineFolder(): string {
  return process.env['WHETSTONE_TEST_ENGINE'] ?? join(homedir(), '.cache', 'whetstone', 'engine');
}

/** A plain folder with the shape that the engine wants. */
export function plainFolder(path: string): EngineFolder {
  return {
    path,
    write: async (name, content) => {
      await mkdir(path, { recursive: true });
      await writeFile(join(path, `${name}.new`), content);
      await rename(join(path, `${name}.new`), join(path, name));
    },
    read: (name) => readFile(join(path, name), 'utf8').catch(() => undefined),
    remove: (name) => rm(join(path, name), { force: true }),
    list: () => readdir(path).catch(() => []),
  };
}

/** Installs the real engine with the product's own installer, unless a run before did. */
export async function installTestEngine(): Promise<string> {
  const folder = testEngineFolder();
  const installer = createEngineInstaller({ folder, npm: createNpmClient(), log: () => undefined });
  await installer.install(() => undefined, new AbortController().signal);
  return folder;
}

export interface EmbeddedParts {
  readonly engine: EmbeddedEngine;
  readonly model: string;
  readonly modelsFolder: string;
  stop(): Promise<void>;
}

/** The real embedded engine with the small test model in a models folder of its own. */
export async function startEmbedded(options: { idleMs?: number } = {}): Promise<EmbeddedParts> {
  const engineFolder = plainFolder(await installTestEngine());
  const home = await mkdtemp(join(tmpdir(), 'whetstone-embedded-'));
  const modelsFolder = plainFolder(join(home, 'models'));
  const log = (): void => undefined;
  const models = createEmbeddedModels(modelsFolder);
  const demo = createDemoModelInstaller({ folder: modelsFolder.path, models, log });
  const { name } = await demo.installFrom(testGguf(), new AbortController().signal);
  const entry = join(import.meta.dirname, '../../sidecar/models/embedded/embeddedMain.ts');
  const engine = createEmbeddedEngine({ engineFolder, modelsFolder, entry, log, ...options });
  return {
    engine,
    model: name,
    modelsFolder: modelsFolder.path,
    stop: async () => {
      await engine.dispose();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Sets the real embedded engine and the test model up in a data folder, as `models.pull builtin` leaves them. */
export async function setUpBuiltIn(dataFolder: string): Promise<void> {
  await cp(await installTestEngine(), join(dataFolder, 'engine'), { recursive: true });
  const folder = plainFolder(join(dataFolder, 'models'));
  await mkdir(folder.path, { recursive: true, mode: 0o700 });
  const installer = createDemoModelInstaller({
    folder: folder.path,
    models: createEmbeddedModels(folder),
    log: () => undefined,
  });
  await installer.installFrom(testGguf(), new AbortController().signal);
}
