import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../sidecar/app.ts';
import { nodePorts } from '../../sidecar/nodePorts.ts';
import { AppError } from '../../sidecar/protocol/errors.ts';
import { METHODS, type RequestName } from '../../sidecar/protocol/methods.ts';
import { SCOPES, type Scope } from '../../sidecar/protocol/scopes.ts';
import { DEFAULT_SETTINGS } from '../../sidecar/protocol/settingsSchemas.ts';
import { NOT_PARAMS, oversized, requiredFields, wrongTypes } from './hostileValues.ts';
import { VALID } from './validParams.ts';

const REQUESTS = (Object.keys(METHODS) as (keyof typeof METHODS)[]).filter(
  (name): name is RequestName => METHODS[name].kind === 'request',
);
const ALL: ReadonlySet<Scope> = new Set(SCOPES);
/** Ends the process of the caller, so it is tried where there is a process. */
const ENDS = new Set<string>(['shutdown']);

let app: App;
let folder: string;

async function failure(method: string, params: unknown, scopes = ALL): Promise<AppError | undefined> {
  try {
    await app.router.dispatch(method, params, scopes, new AbortController().signal);
    return undefined;
  } catch (error) {
    expect(AppError.is(error), `${method} rejected with something else: ${String(error)}`).toBe(true);
    return AppError.is(error) ? error : undefined;
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whetstone-contract-'));
  app = await createApp(nodePorts({ env: { WHETSTONE_DATA: folder }, bundleFolder: folder }));
  // A port that nothing listens on: every method must answer with no server, too.
  await app.router.dispatch(
    'initialize',
    { ...VALID.initialize, settings: { ...DEFAULT_SETTINGS, host: 'http://127.0.0.1:9', engine: 'ollama' } },
    ALL,
    new AbortController().signal,
  );
});
afterAll(async () => {
  await app.dispose(2_000);
  await rm(folder, { recursive: true, force: true });
});

describe.each(REQUESTS.filter((name) => !ENDS.has(name)))('%s', (name) => {
  const valid = VALID[name];

  it('takes valid parameters, or says in its own words why not', async () => {
    const error = await failure(
      name,
      name === 'initialize' ? { ...valid, settings: DEFAULT_SETTINGS } : valid,
    );
    if (METHODS[name].since === 'later') expect(error?.code).toBe('rpc.notYet');
    else
      expect(['rpc.invalid', 'rpc.internal', 'rpc.unknownMethod', 'rpc.notYet', 'rpc.scope']).not.toContain(
        error?.code,
      );
  });

  it.each(NOT_PARAMS.map((value) => [typeof value, value]))('refuses %s as parameters', async (_, value) => {
    expect((await failure(name, value))?.code).toBe('rpc.invalid');
  });

  it('refuses every field of the wrong type', async () => {
    for (const { name: field, params } of wrongTypes(valid)) {
      expect((await failure(name, params))?.code, field).toBe('rpc.invalid');
    }
  });

  it('refuses every oversized text', async () => {
    for (const { name: field, params } of oversized(valid)) {
      expect(['input.tooLarge', 'rpc.invalid'], field).toContain((await failure(name, params))?.code);
    }
  });

  it('refuses missing fields', async () => {
    for (const field of requiredFields(METHODS[name].params)) {
      const { [field]: _, ...rest } = valid;
      expect((await failure(name, rest))?.code, field).toBe('rpc.invalid');
    }
  });

  it('is refused to a caller without its scope', async () => {
    const others = new Set(SCOPES.filter((scope) => scope !== METHODS[name].scope));
    expect((await failure(name, valid, others))?.code).toBe('rpc.scope');
  });
});

describe('the gate', () => {
  it('knows no other method', async () => {
    for (const name of ['', 'nope', 'toString', '__proto__', 'constructor', 'request.delta']) {
      expect((await failure(name, {}))?.code, name).toBe('rpc.unknownMethod');
    }
  });

  it('refuses calls before initialize', async () => {
    const fresh = await mkdtemp(join(tmpdir(), 'whetstone-contract-'));
    const other = await createApp(nodePorts({ env: { WHETSTONE_DATA: fresh }, bundleFolder: fresh }));
    const call = other.router.dispatch('stats.get', {}, ALL, new AbortController().signal);
    await expect(call).rejects.toMatchObject({ code: 'rpc.notInitialized' });
    await other.dispose(2_000);
    await rm(fresh, { recursive: true, force: true });
  });

  it('refuses another protocol version with advice to reload', async () => {
    const error = await failure('initialize', { ...VALID.initialize, protocolVersion: 999 });
    expect(error?.code).toBe('rpc.versionMismatch');
    expect(error?.next).toMatch(/[Rr]eload/);
  });
});
