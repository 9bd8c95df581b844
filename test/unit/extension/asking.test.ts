import { describe, expect, test } from 'vitest';
import { createAsking } from '../../../extension/panel/asking.ts';
import { panelBench, settled } from './panelBench.ts';

function bench() {
  const b = panelBench();
  const asking = createAsking({
    core: b.core,
    newId: b.newId,
    language: () => 'typescript',
    workspace: () => ({ name: 'shop', hash: 'h1' }),
  });
  /** Asks, and waits until the sidecar has the request. */
  async function asked(prompt = 'Test it.') {
    const done = asking.ask({ prompt, chips: [] });
    await settled();
    const call = b.calls.at(-1);
    const request = b.cards.all().at(-1)?.request;
    if (call === undefined || request === undefined) throw new Error('Nothing was asked.');
    return { done, call, request };
  }
  return { ...b, asking, asked };
}

const target = {
  uri: 'file:///a.ts',
  start: { line: 1, character: 0 },
  end: { line: 2, character: 0 },
  text: 'let a;\n',
};

describe('asking', () => {
  test('sends the prompt with what its chips hold, and the card says what went along', async () => {
    const b = bench();
    const item = { kind: 'selection', name: 'a.ts', text: 'let a;\n' } as const;
    b.gathered.result = { context: [item], titles: ['a.ts:2'], target };
    const done = b.asking.ask({ prompt: 'Test it.', chips: ['selection'], category: 'testing' });
    await settled();
    const card = b.cards.all()[0];
    expect(b.gathered.chips).toEqual(['selection']);
    expect(card).toMatchObject({ prompt: 'Test it.', context: ['a.ts:2'], category: 'testing' });
    expect(b.calls.map(({ method, params }) => ({ method, params }))).toEqual([
      {
        method: 'request.ask',
        params: {
          request: card?.request,
          thread: b.core.memory.thread,
          prompt: 'Test it.',
          category: 'testing',
          context: [item],
          another: false,
          language: 'typescript',
          workspace: { name: 'shop', hash: 'h1' },
        },
      },
    ]);
    expect(b.asking.targetOf(card?.request ?? '')).toEqual(target);
    b.calls[0]?.answer(b.answerTo(card?.request ?? '', 'it()'));
    await done;
    expect(b.shown()?.candidates).toMatchObject([{ state: 'complete', text: 'it()' }]);
    expect(b.busy.at(-1)).toBe(false);
  });

  test('empties the box and keeps the prompt among the earlier ones', async () => {
    const b = bench();
    b.core.memory.setDraft('Test it.');
    await b.asked();
    expect(b.core.memory.draft()).toBe('');
    expect(b.core.memory.history()).toEqual(['Test it.']);
    expect(b.busy.at(-1)).toBe(true);
  });

  test('a request that failed before any text gives the prompt back', async () => {
    const b = bench();
    const { call, done } = await b.asked();
    call.fail('server.unreachable');
    await done;
    expect(b.shown()?.error).toMatchObject({ code: 'server.unreachable' });
    expect(b.core.memory.draft()).toBe('Test it.');
    expect(b.posted.at(-1)).toEqual({ type: 'draft', text: 'Test it.' });
  });

  test('what was typed since is not overwritten by it', async () => {
    const b = bench();
    const { call, done } = await b.asked();
    b.core.memory.setDraft('Something else');
    call.fail('server.unreachable');
    await done;
    expect(b.core.memory.draft()).toBe('Something else');
  });

  test('a failure in mid-answer keeps the text, and the box stays empty', async () => {
    const b = bench();
    const { call, done, request } = await b.asked();
    b.begins(request, 'half');
    call.fail('stream.cut');
    await done;
    expect(b.shown()?.candidates).toMatchObject([{ state: 'stopped', text: 'half' }]);
    expect(b.core.memory.draft()).toBe('');
  });
});

describe('stop', () => {
  test('before the first status the call itself is aborted', async () => {
    const b = bench();
    const { call, done, request } = await b.asked();
    b.asking.stop(request);
    expect(call.aborted()).toBe(true);
    await done;
    expect(b.callsOf('request.cancel')).toEqual([]);
    expect(b.shown()?.error?.code).toBe('rpc.cancelled');
  });

  test('in mid-answer it cancels by name, so that the sidecar keeps the text', async () => {
    const b = bench();
    const { call, done, request } = await b.asked();
    b.begins(request, 'half');
    b.asking.stop(request);
    const [cancel] = b.callsOf('request.cancel');
    expect(cancel?.params).toEqual({ request });
    expect(call.aborted()).toBe(false);
    cancel?.answer({});
    call.answer(b.answerTo(request));
    await done;
    expect(call.aborted()).toBe(false);
  });

  test('where cancelling by name fails, the call is aborted after all', async () => {
    const b = bench();
    const { call, done, request } = await b.asked();
    b.begins(request, 'half');
    b.asking.stop(request);
    b.callsOf('request.cancel')[0]?.fail('rpc.disconnected');
    await done;
    expect(call.aborted()).toBe(true);
    expect(b.shown()?.candidates).toMatchObject([{ state: 'stopped', text: 'half' }]);
  });

  test('of a request that is done does nothing', async () => {
    const b = bench();
    const { call, done, request } = await b.asked();
    call.answer(b.answerTo(request, 'one'));
    await done;
    b.asking.stop(request);
    expect(b.calls).toHaveLength(1);
    expect(call.aborted()).toBe(false);
  });
});

describe('another answer', () => {
  test('asks the same request once more, with the same context', async () => {
    const b = bench();
    const item = { kind: 'file', name: 'a.ts', text: 'a' } as const;
    b.gathered.result = { context: [item], titles: ['@a.ts'], target: undefined };
    const { call, done, request } = await b.asked();
    call.answer(b.answerTo(request, 'one'));
    await done;
    const again = b.asking.another(request);
    expect(b.calls[1]?.params).toMatchObject({ request, another: true, context: [item], prompt: 'Test it.' });
    b.calls[1]?.answer(b.answerTo(request, 'two'));
    await again;
    expect(b.cards.get(request)?.candidates.map(({ text }) => text)).toEqual(['one', 'two']);
  });

  test('is not asked for while the request runs, nor of a request that is not there', async () => {
    const b = bench();
    const { request } = await b.asked();
    await b.asking.another(request);
    await b.asking.another(b.newId());
    expect(b.calls).toHaveLength(1);
  });

  test('of a card from an earlier window goes without context', async () => {
    const b = bench();
    const request = b.newId();
    b.cards.restore([
      {
        request,
        thread: b.core.memory.thread,
        at: '2026-01-01T00:00:00.000Z',
        prompt: 'Old.',
        category: 'debugging',
        model: 'm',
        context: [{ kind: 'file', name: 'a.ts' }],
        candidates: [b.candidateOf(request, 'old answer')],
      },
    ]);
    const done = b.asking.another(request);
    expect(b.calls[0]?.params).toMatchObject({
      request,
      prompt: 'Old.',
      category: 'debugging',
      context: [],
      another: true,
    });
    b.calls[0]?.answer(b.answerTo(request, 'new answer'));
    await done;
    expect(b.shown()?.context).toEqual(['a.ts']);
  });
});

describe('retry', () => {
  test('of a request without an answer puts a fresh one in its place, with all that went along', async () => {
    const b = bench();
    b.gathered.result = { context: [], titles: ['a.ts:2'], target };
    const first = await b.asked();
    first.call.fail('server.unreachable');
    await first.done;
    const again = b.asking.retry(first.request);
    const [card, ...others] = b.cards.all();
    expect(others).toEqual([]);
    expect(card).toMatchObject({ prompt: 'Test it.', context: ['a.ts:2'], candidates: [] });
    expect(card?.request).not.toBe(first.request);
    expect(b.calls[1]?.params).toMatchObject({ request: card?.request, another: false });
    expect(b.asking.targetOf(card?.request ?? '')).toEqual(target);
    // The prompt that the failure had put into the box is taken out again.
    expect(b.core.memory.draft()).toBe('');
    b.calls[1]?.answer(b.answerTo(card?.request ?? '', 'one'));
    await again;
    expect(b.shown()?.candidates).toMatchObject([{ text: 'one' }]);
  });

  test('leaves what was typed since in the box', async () => {
    const b = bench();
    const { call, done, request } = await b.asked();
    call.fail('server.unreachable');
    await done;
    b.core.memory.setDraft('Test it. Thoroughly.');
    b.asking.retry(request);
    expect(b.core.memory.draft()).toBe('Test it. Thoroughly.');
  });

  test('of a request with an answer asks for one more', async () => {
    const b = bench();
    const { call, done, request } = await b.asked();
    b.begins(request, 'half');
    call.fail('stream.cut');
    await done;
    b.asking.retry(request);
    expect(b.calls[1]?.params).toMatchObject({ request, another: true });
    expect(b.cards.get(request)?.candidates).toHaveLength(1);
  });
});
