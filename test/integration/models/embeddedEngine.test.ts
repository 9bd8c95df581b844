import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatRequest, Engine } from '../../../sidecar/models/engine.ts';
import { createVersionPublisher } from '../../../sidecar/models/versionPublisher.ts';
import { collect, endOf, textOf } from '../../helpers/chatEvents.ts';
import { type EmbeddedParts, startEmbedded } from '../../helpers/embeddedParts.ts';

const never = (): AbortSignal => new AbortController().signal;
const user = (content: string) => [{ role: 'user' as const, content }];

let parts: EmbeddedParts;
let engine: Engine;

beforeAll(async () => {
  parts = await startEmbedded();
  engine = parts.engine;
}, 300_000);

afterAll(async () => {
  await parts?.stop();
});

const ask = (request: Partial<ChatRequest>, signal = never()) =>
  collect(engine.chat({ model: parts.model, messages: user('Say hello.'), ...request }, signal));

describe('the real embedded engine', { timeout: 120_000 }, () => {
  it('is ready, loads once, streams with log-probabilities, and repeats itself for one seed', async () => {
    expect(await engine.health(never())).toMatchObject({ state: 'ready' });
    expect(await engine.show(parts.model, never())).toMatchObject({
      contextLength: 8192,
      capabilities: ['completion'],
    });
    const request = {
      messages: user('Tell a long story.'),
      logprobs: true,
      options: { temperature: 0.9, seed: 7, maxTokens: 12 },
    };
    const first = await ask(request);
    expect(first[0]).toEqual({ kind: 'loading' });
    const texts = first.filter((event) => event.kind === 'text');
    expect(texts.length).toBeGreaterThan(3);
    const scored = texts.flatMap(({ logprobs }) => logprobs ?? []);
    expect(scored.map(({ token }) => token).join('')).toBe(textOf(first));
    for (const { logprob } of scored) expect(logprob).toBeLessThanOrEqual(0);
    expect(endOf(first)).toMatchObject({ reason: 'length', logprobs: true, usage: { answerTokens: 12 } });
    const second = await ask(request);
    expect(second.some(({ kind }) => kind === 'loading')).toBe(false);
    expect(textOf(second)).toBe(textOf(first));
    const other = await ask({ ...request, options: { ...request.options, seed: 8 } });
    expect(textOf(other)).not.toBe(textOf(first));
  });

  it('can be stopped in mid-answer and answers the next', async () => {
    const stop = new AbortController();
    const long = {
      model: parts.model,
      messages: user('Tell a very long story.'),
      options: { maxTokens: 3_000 },
    };
    const stream = engine.chat(long, stop.signal)[Symbol.asyncIterator]();
    let event = (await stream.next()).value;
    while (event?.kind !== 'text') event = (await stream.next()).value;
    stop.abort();
    await expect(stream.next()).rejects.toMatchObject({ code: 'rpc.cancelled' });
    expect(endOf(await ask({ options: { maxTokens: 2 } })).usage.answerTokens).toBeLessThanOrEqual(2);
  });

  it('stops at a stop text, which is not part of the answer', async () => {
    const whole = textOf(await ask({ options: { temperature: 0, maxTokens: 20 } }));
    const stop = whole.slice(6, 10);
    const cut = await ask({ options: { temperature: 0, maxTokens: 20, stop: [stop] } });
    expect(textOf(cut)).toBe(whole.slice(0, whole.indexOf(stop)));
    expect(endOf(cut).reason).toBe('complete');
  });

  it('keeps an answer in a JSON schema', async () => {
    const format = {
      type: 'object',
      properties: { colour: { enum: ['red', 'blue'] } },
      required: ['colour'],
    };
    const events = await ask({ format, options: { temperature: 0, maxTokens: 60 } });
    expect(['red', 'blue']).toContain(JSON.parse(textOf(events)).colour);
  });

  it('embeds', async () => {
    const [one, same, other] = await engine.embed(parts.model, ['a cat', 'a cat', 'tax law'], never());
    expect(one?.length).toBeGreaterThan(100);
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
  });

  it('publishes versions whose examples steer the answer', async () => {
    const publisher = createVersionPublisher(engine);
    const messages = [
      { role: 'user' as const, content: 'Say one.' },
      { role: 'assistant' as const, content: 'BEEP' },
      { role: 'user' as const, content: 'Say two.' },
      { role: 'assistant' as const, content: 'BEEP' },
    ];
    const version = {
      base: parts.model,
      version: 1,
      system: 'Answer BEEP.',
      messages,
      parameters: { temperature: 0, num_predict: 8 },
    };
    const made = await publisher.publish(version, new Set(), never());
    const owned = new Set([made.digest]);
    const active = await publisher.activate(
      { base: parts.model, version: 1, digest: made.digest },
      owned,
      never(),
    );
    expect((await engine.list(never())).map(({ name }) => name).sort()).toEqual(
      [parts.model, made.name, active.name].sort(),
    );
    expect(textOf(await ask({ model: active.name, messages: user('Say three.') }))).toContain('BEEP');
    expect(
      textOf(await ask({ messages: user('Say three.'), options: { temperature: 0, maxTokens: 8 } })),
    ).not.toContain('BEEP');
    await publisher.remove(active.name, owned, never());
    await publisher.remove(made.name, owned, never());
    expect((await readdir(parts.modelsFolder)).filter((name) => name.endsWith('.gguf'))).toHaveLength(1);
  });

  it('tells a prompt that is too long, tools, and a missing model', async () => {
    const long = { messages: user('word '.repeat(2_000)), options: { contextLength: 512 } };
    await expect(ask(long)).rejects.toMatchObject({ code: 'context.tooLong' });
    const tools = [{ name: 'a', description: 'b', parameters: {} }];
    await expect(ask({ tools })).rejects.toMatchObject({ code: 'model.unsupported' });
    await expect(ask({ model: 'nothing' })).rejects.toMatchObject({ code: 'model.missing' });
  });

  it('tells a crash of its process and starts anew', async () => {
    await ask({ options: { maxTokens: 1 } });
    const stream = engine
      .chat({ model: parts.model, messages: user('Tell a story.') }, never())
      [Symbol.asyncIterator]();
    await stream.next();
    const pid = parts.engine.pid();
    if (pid === undefined) throw new Error('There is no process.');
    process.kill(pid, 'SIGKILL');
    const end = async (): Promise<void> => {
      while (!(await stream.next()).done);
    };
    await expect(end()).rejects.toMatchObject({ code: 'engine.crashed' });
    expect(textOf(await ask({ options: { maxTokens: 3 } }))).not.toBe('');
    expect(parts.engine.pid()).not.toBe(pid);
  });

  it('ends its process when it is disposed of', async () => {
    await ask({ options: { maxTokens: 1 } });
    const pid = parts.engine.pid() ?? 0;
    await engine.dispose();
    expect(() => process.kill(pid, 0)).toThrow();
  });
});
