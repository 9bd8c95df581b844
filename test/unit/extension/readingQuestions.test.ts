import { describe, expect, test } from 'vitest';
import { createAsking } from '../../../extension/panel/asking.ts';
import type { Reading } from '../../../sidecar/protocol/readingSchemas.ts';
import { DEFAULT_SETTINGS } from '../../../sidecar/protocol/settingsSchemas.ts';
import { panelBench, settled } from './panelBench.ts';

const ROWS: Reading[] = [
  { id: 'h1', question: 'Do you want a REST API?', confidence: 0.6 },
  { id: 'h2', question: 'Do you want a client?', confidence: 0.2 },
];

function bench() {
  const b = panelBench();
  b.settings.now = DEFAULT_SETTINGS;
  const asking = createAsking({
    core: b.core,
    newId: b.newId,
    language: () => undefined,
    workspace: () => undefined,
  });
  /** Sends a prompt, and waits until the sidecar is asked what it means. */
  async function looked(prompt = 'build api') {
    const done = asking.ask({ prompt, chips: [] });
    await settled();
    const request = b.cards.all().at(-1)?.request ?? '';
    const [look] = b.callsOf('hypotheses.ask').slice(-1);
    if (!look) throw new Error('Nothing was looked at.');
    const found = (more: object = {}) =>
      look.answer({ request, unclear: true, why: '', readings: ROWS, ...more });
    return { done, look, request, found };
  }
  const asks = () => b.callsOf('request.ask');
  return { ...b, asking, looked, asks };
}

describe('asking back', () => {
  test('a clear request goes on at once, with nothing on its card', async () => {
    const b = bench();
    const { found, request } = await b.looked('reverse a string in Go');
    found({ unclear: false, readings: [] });
    await settled();
    expect(b.asks()).toHaveLength(1);
    expect(b.cards.get(request)?.readings).toBeUndefined();
  });

  test('nothing is looked at where the setting says never', async () => {
    const b = bench();
    b.settings.now = { ...DEFAULT_SETTINGS, readings: 'never' };
    b.asking.ask({ prompt: 'build api', chips: [] });
    await settled();
    expect(b.calls.map(({ method }) => method)).toEqual(['request.ask']);
  });

  test('only names of what is attached are looked at', async () => {
    const b = bench();
    b.gathered.result = {
      context: [{ kind: 'file', name: 'a.ts', text: 'x'.repeat(9_000) }],
      titles: ['a.ts'],
      target: undefined,
    };
    const { look } = await b.looked();
    expect(look.params['context']).toEqual([{ kind: 'file', name: 'a.ts', text: '' }]);
  });

  test('an unclear one waits for the user, is not busy, and follows what is chosen', async () => {
    const b = bench();
    const { found, request, done } = await b.looked();
    found();
    await done;
    expect(b.shown()?.readings).toEqual({ state: 'open', rows: ROWS });
    expect(b.asks()).toHaveLength(0);
    expect(b.busy.at(-1)).toBe(false);
    const chosen = b.asking.choose(request, 'h2');
    await settled();
    const [choose] = b.callsOf('hypotheses.choose');
    expect(choose?.params).toEqual({ request, selected: 'h2' });
    choose?.fail('memory.diskFull');
    await settled();
    expect(b.asks()).toHaveLength(1);
    expect(b.asks()[0]?.params).toMatchObject({ request, prompt: 'build api', another: false });
    b.asks()[0]?.answer(b.answerTo(request, 'it()'));
    await chosen;
    // What could not be recorded is not followed.
    expect(b.shown()?.readings?.state).toBe('skipped');
  });

  test('what is chosen is shown at once', async () => {
    const b = bench();
    const { found, request, done } = await b.looked();
    found();
    await done;
    b.asking.choose(request, 'h1');
    expect(b.shown()?.readings).toEqual({ state: 'chosen', rows: ROWS, selected: 'h1' });
    b.asking.choose(request, 'h9');
    await settled();
    expect(b.callsOf('hypotheses.choose')).toHaveLength(1);
  });

  test('a skip is recorded and the request goes on as it stands', async () => {
    const b = bench();
    const { found, request, done } = await b.looked();
    found();
    await done;
    b.asking.choose(request, null);
    await settled();
    expect(b.callsOf('hypotheses.choose')[0]?.params).toEqual({ request, selected: null });
    expect(b.shown()?.readings?.state).toBe('skipped');
  });

  test('a skip while it is still looked at ends the look', async () => {
    const b = bench();
    const { look, request } = await b.looked();
    b.asking.choose(request, null);
    await settled();
    expect(look.aborted()).toBe(true);
    expect(b.asks()).toHaveLength(1);
  });

  test('Stop while it is looked at stops the request and gives the prompt back', async () => {
    const b = bench();
    const { look, request, done } = await b.looked();
    b.asking.stop(request);
    await done;
    expect(look.aborted()).toBe(true);
    expect(b.asks()).toHaveLength(0);
    expect(b.core.memory.draft()).toBe('build api');
    expect(b.shown()?.error?.code).toBe('rpc.cancelled');
  });

  test('a sidecar that can not look keeps nothing from being asked', async () => {
    const b = bench();
    const { look } = await b.looked();
    look.fail('rpc.notYet');
    await settled();
    expect(b.asks()).toHaveLength(1);
  });

  test('what is taken without asking is said, and another choice makes another answer', async () => {
    const b = bench();
    const { found, request } = await b.looked();
    found({ taken: 'h1' });
    await settled();
    expect(b.cards.get(request)?.readings).toEqual({ state: 'taken', rows: ROWS, selected: 'h1' });
    expect(b.asks()).toHaveLength(1);
    b.begins(request, 'half an answer');
    b.asking.choose(request, 'h2');
    await settled();
    b.callsOf('hypotheses.choose')[0]?.answer({
      ...{ request, prompt: 'build api', selected: 'h2', line: '', enrichedPrompt: '' },
      ...{ tokensEstimate: 0, contextBreakdown: {} },
    });
    await settled();
    expect(b.callsOf('request.cancel')).toHaveLength(1);
    b.asks()[0]?.answer(b.answerTo(request, 'half'));
    await settled();
    expect(b.asks()[1]?.params).toMatchObject({ request, another: true });
  });

  test('a question comes back after a reload, until it is answered', async () => {
    const b = bench();
    const { found, request, done } = await b.looked();
    found();
    await done;
    b.cards.clear();
    b.asking.restoreQuestions();
    expect(b.cards.all()).toMatchObject([
      { request, prompt: 'build api', readings: { state: 'open', rows: ROWS }, candidates: [] },
    ]);
    expect(b.cards.busy).toBe(false);
    b.asking.choose(request, 'h1');
    b.cards.clear();
    b.asking.restoreQuestions();
    expect(b.cards.all()).toEqual([]);
  });
});
