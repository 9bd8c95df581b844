import { describe, expect, it } from 'vitest';
import { expectNothingPrinted } from '../../helpers/consoleGuard.ts';
import { type FakeRoute, lastPiece, piece } from '../../helpers/fakeOllama.ts';
import { ask, chatting, never, start } from './ollamaStage.ts';

expectNothingPrinted();

describe('kept connections', () => {
  const tags: FakeRoute = (call) => call.json(200, { models: [] });

  it('serve the next call', async () => {
    const sockets = new Set<unknown>();
    const { engine } = await start({
      '/api/tags': (call) => {
        sockets.add(call.response.socket);
        tags(call);
      },
    });
    for (let i = 0; i < 3; i += 1) await engine.list(never());
    expect(sockets.size).toBe(1);
  });

  it('that the server has given up cost a second try, not the call', async () => {
    const served = new WeakSet<object>();
    const { server, engine } = await start({
      '/api/tags': (call) => {
        const { socket } = call.response;
        if (!socket || served.has(socket)) return call.cut();
        served.add(socket);
        tags(call);
      },
    });
    await engine.list(never());
    expect(await engine.list(never())).toEqual([]);
    expect(server.seen.filter((each) => each === 'GET /api/tags')).toHaveLength(3);
  });

  it('are tried again once: a server that cuts the new one too is at fault', async () => {
    const { server, engine } = await start({ '/api/tags': (call) => call.cut() });
    await engine.health(never());
    await expect(engine.list(never())).rejects.toMatchObject({ code: 'stream.cut' });
    expect(server.seen.filter((each) => each === 'GET /api/tags')).toHaveLength(2);
  });
});

describe('whether the model is loaded', () => {
  it('is asked before an answer, but not where the model answered a moment ago and still is the same', async () => {
    const answer: FakeRoute = (call) => {
      call.line(lastPiece());
      call.response.end();
    };
    const { server, engine } = await start({
      '/api/chat': answer,
      '/api/copy': (call) => call.json(200, {}),
    });
    const asked = () => server.seen.filter((each) => each === 'GET /api/ps').length;
    await ask(engine);
    await ask(engine);
    expect(asked()).toBe(1);
    await ask(engine, { model: 'other' });
    await ask(engine);
    expect(asked()).toBe(3);
    await engine.copy('other', 'm', never());
    await ask(engine);
    expect(asked()).toBe(4);
  });
});

describe('silence', () => {
  it('before the first byte is told as loading', async () => {
    const { engine, server } = await start({ '/api/chat': () => undefined }, { timeouts: { firstByte: 50 } });
    await expect(ask(engine)).rejects.toMatchObject({ code: 'model.loading' });
    await (await server.called('/api/chat')).gone;
  });

  it('in the middle is told as cut', async () => {
    const { engine } = await start(
      { '/api/chat': (call) => call.line(piece('one')) },
      { timeouts: { idle: 50 } },
    );
    await expect(ask(engine)).rejects.toMatchObject({ code: 'stream.cut' });
  });

  it('of a server that is gone names where it was looked for', async () => {
    const { engine, server } = await chatting(() => undefined);
    await server.stop();
    const health = await engine.health(never());
    expect(health).toMatchObject({ state: 'unavailable', error: { code: 'server.unreachable' } });
    expect(health.state === 'unavailable' && health.error.message).toContain(server.address);
    await expect(ask(engine)).rejects.toMatchObject({ code: 'server.unreachable' });
  });
});
