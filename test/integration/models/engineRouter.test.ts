import { afterEach, expect, it } from 'vitest';
import { createEngines, type EngineSettings } from '../../../sidecar/models/engineRouter.ts';
import { createOllamaEngine } from '../../../sidecar/models/ollama/ollamaEngine.ts';
import { AppError } from '../../../sidecar/protocol/errors.ts';
import { engineDouble } from '../../helpers/engineDouble.ts';
import { type FakeOllama, startFakeOllama } from '../../helpers/fakeOllama.ts';

const never = (): AbortSignal => new AbortController().signal;
let server: FakeOllama | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

function engines(settings: Partial<EngineSettings>, installed: boolean) {
  const now = { engine: 'auto', host: 'http://127.0.0.1:9', allowRemoteHttp: false, ...settings } as const;
  const state = { now };
  const embedded = { ...engineDouble('built:in'), id: 'embedded' as const };
  embedded.health = async () =>
    installed
      ? { state: 'ready', version: '1', address: 'built-in' }
      : {
          state: 'unavailable',
          address: 'built-in',
          error: new AppError('engine.notInstalled', 'Not set up.'),
        };
  const made = createEngines<EngineSettings>({
    settings: () => state.now,
    ollama: ({ host, allowRemoteHttp }) =>
      createOllamaEngine({ host, allowRemote: allowRemoteHttp, log: () => undefined }),
    embedded,
  });
  return { made, change: (host: string) => Object.assign(state, { now: { ...now, host } }) };
}

it('auto takes the server when it answers, and follows a change of host', async () => {
  server = await startFakeOllama({});
  const { made, change } = engines({ host: server.host }, true);
  expect((await made.current(never())).id).toBe('ollama');
  expect(await made.current(never())).toBe(await made.current(never()));
  change('http://127.0.0.1:9');
  expect((await made.current(never())).id).toBe('embedded');
});

it('auto takes a server that answered last without asking, and looks anew after a call that failed', async () => {
  server = await startFakeOllama({ '/api/tags': (call) => call.json(200, { models: [] }) });
  const { made } = engines({ host: server.host }, true);
  const first = await made.current(never());
  await made.current(never());
  expect(server.seen).toEqual(['GET /api/version']);
  await server.stop();
  expect(await made.current(never())).toBe(first);
  await expect(first.list(never())).rejects.toMatchObject({ code: 'server.unreachable' });
  expect((await made.current(never())).id).toBe('embedded');
});

it('auto takes the built-in engine only where it is set up; else the server says what is wrong', async () => {
  expect((await engines({}, true).made.current(never())).id).toBe('embedded');
  const { made } = engines({}, false);
  expect((await made.current(never())).id).toBe('ollama');
  expect(await made.health(never())).toMatchObject({
    engine: 'ollama',
    health: { error: { code: 'server.unreachable' } },
  });
});

it('a setting is kept to', async () => {
  server = await startFakeOllama({});
  expect((await engines({ engine: 'embedded', host: server.host }, false).made.current(never())).id).toBe(
    'embedded',
  );
  expect((await engines({ engine: 'ollama' }, true).made.current(never())).id).toBe('ollama');
});

it('a host that may not be used is told, and not used', async () => {
  const { made } = engines({ engine: 'ollama', host: 'http://models.example.org:11434' }, false);
  expect(await made.health(never())).toMatchObject({ health: { error: { code: 'server.remoteRefused' } } });
  await expect(made.current(never())).rejects.toMatchObject({ code: 'server.remoteRefused' });
});
