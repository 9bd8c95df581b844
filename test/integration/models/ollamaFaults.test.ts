import { describe, expect, it } from 'vitest';
import { endOf, textOf } from '../../helpers/chatEvents.ts';
import { expectNothingPrinted } from '../../helpers/consoleGuard.ts';
import {
  type FakeCall,
  type FakeRoute,
  lastPiece,
  piece,
  startFakeOllama,
} from '../../helpers/fakeOllama.ts';
import { ask, chatting, never, REQUEST, start } from './ollamaStage.ts';

expectNothingPrinted();

describe('cancelling', () => {
  it('ends the work of the server before the first byte', async () => {
    const { server, engine } = await chatting(() => undefined);
    const stop = new AbortController();
    const answer = ask(engine, {}, stop.signal);
    const call = await server.called('/api/chat');
    stop.abort();
    await expect(answer).rejects.toMatchObject({ code: 'rpc.cancelled' });
    await call.gone;
  });

  it('ends the load of a model, and says that it loads', async () => {
    const { server, engine } = await start({
      '/api/ps': (call) => call.json(200, { models: [] }),
      '/api/chat': () => undefined,
    });
    const stop = new AbortController();
    const stream = engine.chat(REQUEST, stop.signal)[Symbol.asyncIterator]();
    expect((await stream.next()).value).toEqual({ kind: 'loading' });
    const call = await server.called('/api/chat');
    stop.abort();
    await expect(stream.next()).rejects.toMatchObject({ code: 'rpc.cancelled' });
    await call.gone;
  });

  it('ends a stream in the middle', async () => {
    const { server, engine } = await chatting((call) => call.line(piece('one')));
    const stop = new AbortController();
    const stream = engine.chat(REQUEST, stop.signal)[Symbol.asyncIterator]();
    expect((await stream.next()).value).toEqual({ kind: 'text', text: 'one' });
    stop.abort();
    await expect(stream.next()).rejects.toMatchObject({ code: 'rpc.cancelled' });
    await (await server.called('/api/chat')).gone;
  });

  it('ends the work of the server when the listener stops listening', async () => {
    const { server, engine } = await chatting((call) => call.line(piece('one')));
    for await (const event of engine.chat(REQUEST, never())) {
      expect(event.kind).toBe('text');
      break;
    }
    await (await server.called('/api/chat')).gone;
  });

  it('leaves other requests alone', async () => {
    const held: FakeCall[] = [];
    const { server, engine } = await chatting((call) => {
      call.line(piece('one'));
      held.push(call);
    });
    const stop = new AbortController();
    const first = engine.chat(REQUEST, stop.signal)[Symbol.asyncIterator]();
    const second = engine.chat(REQUEST, never())[Symbol.asyncIterator]();
    await first.next();
    await second.next();
    stop.abort();
    await expect(first.next()).rejects.toMatchObject({ code: 'rpc.cancelled' });
    for (const call of held)
      if (!call.response.destroyed) call.response.end(`${JSON.stringify(lastPiece())}\n`);
    expect((await second.next()).value).toMatchObject({ kind: 'end', reason: 'complete' });
    expect(server.seen.filter((line) => line === 'POST /api/chat')).toHaveLength(2);
  });

  it('refuses at once when it is already over', async () => {
    const { server, engine } = await chatting(() => undefined);
    await expect(ask(engine, {}, AbortSignal.abort())).rejects.toMatchObject({ code: 'rpc.cancelled' });
    expect(server.seen).toEqual([]);
  });

  it.each(['list', 'embed', 'show'] as const)('ends %s too', async (what) => {
    const path = { list: '/api/tags', embed: '/api/embed', show: '/api/show' }[what];
    const { server, engine } = await start({ [path]: () => undefined });
    const stop = new AbortController();
    const work: Promise<unknown> = {
      list: () => engine.list(stop.signal),
      embed: () => engine.embed('m', ['x'], stop.signal),
      show: () => engine.show('m', stop.signal),
    }[what]();
    const call = await server.called(path);
    stop.abort();
    await expect(work).rejects.toMatchObject({ code: 'rpc.cancelled' });
    await call.gone;
  });

  it('ends what is running when the engine is disposed of', async () => {
    const { server, engine } = await chatting(() => undefined);
    const answer = ask(engine);
    const call = await server.called('/api/chat');
    await engine.dispose();
    await expect(answer).rejects.toMatchObject({ code: 'rpc.cancelled' });
    await call.gone;
  });
});

describe('what a server may say', () => {
  const says: readonly [string, number, unknown, string][] = [
    ['a missing model', 404, { error: "model 'm' not found" }, 'model.missing'],
    [
      'a model too large',
      500,
      { error: 'model requires more system memory (5.6 GiB) than is available (3.1 GiB)' },
      'model.outOfMemory',
    ],
    [
      'a runner killed for memory',
      500,
      { error: 'llama runner process has terminated: signal: killed' },
      'model.outOfMemory',
    ],
    ['a prompt too long', 400, { error: 'the input length exceeds the context length' }, 'context.tooLong'],
    [
      'a model that needs a newer server',
      412,
      { error: 'this model requires a newer version of Ollama' },
      'server.tooOld',
    ],
    ['no tools', 400, { error: '"m" does not support tools' }, 'model.unsupported'],
    ['an error of its own', 500, { error: 'something broke' }, 'server.failed'],
    [
      'a busy queue',
      503,
      { error: 'server busy, please try again.  maximum pending requests exceeded' },
      'server.failed',
    ],
    ['a refused token', 401, { error: 'unauthorized' }, 'server.unauthorized'],
  ];
  it.each(says)('%s', async (_name, status, body, code) => {
    const { engine, server } = await chatting((call) => call.json(status, body));
    const error = await ask(engine).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code,
      next: expect.stringMatching(/\w/),
      details: { address: server.address },
    });
  });

  it('an error that is not JSON', async () => {
    const { engine } = await chatting(({ response }) => {
      response.writeHead(502, { 'content-type': 'text/html' });
      response.end('<html><body><h1>Bad gateway</h1></body></html>');
    });
    await expect(ask(engine)).rejects.toMatchObject({
      code: 'server.failed',
      why: expect.stringContaining('Bad gateway'),
    });
  });

  it('an error in the middle of a stream', async () => {
    const { engine } = await chatting((call) => {
      call.line(piece('one'));
      call.line({ error: 'CUDA error: out of memory' });
    });
    await expect(ask(engine)).rejects.toMatchObject({ code: 'model.outOfMemory' });
  });

  it('a line that is not JSON, which is not passed over', async () => {
    const { engine, server } = await chatting((call) => {
      call.line(piece('one'));
      call.line('{"broken');
      call.line(lastPiece());
    });
    await expect(ask(engine)).rejects.toMatchObject({ code: 'server.failed' });
    await (await server.called('/api/chat')).gone;
  });

  it('lines in odd pieces, with blank ones between, put together again', async () => {
    const { engine } = await chatting(async ({ response }) => {
      response.writeHead(200);
      const bytes = Buffer.from(
        `${JSON.stringify(piece('zwölf '))}\n\n${JSON.stringify(piece('✓'))}\n${JSON.stringify(lastPiece())}`,
      );
      for (const byte of bytes) response.write(Buffer.from([byte]));
      response.end();
    });
    expect(textOf(await ask(engine))).toBe('zwölf ✓');
  });

  it('nothing more: the stream is cut', async () => {
    const { engine } = await chatting((call) => {
      call.line(piece('one'));
      call.cut();
    });
    await expect(ask(engine)).rejects.toMatchObject({ code: 'stream.cut' });
  });

  it('an orderly end without a last message is cut too', async () => {
    const { engine } = await chatting((call) => {
      call.line(piece('one'));
      call.response.end();
    });
    await expect(ask(engine)).rejects.toMatchObject({ code: 'stream.cut' });
  });

  it('a redirect, which is not followed', async () => {
    const other = await startFakeOllama({});
    try {
      const { engine } = await chatting(({ response }) => {
        response.writeHead(307, { location: `${other.host}/api/chat` });
        response.end();
      });
      await expect(ask(engine)).rejects.toMatchObject({
        code: 'server.failed',
        next: expect.stringContaining('final address'),
      });
      expect(other.seen).toEqual([]);
    } finally {
      await other.stop();
    }
  });

  it('JSON of another shape', async () => {
    const { engine } = await start({ '/api/tags': (call) => call.json(200, { models: 'many' }) });
    await expect(engine.list(never())).rejects.toMatchObject({ code: 'server.failed' });
  });
});

describe('other versions', () => {
  const version =
    (text: string): FakeRoute =>
    (call) =>
      call.json(200, { version: text });

  it('too old is told before anything is asked', async () => {
    const { engine, server } = await start({ '/api/version': version('0.5.4') });
    expect(await engine.health(never())).toMatchObject({
      state: 'unavailable',
      error: { code: 'server.tooOld' },
    });
    await expect(ask(engine)).rejects.toMatchObject({ code: 'server.tooOld' });
    expect(server.seen.some((line) => line.includes('/api/chat'))).toBe(false);
  });

  it('without log-probabilities works, and says so', async () => {
    const { engine, server } = await start({
      '/api/version': version('0.11.10'),
      '/api/chat': (call) => {
        call.line(piece('one'));
        call.response.end(`${JSON.stringify(lastPiece())}\n`);
      },
    });
    const events = await ask(engine, { logprobs: true });
    expect((await server.called('/api/chat')).body).toMatchObject({ logprobs: true });
    expect(textOf(events)).toBe('one');
    expect(endOf(events)).toMatchObject({
      logprobs: false,
      usage: { promptTokens: 3, answerTokens: 2, loadMs: 1, totalMs: 5 },
    });
  });

  it('with a known fault are told with advice', async () => {
    const { engine } = await start({ '/api/version': version('0.16.2') });
    expect(await engine.health(never())).toMatchObject({
      state: 'ready',
      advice: expect.stringContaining('CVE-2026-7482'),
    });
  });

  it('that are not Ollama at all', async () => {
    const { engine } = await start({ '/api/version': ({ response }) => void response.end('hello') });
    expect(await engine.health(never())).toMatchObject({
      state: 'unavailable',
      error: { code: 'server.failed' },
    });
  });
});

describe('what a real small model cannot show', () => {
  it('thinking, tool calls and log-probabilities come apart', async () => {
    const { engine, server } = await chatting((call) => {
      const logprobs = [{ token: 'x', logprob: -0.5 }];
      call.line(piece('', { message: { role: 'assistant', content: '', thinking: 'hm' }, logprobs }));
      call.line(piece('a', { logprobs }));
      const called = { function: { name: 'read', arguments: { path: 'a.ts' } } };
      call.line(piece('', { message: { role: 'assistant', content: '', tool_calls: [called] } }));
      call.response.end(`${JSON.stringify(lastPiece({ done_reason: 'length' }))}\n`);
    });
    const tools = [{ name: 'read', description: 'Reads.', parameters: { type: 'object' } }];
    const events = await ask(engine, { logprobs: true, think: true, tools });
    expect(events).toEqual([
      { kind: 'thinking', text: 'hm' },
      { kind: 'text', text: 'a', logprobs: [{ token: 'x', logprob: -0.5 }] },
      { kind: 'toolCall', call: { name: 'read', arguments: { path: 'a.ts' } } },
      expect.objectContaining({ kind: 'end', reason: 'length', logprobs: true }),
    ]);
    expect((await server.called('/api/chat')).body).toMatchObject({
      think: true,
      truncate: false,
      tools: [{ function: { name: 'read' } }],
    });
  });

  it('adds up the layers of a pull and can be stopped in it', async () => {
    const { engine, server } = await start({
      '/api/pull': (call) => {
        call.line({ status: 'pulling manifest' });
        call.line({ status: 'pulling a', digest: 'a', total: 100, completed: 40 });
        call.line({ status: 'pulling b', digest: 'b', total: 10, completed: 10 });
      },
    });
    const stop = new AbortController();
    const seen: unknown[] = [];
    const pull = engine.pull(
      'm',
      (progress) => {
        seen.push(progress);
        if (seen.length === 3) stop.abort();
      },
      stop.signal,
    );
    await expect(pull).rejects.toMatchObject({ code: 'rpc.cancelled' });
    await (await server.called('/api/pull')).gone;
    expect(seen).toEqual([
      { status: 'pulling manifest' },
      { status: 'downloading', completedBytes: 40, totalBytes: 100 },
      { status: 'downloading', completedBytes: 50, totalBytes: 110 },
    ]);
  });

  it('sends the token, and only as a header', async () => {
    const { engine, server } = await start(
      { '/api/tags': (call) => call.json(200, { models: null }) },
      { token: () => 'secret' },
    );
    expect(await engine.list(never())).toEqual([]);
    const call = await server.called('/api/tags');
    expect(call.headers.authorization).toBe('Bearer secret');
    expect(call.path).not.toContain('secret');
  });
});
