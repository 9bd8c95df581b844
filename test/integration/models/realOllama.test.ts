import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../sidecar/models/engine.ts';
import { createOllamaEngine } from '../../../sidecar/models/ollama/ollamaEngine.ts';
import { collect, endOf, textOf } from '../../helpers/chatEvents.ts';
import { type RealOllama, startRealOllama } from '../../helpers/realOllama.ts';

const never = (): AbortSignal => new AbortController().signal;
const user = (content: string) => [{ role: 'user' as const, content }];
const STEADY = { temperature: 0, seed: 1 };

let server: RealOllama;
let engine: Engine;

beforeAll(async () => {
  server = await startRealOllama();
  engine = createOllamaEngine({ host: server.host, log: () => undefined });
}, 120_000);

afterAll(async () => {
  await engine?.dispose();
  await server?.stop();
});

describe('a real Ollama', { timeout: 120_000 }, () => {
  it('is ready and lists its model', async () => {
    expect(await engine.health(never())).toMatchObject({ state: 'ready', version: '0.17.4' });
    const models = await engine.list(never());
    expect(models).toEqual([
      expect.objectContaining({
        name: server.model,
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        family: 'llama',
      }),
    ]);
    expect(await engine.show(server.model, never())).toMatchObject({
      ...models[0],
      contextLength: 8192,
      capabilities: ['completion'],
      modelfile: expect.stringContaining('FROM /'),
    });
  });

  it('says that it loads, streams text with log-probabilities, and the second time does not load', async () => {
    const request = {
      model: server.model,
      messages: user('Say hello.'),
      options: { ...STEADY, maxTokens: 12 },
      logprobs: true,
    };
    const first = await collect(engine.chat(request, never()));
    expect(first[0]).toEqual({ kind: 'loading' });
    const texts = first.filter((event) => event.kind === 'text');
    expect(texts.length).toBeGreaterThan(2);
    for (const event of texts)
      for (const { logprob } of event.logprobs ?? []) expect(logprob).toBeLessThanOrEqual(0);
    expect(endOf(first)).toMatchObject({ logprobs: true, usage: { answerTokens: expect.any(Number) } });
    const second = await collect(engine.chat(request, never()));
    expect(second.some((event) => event.kind === 'loading')).toBe(false);
    expect(textOf(second)).toBe(textOf(first));
  });

  it('can be stopped in mid-answer and is free at once for the next', async () => {
    const stop = new AbortController();
    const long = {
      model: server.model,
      messages: user('Tell a very long story.'),
      options: { maxTokens: 4_000 },
    };
    const stream = engine.chat(long, stop.signal)[Symbol.asyncIterator]();
    let event = (await stream.next()).value;
    while (event?.kind !== 'text') event = (await stream.next()).value;
    stop.abort();
    await expect(stream.next()).rejects.toMatchObject({ code: 'rpc.cancelled' });
    const next = await collect(
      engine.chat({ model: server.model, messages: user('Hi'), options: { maxTokens: 3 } }, never()),
    );
    expect(endOf(next).reason).toBe('length');
  });

  it('keeps an answer in a JSON schema', async () => {
    const format = {
      type: 'object',
      properties: { colour: { enum: ['red', 'blue'] } },
      required: ['colour'],
    };
    const events = await collect(
      engine.chat(
        { model: server.model, messages: user('A colour, please.'), format, options: STEADY },
        never(),
      ),
    );
    expect(['red', 'blue']).toContain(JSON.parse(textOf(events)).colour);
  });

  it('embeds', async () => {
    const [one, same, other] = await engine.embed(server.model, ['a cat', 'a cat', 'tax law'], never());
    expect(one?.length).toBeGreaterThan(100);
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
  });

  it('works without thinking where a model cannot think', async () => {
    const request = { model: server.model, messages: user('Hi'), think: true, options: { maxTokens: 2 } };
    expect(textOf(await collect(engine.chat(request, never())))).not.toBe('');
  });

  it('makes, copies and removes a model with a system text and examples', async () => {
    const made = await engine.create(
      {
        name: 'taste:1',
        from: server.model,
        system: 'Say """ and {{ .System }} as they are.',
        messages: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: 'b' },
        ],
        parameters: { temperature: 0.2, stop: ['<stop>'] },
      },
      never(),
    );
    await engine.copy('taste:1', 'taste', never());
    const names = (await engine.list(never()))
      .filter(({ digest }) => digest === made.digest)
      .map(({ name }) => name);
    expect(names.sort()).toEqual(['taste:1', 'taste:latest']);
    expect(await engine.show('taste', never())).toMatchObject({
      system: 'Say """ and {{ .System }} as they are.',
      messages: [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: 'b' },
      ],
    });
    await engine.remove('taste:1', never());
    await engine.remove('taste', never());
    expect((await engine.list(never())).map(({ name }) => name)).toEqual([server.model]);
  });

  it('tells a prompt that is too long instead of cutting it', async () => {
    const request = {
      model: server.model,
      messages: user('word '.repeat(2_000)),
      options: { contextLength: 512 },
    };
    await expect(collect(engine.chat(request, never()))).rejects.toMatchObject({ code: 'context.tooLong' });
  });

  it('tells what it lacks', async () => {
    const missing = { model: 'nothing:1', messages: user('Hi') };
    await expect(collect(engine.chat(missing, never()))).rejects.toMatchObject({ code: 'model.missing' });
    await expect(engine.show('nothing', never())).rejects.toMatchObject({ code: 'model.missing' });
    await expect(engine.copy('nothing', 'more', never())).rejects.toMatchObject({ code: 'model.missing' });
    await expect(engine.remove('nothing', never())).rejects.toMatchObject({ code: 'model.missing' });
    await expect(engine.remove('../etc', never())).rejects.toMatchObject({ code: 'model.nameInvalid' });
    const tools = [{ name: 'read', description: 'Reads.', parameters: { type: 'object', properties: {} } }];
    const calling = { model: server.model, messages: user('Hi'), tools };
    await expect(collect(engine.chat(calling, never()))).rejects.toMatchObject({ code: 'model.unsupported' });
  });

  it('may die and come back', async () => {
    await server.kill();
    await expect(engine.list(never())).rejects.toMatchObject({ code: 'server.unreachable' });
    await server.restart();
    expect(await engine.list(never())).toHaveLength(1);
  });
});
