import { AppError } from '../../protocol/errors.ts';
import type { OllamaCalls } from './ollamaCalls.ts';
import { versionAnswer } from './ollamaSchemas.ts';

/** The oldest server that takes structured `create` and tells what a model can do. */
export const OLDEST_OLLAMA = '0.6.4';
/** The first server without CVE-2026-7482, which lets a crafted model file read the server's memory. */
const FIRST_SOUND_OLLAMA = '0.17.1';

export interface OllamaVersion {
  readonly version: string;
  readonly advice?: string;
}

/** Compares dotted versions by their numbers; what follows a dash does not count. */
export function isOlder(version: string, than: string): boolean {
  const left = numbers(version);
  const right = numbers(than);
  for (let i = 0; i < 3; i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

const numbers = (version: string): number[] =>
  (version.split('-')[0] ?? '').split('.').map((part) => Number(part) || 0);

/** Throws `server.tooOld` for a server that lacks what is needed. A build that knows no version passes. */
export function checkVersion(version: string, address: string): OllamaVersion {
  if (version !== '0.0.0' && isOlder(version, OLDEST_OLLAMA)) {
    throw new AppError('server.tooOld', `Ollama ${version} at ${address} is too old.`, {
      why: `Whetstone needs at least ${OLDEST_OLLAMA}.`,
      next: 'Update Ollama, then try again.',
      details: { address, version, oldest: OLDEST_OLLAMA },
    });
  }
  if (version === '0.0.0' || !isOlder(version, FIRST_SOUND_OLLAMA)) return { version };
  return { version, advice: `Ollama ${version} has a known security fault (CVE-2026-7482). Update it.` };
}

/**
 * Asks for the version once and keeps it until `forget`, which is called when the server was lost: it may come
 * back as another version.
 */
export function createVersionGate(calls: OllamaCalls): {
  pass(signal: AbortSignal): Promise<OllamaVersion>;
  forget(): void;
} {
  let known: OllamaVersion | undefined;
  return {
    pass: async (signal) => {
      if (known) return known;
      const answer = await calls.client({ signal, answer: 'whole', patience: 'metadata' }).version();
      known = checkVersion(calls.read(versionAnswer, answer).version, calls.address);
      return known;
    },
    forget: () => {
      known = undefined;
    },
  };
}
