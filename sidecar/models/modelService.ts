import type { Params, Result } from '../protocol/methods.ts';
import type { Server } from '../protocol/modelSchemas.ts';
import type { Engine, PullProgress } from './engine.ts';
import type { Engines } from './engineRouter.ts';
import { sameModel } from './modelNames.ts';

/** Name under which the embedded engine with its demo model is pulled. */
export const BUILT_IN = 'builtin';

/** The embedded engine with its demo model, as something that can be fetched. */
export interface BuiltIn {
  readonly supported: boolean;
  installed(): Promise<boolean>;
  /** What is still to be fetched; empty where everything is there. */
  plan(signal: AbortSignal): Promise<Result<'models.pull'>['plan']>;
  install(onProgress: (progress: PullProgress) => void, signal: AbortSignal): Promise<void>;
}

export interface ModelServiceDeps {
  readonly engines: Engines;
  readonly builtIn: BuiltIn;
  readonly recommended: Readonly<Result<'models.list'>['recommended']>;
  /** True for a digest that was recorded as one of our versions. */
  readonly isOurs: (digest: string) => boolean;
  /** The model that the next request goes to. */
  readonly currentModel: (engine: Engine, signal: AbortSignal) => Promise<string | undefined>;
  readonly onProgress: (note: Params<'models.progress'>) => void;
}

export interface ModelService {
  server(signal: AbortSignal): Promise<Server>;
  /** Never rejects for a server that is down: `server.error` says what is wrong, and the list is empty. */
  list(signal: AbortSignal): Promise<Result<'models.list'>>;
  pull(params: Params<'models.pull'>, signal: AbortSignal): Promise<Result<'models.pull'>>;
}

export function createModelService(deps: ModelServiceDeps): ModelService {
  const { engines, builtIn } = deps;

  const pullBuiltIn = async (
    name: string,
    dryRun: boolean,
    signal: AbortSignal,
  ): Promise<Result<'models.pull'>> => {
    const plan = await builtIn.plan(signal);
    if (dryRun || plan.length === 0) return { name, plan, done: plan.length === 0 };
    await builtIn.install((progress) => deps.onProgress({ name, ...progress }), signal);
    return { name, plan, done: true };
  };

  return {
    server: async (signal) => serverOf(await engines.health(signal)),
    list: async (signal) => {
      const server = serverOf(await engines.health(signal));
      const engine = await engines.current(signal);
      const common = {
        server,
        recommended: [...deps.recommended],
        builtIn: { installed: await builtIn.installed(), supported: builtIn.supported },
      };
      if (server.state !== 'ready') return { ...common, models: [] };
      const models = await engine.list(signal);
      const current = await deps.currentModel(engine, signal);
      return {
        ...common,
        models: models.map((model) => ({ ...model, engine: engine.id, ours: deps.isOurs(model.digest) })),
        ...(current !== undefined && { current }),
      };
    },
    pull: async ({ name, dryRun }, signal) => {
      if (name === BUILT_IN) return pullBuiltIn(name, dryRun, signal);
      const engine = await engines.current(signal);
      const address = (await engine.health(signal)).address;
      // The server fetches, from where it is set up to; its own address is all that this side can tell.
      const bytes = deps.recommended.find((each) => sameModel(each.name, name))?.size;
      const plan = [
        { what: name, host: `the model server at ${address}`, ...(bytes !== undefined && { bytes }) },
      ];
      if (dryRun) return { name, plan, done: false };
      await engine.pull(name, (progress) => deps.onProgress({ name, ...progress }), signal);
      return { name, plan, done: true };
    },
  };
}

function serverOf({ engine, health }: Awaited<ReturnType<Engines['health']>>): Server {
  const { address } = health;
  if (health.state !== 'ready')
    return { engine, state: 'unavailable', address, error: health.error.toData() };
  const { version, advice } = health;
  return { engine, state: 'ready', address, version, ...(advice !== undefined && { advice }) };
}
