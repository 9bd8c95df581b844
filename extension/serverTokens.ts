import * as z from 'zod';
import type { Disposable } from './disposableBag.ts';
import type { Log } from './log.ts';
import { serverOrigin } from './serverAddress.ts';

/** Which servers have a token, without any; so that nothing is asked of the keychain where there is none. */
const KEY = 'whetstone.serverTokens';
const PREFIX = 'whetstone.serverToken:';

/** The part of VS Code's SecretStorage that is used. */
export interface Secrets {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
  onDidChange(listener: (change: { readonly key: string }) => void): Disposable;
}

export interface ServerTokensDeps {
  readonly secrets: Secrets;
  readonly state: { get(key: string): unknown; update(key: string, value: unknown): PromiseLike<void> };
  readonly log: Log;
}

/** Bearer tokens of model servers, in the editor's keychain and nowhere else, each for one server only. */
export interface ServerTokens {
  /** The token for the server of that address; undefined also where the keychain can't be read. */
  get(host: string): Promise<string | undefined>;
  /** Keeps a token for the server of that address; an empty one removes what was kept. Rejects as the keychain does. */
  set(host: string, token: string): Promise<void>;
  /** A token was set or removed, here or in another window. */
  onChange(listener: () => void): Disposable;
}

export function createServerTokens({ secrets, state, log }: ServerTokensDeps): ServerTokens {
  const stored = z.array(z.string()).safeParse(state.get(KEY));
  const known = new Set(stored.success ? stored.data : []);
  const keyOf = (host: string): string => PREFIX + serverOrigin(host);
  return {
    async get(host) {
      const key = keyOf(host);
      if (!known.has(key)) return undefined;
      try {
        return await secrets.get(key);
      } catch {
        log.warn(`The token for ${serverOrigin(host)} could not be read from the keychain.`);
        return undefined;
      }
    },
    async set(host, token) {
      const key = keyOf(host);
      if (token === '') known.delete(key);
      else known.add(key);
      await state.update(KEY, [...known]);
      if (token === '') await secrets.delete(key);
      else await secrets.store(key, token);
    },
    onChange: (listener) =>
      secrets.onDidChange(({ key }) => {
        if (!key.startsWith(PREFIX)) return;
        known.add(key); // also where another window set it; one that was removed is simply not found
        listener();
      }),
  };
}

/** A token as it was pasted, without `Bearer` and spaces, or why it can't be one. */
export function readToken(typed: string): { readonly token: string } | { readonly refused: string } {
  const token = typed.trim().replace(/^bearer\s+/i, '');
  if (token.length > 4_000) return { refused: 'This is too long for a token.' };
  // What else is in it could not be sent in a header.
  if (!/^[\x21-\x7e]*$/.test(token))
    return { refused: 'A token has no spaces, line breaks or special letters.' };
  return { token };
}
