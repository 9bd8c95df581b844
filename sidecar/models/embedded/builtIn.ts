import { AppError } from '../../protocol/errors.ts';
import type { PullProgress } from '../engine.ts';
import type { EngineLog } from '../engineLog.ts';
import { DEMO_MODEL } from '../modelCatalog.ts';
import type { BuiltIn } from '../modelService.ts';
import { createDemoModelInstaller } from './demoModel.ts';
import { createEmbeddedModels } from './embeddedModels.ts';
import type { EngineFolder } from './engineFolder.ts';
import { createEngineInstaller, installedEngine } from './engineInstaller.ts';
import { planEngine, readEngineManifest } from './engineManifest.ts';
import { createNpmClient } from './npmClient.ts';

export interface BuiltInDeps {
  readonly engineFolder: EngineFolder;
  readonly modelsFolder: EngineFolder;
  /** Environment of npm and pip. */
  readonly env: NodeJS.ProcessEnv;
  readonly log: EngineLog;
}

/** The embedded engine together with its demo model. */
export function createBuiltIn({ engineFolder, modelsFolder, env, log }: BuiltInDeps): BuiltIn {
  const models = createEmbeddedModels(modelsFolder);
  const engine = createEngineInstaller({ folder: engineFolder.path, npm: createNpmClient({ env }), log });
  const demo = createDemoModelInstaller({ folder: modelsFolder.path, models, log, env });
  let supported: boolean | undefined;

  return {
    get supported() {
      supported ??= isSupported();
      return supported;
    },
    installed: async () =>
      (await installedEngine(engineFolder.path)) !== undefined && (await models.entries()).length > 0,
    plan: async (signal) => {
      const forEngine = await engine.plan(signal);
      const forModel = await demo.plan(signal);
      return [
        ...(forEngine ? [{ what: 'built-in engine', host: forEngine.host, bytes: forEngine.bytes }] : []),
        ...(forModel
          ? [
              {
                what: `${DEMO_MODEL.name}, a small demo model`,
                host: `${forModel.host}, or where that fails ${forModel.otherwise}`,
                bytes: forModel.bytes,
              },
            ]
          : []),
      ];
    },
    install: async (onProgress: (progress: PullProgress) => void, signal) => {
      await engine.install(
        (progress) => onProgress({ ...progress, status: `engine: ${progress.status}` }),
        signal,
      );
      await demo.install(
        (progress) => onProgress({ ...progress, status: `model: ${progress.status}` }),
        signal,
      );
    },
  };
}

function isSupported(): boolean {
  try {
    planEngine(readEngineManifest(), process.platform, process.arch);
    return true;
  } catch (error) {
    if (AppError.is(error, 'engine.unsupported')) return false;
    throw error;
  }
}
