import { AppError } from '../protocol/errors.ts';
import type { Engine, EngineHealth } from './engine.ts';

export interface EngineSettings {
  readonly engine: 'auto' | 'ollama' | 'embedded';
  /** Address of the Ollama server. */
  readonly host: string;
  readonly allowRemoteHttp: boolean;
}

export interface EnginesDeps<S extends EngineSettings> {
  /** As they are now; asked at each use. */
  readonly settings: () => S;
  /** Makes an engine on a server; throws where the address may not be used. */
  readonly ollama: (settings: S) => Engine;
  readonly embedded: Engine;
}

/** Which engine answers, by setting and by what is there. */
export interface Engines {
  /**
   * The engine to use now. `auto` is Ollama when it answers, else the embedded engine where it is set up, else
   * Ollama, whose errors then say what to do. A server that answered last is taken to be there: where a call then
   * fails with `server.unreachable`, asking again looks anew. Throws `server.remoteRefused` for a host that may not
   * be used.
   */
  current(signal: AbortSignal): Promise<Engine>;
  /** State of the engine that `current` gives, asked now. Never throws but for a cancel. */
  health(signal: AbortSignal): Promise<{ readonly engine: Engine['id']; readonly health: EngineHealth }>;
  readonly embedded: Engine;
  dispose(): Promise<void>;
}

export function createEngines<S extends EngineSettings>({
  settings,
  ollama,
  embedded,
}: EnginesDeps<S>): Engines {
  let server: { readonly key: string; readonly engine: Engine } | undefined;

  const onServer = (): Engine => {
    const now = settings();
    const key = JSON.stringify([now.host, now.allowRemoteHttp]);
    if (server?.key === key) return server.engine;
    const old = server;
    server = undefined;
    // Ends what still runs on the host that the user has left.
    void old?.engine.dispose();
    const engine = ollama(now);
    server = { key, engine };
    return engine;
  };
  const serverHealth = async (signal: AbortSignal, accept: 'fresh' | 'lastKnown'): Promise<EngineHealth> => {
    try {
      return await onServer().health(signal, accept);
    } catch (error) {
      if (!AppError.is(error) || error.code === 'rpc.cancelled') throw error;
      return { state: 'unavailable', address: settings().host, error };
    }
  };
  const pick = async (
    signal: AbortSignal,
    accept: 'fresh' | 'lastKnown',
  ): Promise<{ engine: Engine['id']; health: EngineHealth }> => {
    const choice = settings().engine;
    if (choice === 'embedded') return { engine: 'embedded', health: await embedded.health(signal) };
    const health = await serverHealth(signal, accept);
    if (choice === 'ollama' || health.state === 'ready') return { engine: 'ollama', health };
    const builtIn = await embedded.health(signal);
    return builtIn.state === 'ready' ? { engine: 'embedded', health: builtIn } : { engine: 'ollama', health };
  };

  return {
    current: async (signal) => {
      // A fixed choice needs no question to the server.
      if (settings().engine === 'ollama') return onServer();
      const { engine } = await pick(signal, 'lastKnown');
      return engine === 'embedded' ? embedded : onServer();
    },
    health: (signal) => pick(signal, 'fresh'),
    embedded,
    dispose: async () => {
      await server?.engine.dispose();
      await embedded.dispose();
    },
  };
}
