import { describe, expect, it } from 'vitest';
import { createBlocking } from '../../../extension/panel/blocking.ts';
import { panelBench, settled } from './panelBench.ts';

describe('blocking from the panel', () => {
  it('tells the sidecar, then marks the cards by what is blocked now', async () => {
    const bench = panelBench();
    const [request, other] = [bench.newId(), bench.newId()];
    for (const each of [request, other]) {
      bench.cards.begin({ request: each, prompt: 'x', category: 'testing', context: [], model: 'm' });
      bench.cards.end({ request: each, candidate: bench.candidateOf(each, 'one') });
    }
    const candidate = bench.cards.get(request)?.candidates[0]?.id ?? '';
    const set = createBlocking(bench.core).set({
      type: 'block',
      request,
      candidate,
      phrase: 'lodash',
      on: true,
    });
    await settled();
    expect(bench.calls[0]).toMatchObject({
      method: 'blocks.set',
      params: { phrase: 'lodash', on: true, candidate },
    });
    const at = '2026-01-01T00:00:00.000Z';
    bench.calls[0]?.answer({ block: { id: 'b', phrase: 'lodash', on: true, at, evidence: [], events: [] } });
    await settled();
    const asked = bench.callsOf('request.get');
    expect(asked.map((call) => call.params['request'])).toEqual([request, other]);
    for (const call of asked) {
      const id = bench.cards.get(String(call.params['request']))?.candidates[0]?.id ?? '';
      const text = bench.candidateOf(String(call.params['request']), 'one', id);
      const blocked = id === candidate ? { blocked: ['lodash'] } : {};
      call.answer({
        ...{ request: call.params['request'], thread: bench.newId(), at, prompt: 'x', model: 'm' },
        ...{ category: 'testing', context: [], candidates: [{ ...text, ...blocked }] },
      });
    }
    await set;
    expect(bench.shown()).toMatchObject({ request, candidates: [{ blocked: ['lodash'] }] });
    expect(bench.posted.filter((message) => message.type === 'card')).toHaveLength(1);
  });
});
