import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Session, SessionDeps } from './session.ts';

export interface LazySession {
  /** The session, loaded and made at the first call. */
  get(): Session;
  dispose(): Promise<void>;
}

interface SessionModule {
  createSession(deps: SessionDeps): Session;
}

export function createLazySession(deps: SessionDeps): LazySession {
  let session: Session | undefined;
  return {
    get() {
      session ??= loadModule(join(deps.context.extensionPath, 'dist')).createSession(deps);
      return session;
    },
    async dispose() {
      await session?.dispose();
    },
  };
}

function loadModule(folder: string): SessionModule {
  const loaded: unknown = createRequire(join(folder, 'extension.cjs'))('./session.cjs');
  if (!isSessionModule(loaded))
    throw new Error('dist/session.cjs is not of this version. Install Whetstone again.');
  return loaded;
}

function isSessionModule(value: unknown): value is SessionModule {
  return typeof value === 'object' && value !== null && 'createSession' in value;
}
