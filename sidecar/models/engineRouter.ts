import type { Settings } from '../protocol/settingsSchemas.ts';
import type { EmbeddedEngine } from './embedded/embeddedEngine.ts';
import type { Engine } from './engine.ts';
import type { OllamaEngineDeps } from './ollama/ollamaEngine.ts';

export interface EnginesDeps {
  readonly settings: () => Pick<Settings, 'engine' | 'host' | 'allowRemoteHttp'>;
  /** Bearer token of a remote server. */
  readonly token: () => string | undefined;
  readonly createOllama: (deps: Pick<OllamaEngineDeps, 'host' | 'token' | 'allowRemote'>) => Engine;
  readonly embedded: EmbeddedEngine;
}

export interface Engines {
  /**
   * The engine that the settings name. `auto` is Ollama while it answers, else the embedded engine where it is
   * set up, else Ollama again, whose error then says what to do. Rejects with `server.remoteRefused`.
   */
  current(signal: AbortSignal): Promise<Engine>;
  dispose(): Promise<void>;
}

/** Keeps one engine a kind; a changed address or token makes a new Ollama engine and ends the old one's calls. */
export function createEngines(deps: EnginesDeps): Engines {
  let made: { readonly key: string; readonly engine: Engine } | undefined;

  const ollama = (): Engine => {
    const { host, allowRemoteHttp } = deps.settings();
    const token = deps.token();
    const key = JSON.stringify([host, allowRemoteHttp, token]);
    if (made?.key === key) return made.engine;
    const engine = deps.createOllama({ host, token, allowRemote: allowRemoteHttp });
    const old = made?.engine;
    made = { key, engine };
    // Nothing waits for the old one: its calls end with a cancellation of their own.
    void old?.dispose();
    return engine;
  };

  return {
    async current(signal) {
      const { engine } = deps.settings();
      if (engine === 'embedded') return deps.embedded;
      const server = ollama();
      if (engine === 'ollama') return server;
      const health = await server.health(signal);
      if (health.state === 'ready') return server;
      const local = await deps.embedded.health(signal);
      return local.state === 'ready' ? deps.embedded : server;
    },
    async dispose() {
      await Promise.all([made?.engine.dispose(), deps.embedded.dispose()]);
    },
  };
}
