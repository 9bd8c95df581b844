import { expect, test } from 'vitest';
import { createModelService } from '../../../sidecar/models/modelService.ts';
import { engineDouble } from '../../helpers/engineDouble.ts';

const recommended = [{ name: 'good-coder:7b', size: 4_700_000_000, memory: 6_000_000_000, note: '' }];

test('the plan of a recommended model says its size, so that a person agrees to host and size', async () => {
  const engine = engineDouble();
  const models = createModelService({
    engines: {
      current: async () => engine,
      health: async (signal) => ({ engine: engine.id, health: await engine.health(signal) }),
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
  const { signal } = new AbortController();
  const host = 'the model server at test';
  const known = await models.pull({ name: 'Good-Coder:7b', dryRun: true }, signal);
  expect(known).toMatchObject({ plan: [{ what: 'Good-Coder:7b', host, bytes: 4_700_000_000 }], done: false });
  const other = await models.pull({ name: 'good-coder:14b', dryRun: true }, signal);
  expect(other.plan).toEqual([{ what: 'good-coder:14b', host }]);
});
