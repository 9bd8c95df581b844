import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../sidecar/models/engine.ts';
import { createOllamaEngine } from '../../../sidecar/models/ollama/ollamaEngine.ts';
import { createVersionPublisher, type VersionPublisher } from '../../../sidecar/models/versionPublisher.ts';
import { type RealOllama, startRealOllama } from '../../helpers/realOllama.ts';

const never = (): AbortSignal => new AbortController().signal;
const NOBODY: ReadonlySet<string> = new Set();

let server: RealOllama;
let engine: Engine;
let publisher: VersionPublisher;

beforeAll(async () => {
  server = await startRealOllama();
  engine = createOllamaEngine({ host: server.host, log: () => undefined });
  publisher = createVersionPublisher(engine);
}, 120_000);

afterAll(async () => {
  await engine?.dispose();
  await server?.stop();
});

const publish = (version: number, system: string) =>
  publisher.publish(
    { base: server.model, version, system, parameters: { temperature: 0.1 } },
    NOBODY,
    never(),
  );
const digestOf = async (name: string) =>
  (await engine.list(never())).find((model) => model.name === name)?.digest;

describe('versions on a real server', { timeout: 60_000 }, () => {
  it('are published once, activated, switched back and removed', async () => {
    const one = await publish(1, 'Write docstrings.');
    const two = await publish(2, 'Handle errors.');
    expect(one.name).toBe('smollm2-trained:135m-v1');
    expect(one.digest).not.toBe(two.digest);
    const owned = new Set([one.digest, two.digest]);
    const activate = (version: number, { digest }: { digest: string }) =>
      publisher.activate({ base: server.model, version, digest }, owned, never());
    await activate(1, one);
    await activate(2, two);
    expect(await digestOf('smollm2-trained:135m')).toBe(two.digest);
    await activate(1, one);
    expect((await engine.show('smollm2-trained:135m', never())).system).toBe('Write docstrings.');
    await expect(publish(1, 'Other.')).rejects.toMatchObject({ code: 'model.notOurs' });
    await publisher.remove(two.name, owned, never());
    await publisher.remove(two.name, owned, never());
    expect(await digestOf(two.name)).toBeUndefined();
    await expect(activate(2, two)).rejects.toMatchObject({ code: 'model.missing' });
  });

  it('never touch a model that someone else made', async () => {
    await engine.create({ name: 'smollm2-trained:135m-v7', from: server.model, system: 'Mine.' }, never());
    const mine = await digestOf('smollm2-trained:135m-v7');
    await expect(publish(7, 'Ours.')).rejects.toMatchObject({ code: 'model.notOurs' });
    await expect(publisher.remove('smollm2-trained:135m-v7', NOBODY, never())).rejects.toMatchObject({
      code: 'model.notOurs',
    });
    await expect(publisher.remove(server.model, new Set([mine ?? '']), never())).rejects.toMatchObject({
      code: 'model.notOurs',
    });
    expect(await digestOf('smollm2-trained:135m-v7')).toBe(mine);
  });

  it('never copy over an active name that was changed by hand', async () => {
    const three = await publish(3, 'Be short.');
    await engine.copy(server.model, 'smollm2-trained:135m', never());
    const activate = publisher.activate(
      { base: server.model, version: 3, digest: three.digest },
      new Set([three.digest]),
      never(),
    );
    await expect(activate).rejects.toMatchObject({ code: 'model.notOurs' });
    expect(await digestOf('smollm2-trained:135m')).toBe(await digestOf(server.model));
  });
});
