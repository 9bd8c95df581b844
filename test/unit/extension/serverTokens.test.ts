import { describe, expect, test } from 'vitest';
import { isThisMachine, serverOrigin } from '../../../extension/serverAddress.ts';
import { createServerTokens, readToken } from '../../../extension/serverTokens.ts';

/** A keychain and a state that are kept, with every question that the keychain was asked. */
function bench() {
  const kept = new Map<string, string>();
  const state = new Map<string, unknown>();
  const asked: string[] = [];
  const logged: string[] = [];
  const listeners = new Set<(change: { key: string }) => void>();
  const tell = (key: string) => {
    for (const listener of listeners) listener({ key });
  };
  const lock = { closed: false };
  const open = () =>
    createServerTokens({
      secrets: {
        async get(key) {
          asked.push(key);
          if (lock.closed) throw new Error(`no access to ${kept.get(key)}`);
          return kept.get(key);
        },
        async store(key, value) {
          kept.set(key, value);
          tell(key);
        },
        async delete(key) {
          kept.delete(key);
          tell(key);
        },
        onDidChange(listener) {
          listeners.add(listener);
          return { dispose: () => listeners.delete(listener) };
        },
      },
      state: {
        get: (key) => state.get(key),
        update: async (key, value) => void state.set(key, structuredClone(value)),
      },
      log: {
        debug: (line) => void logged.push(line),
        info: (line) => void logged.push(line),
        warn: (line) => void logged.push(line),
        error: (line) => void logged.push(line),
      },
    });
  return { open, kept, state, asked, logged, lock };
}

const SERVER = 'https://gpu.example:8443';

describe('the token of a server', () => {
  test('is for that server only, written in whatever way', async () => {
    const b = bench();
    const tokens = b.open();
    await tokens.set(`${SERVER}/ollama`, 's3cret');
    expect(await tokens.get(` ${SERVER.toUpperCase()} `)).toBe('s3cret');
    for (const other of [
      'http://gpu.example:8443',
      'https://gpu.example',
      'https://gpu.example.evil:8443',
      'x',
    ]) {
      expect(await tokens.get(other)).toBeUndefined();
    }
  });

  test('is found by the next window, and nothing outside the keychain holds it', async () => {
    const b = bench();
    await b.open().set(SERVER, 's3cret');
    expect(await b.open().get(SERVER)).toBe('s3cret');
    expect(JSON.stringify([...b.state])).not.toContain('s3cret');
    expect([...b.kept.keys()].join()).not.toContain('s3cret');
  });

  test('is gone after an empty one was set', async () => {
    const b = bench();
    await b.open().set(SERVER, 's3cret');
    await b.open().set(SERVER, '');
    expect(b.kept.size).toBe(0);
    expect(await b.open().get(SERVER)).toBeUndefined();
  });

  test('where there is none, the keychain is not even asked', async () => {
    const b = bench();
    expect(await b.open().get(SERVER)).toBeUndefined();
    expect(b.asked).toEqual([]);
  });

  test('set in another window, it is told and found here', async () => {
    const b = bench();
    const here = b.open();
    const told: number[] = [];
    here.onChange(() => told.push(1));
    await b.open().set(SERVER, 's3cret');
    expect(told).toEqual([1]);
    expect(await here.get(SERVER)).toBe('s3cret');
  });

  test('a keychain that is locked means no token, and a line without it', async () => {
    const b = bench();
    const tokens = b.open();
    await tokens.set(SERVER, 's3cret');
    b.lock.closed = true;
    expect(await tokens.get(SERVER)).toBeUndefined();
    expect(b.logged).toEqual([`The token for ${SERVER} could not be read from the keychain.`]);
  });
});

test('a token is taken as it is pasted, and refused where it could not be sent', () => {
  expect(readToken(' Bearer abc.DEF-1_2~+/= ')).toEqual({ token: 'abc.DEF-1_2~+/=' });
  expect(readToken('  ')).toEqual({ token: '' });
  for (const odd of ['a b', 'a\nb', 'a\r\nX-Evil: 1', 'ä', 'a'.repeat(4_001)]) {
    expect(readToken(odd), odd).toHaveProperty('refused');
  }
});

test('an address names its server without path, name and password', () => {
  expect(serverOrigin('localhost:11434')).toBe('http://localhost:11434');
  expect(serverOrigin('https://me:pw@gpu.example/ollama')).toBe('https://gpu.example');
  for (const name of ['localhost', '127.0.0.1', '127.1.2.3', '[::1]', '0.0.0.0'])
    expect(isThisMachine(name)).toBe(true);
  for (const name of ['127.0.0.1.evil', 'localhost.evil', '10.0.0.1', ''])
    expect(isThisMachine(name)).toBe(false);
});
