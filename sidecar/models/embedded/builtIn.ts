import { AppError } from '../../protocol/errors.ts';
import type { EngineLog } from '../engineLog.ts';
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
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: EngineLog;
}

/** The embedded engine and its demo model as one thing to set up. */
export function createBuiltIn({ engineFolder, modelsFolder, env, log }: BuiltInDeps): BuiltIn {
  const models = createEmbeddedModels(modelsFolder);
  const engine = createEngineInstaller({
    folder: engineFolder.path,
    npm: createNpmClient({ env: { ...env } }),
    log,
  });
  const demo = createDemoModelInstaller({ folder: modelsFolder.path, models, log });
  return {
    supported: isSupported(),
    installed: async () =>
      (await installedEngine(engineFolder.path)) !== undefined && (await models.entries()).length > 0,
    plan: async (signal) => {
      const [enginePlan, modelPlan] = await Promise.all([engine.plan(signal), demo.plan(signal)]);
      return [
        ...(enginePlan ? [{ what: 'Built-in engine', host: enginePlan.host, bytes: enginePlan.bytes }] : []),
        ...(modelPlan
          ? [
              {
                what: 'Demo model',
                host: `${modelPlan.host} (or ${modelPlan.otherwise})`,
                bytes: modelPlan.bytes,
              },
            ]
          : []),
      ];
    },
    install: async (onProgress, signal) => {
      await engine.install(onProgress, signal);
      await demo.install(onProgress, signal);
    },
  };
}

/** True where there is a build of the engine for this machine. */
function isSupported(): boolean {
  try {
    planEngine(readEngineManifest(), process.platform, process.arch);
    return true;
  } catch (error) {
    if (AppError.is(error, 'engine.unsupported')) return false;
    throw error;
  }
}
