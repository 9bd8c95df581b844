import { expect, test } from 'vitest';
import type { EngineHealth } from '../../../sidecar/models/engine.ts';
import { createModelService } from '../../../sidecar/models/modelService.ts';
import { engineDouble } from '../../helpers/engineDouble.ts';

const recommended = [{ name: 'good-coder:7b', size: 4_700_000_000, memory: 6_000_000_000, note: '' }];

const ready: EngineHealth = { state: 'ready', version: '0.6.8', address: 'test' };

function service(health: EngineHealth = ready) {
  const engine = engineDouble();
  return createModelService({
    engines: {
      current: async () => engine,
      health: async () => ({ engine: engine.id, health }),
      embedded: engine,
      dispose: async () => undefined,
    },
    builtIn: {
      supported: false,
      installed: async () => false,
      plan: async () => [],
      install: async () => undefined,
    },
    recommended,
    isOurs: () => false,
    currentModel: async () => undefined,
    onProgress: () => undefined,
  });
}

test('the plan of a recommended model says its size, so that a person agrees to host and size', async () => {
  const models = service();
  const { signal } = new AbortController();
  const host = 'the model server at test';
  const known = await models.pull({ name: 'Good-Coder:7b', dryRun: true }, signal);
  expect(known).toMatchObject({ plan: [{ what: 'Good-Coder:7b', host, bytes: 4_700_000_000 }], done: false });
  const other = await models.pull({ name: 'good-coder:14b', dryRun: true }, signal);
  expect(other.plan).toEqual([{ what: 'good-coder:14b', host }]);
});

test('what an engine advises about a server that works reaches whoever asks for the server', async () => {
  const { signal } = new AbortController();
  const advice = 'Update it.';
  const models = service({ ...ready, advice });
  const server = { engine: 'ollama', state: 'ready', address: 'test', version: '0.6.8' };
  expect(await models.server(signal)).toEqual({ ...server, advice });
  expect((await models.list(signal)).server).toEqual({ ...server, advice });
  expect(await service().server(signal)).toEqual(server);
});
