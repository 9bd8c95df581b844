import { describe, expect, it } from 'vitest';
import { sha256Of } from '../../../sidecar/generate/canonicalText.ts';
import type { Schedule } from '../../../sidecar/generate/deltaBatcher.ts';
import { encodeLine, MAX_LINE_BYTES } from '../../../sidecar/memory/journal/lineCodec.ts';
import { AppError } from '../../../sidecar/protocol/errors.ts';
import { engineDouble, hanging, pieces } from '../../helpers/engineDouble.ts';
import { memoryDouble } from '../../helpers/memoryDouble.ts';
import { services } from '../../helpers/services.ts';

/** Streams flush in the next microtask; deadlines never come. */
const soon: Schedule = (ms, work) => {
  if (ms < 100) queueMicrotask(work);
  return () => undefined;
};

const setUp = (...names: string[]) => {
  const memory = memoryDouble();
  const engine = engineDouble(...(names.length > 0 ? names : ['base:1b']));
  return {
    memory,
    engine,
    all: services(memory, engine, {}, soon),
  };
};

const text = (notes: readonly { method: string; params: unknown }[]): string =>
  notes
    .filter((note) => note.method === 'request.delta')
    .map((note) => (note.params as { text: string }).text)
    .join('');

describe('askService', () => {
  it('records the request first, streams, and tells the end only after the answer is recorded', async () => {
    const { memory, engine, all } = setUp();
    engine.script = () => pieces('<think>hm</think>one ', 'two\r', '\nthree');
    const orders: string[] = [];
    memory.beforeAppend = (body) => void orders.push(body.kind);
    const { candidates, suggested } = await all.ask({ prompt: 'write a function' });
    expect(orders).toEqual(['request', 'candidate', 'shown']);
    expect(candidates[0]?.text).toBe('one two\nthree');
    expect(candidates[0]?.thinking).toBe('hm');
    expect(candidates[0]?.sha256).toBe(sha256Of('one two\nthree'));
    expect(text(all.notes)).toBe('one two\nthree');
    expect(suggested).toBe(candidates[0]?.candidate);
    expect(memory.events[1]).toMatchObject({ stopped: 'complete', logprobs: { mean: -0.5, n: 3 } });
  });

  it('does not tell an end that the journal refused', async () => {
    const { memory, all } = setUp();
    memory.beforeAppend = (body) => {
      if (body.kind === 'candidate') throw new AppError('memory.diskFull', 'full');
    };
    await expect(all.ask({ prompt: 'x' })).rejects.toMatchObject({ code: 'memory.diskFull' });
    expect(all.notes.some((note) => note.method === 'request.end')).toBe(false);
  });

  it('stops the model and says why when the journal refuses the request', async () => {
    const { memory, engine, all } = setUp();
    let stopped = false;
    engine.script = (_request, signal) => {
      signal.addEventListener('abort', () => (stopped = true));
      return hanging(signal, 'half of ');
    };
    memory.beforeAppend = async (body) => {
      await Promise.resolve();
      if (body.kind === 'request') throw new AppError('memory.diskFull', 'full');
    };
    await expect(all.ask({ prompt: 'x' })).rejects.toMatchObject({ code: 'memory.diskFull' });
    expect(stopped).toBe(true);
  });

  it.each(['user', 'interrupted'] as const)(
    'keeps the text of an answer that was stopped: %s',
    async (why) => {
      const { memory, engine, all } = setUp();
      engine.script = (_request, signal) => hanging(signal, 'half of ');
      const request = all.ids();
      const seen = new Promise<void>((resolve) => {
        const push = all.notes.push.bind(all.notes);
        all.notes.push = (note) => {
          if (note.method === 'request.delta') resolve();
          return push(note);
        };
      });
      const asking = all.ask({ request, prompt: 'x' });
      await seen;
      if (why === 'user') all.asking.cancel(request);
      else await all.asking.interruptAll();
      const { candidates } = await asking;
      expect(candidates).toMatchObject([{ text: 'half of ', stopped: why }]);
      expect(memory.events.find((event) => event.kind === 'candidate')).toMatchObject({ stopped: why });
    },
  );

  it('keeps what came before a cut, and rejects where nothing came', async () => {
    const { memory, engine, all } = setUp();
    engine.script = async function* () {
      yield { kind: 'text', text: 'some' };
      throw new AppError('stream.cut', 'cut');
    };
    const { candidates } = await all.ask({ prompt: 'x' });
    expect(candidates).toMatchObject([{ text: 'some', stopped: 'failed', error: { code: 'stream.cut' } }]);
    engine.script = () => {
      throw new AppError('server.unreachable', 'gone');
    };
    await expect(all.ask({ prompt: 'y' })).rejects.toMatchObject({ code: 'server.unreachable' });
    expect(memory.events.filter((event) => event.kind === 'candidate')).toHaveLength(1);
  });

  it('makes as many answers as asked for, labelled, the later ones by the strong model', async () => {
    const { engine, all } = setUp('base:1b', 'big:7b');
    all.settings = { ...all.settings, model: 'base:1b', strongModel: 'big:7b' };
    const { request, candidates } = await all.ask({ prompt: 'x', candidates: 2 });
    expect(candidates.map((each) => [each.model, each.label])).toEqual([
      ['base:1b', undefined],
      ['big:7b', 'by big:7b'],
    ]);
    const more = await all.ask({ request, prompt: 'ignored', another: true });
    expect(more.candidates).toHaveLength(1);
    expect(engine.asked.at(-1)?.messages.at(-1)?.content).toBe('x');
  });

  it('answers the same request once', async () => {
    const { engine, all } = setUp();
    const request = all.ids();
    const first = await all.ask({ request, prompt: 'x' });
    const again = await all.ask({ request, prompt: 'x' });
    expect(again.candidates).toEqual(first.candidates);
    expect(engine.asked).toHaveLength(1);
  });

  it('sends the rule of a denial with the next prompt, and never again once it is off', async () => {
    const { engine, all } = setUp();
    await all.decide('write code', 'denied', { reasons: ['missing_error_handling'] });
    const { sent } = await all.ask({ prompt: 'write more' });
    expect(sent.rules).toMatchObject([{ id: 'errors' }]);
    expect(engine.asked.at(-1)?.messages[0]).toMatchObject({
      role: 'system',
      content: expect.stringContaining('Handle errors'),
    });
    await all.rules.set('errors', { on: false });
    const next = await all.ask({ prompt: 'write even more' });
    expect(next.sent.system).toBe('');
    expect(JSON.stringify(engine.asked.at(-1)?.messages)).not.toContain('Handle errors');
  });

  it('keeps learned rules back until the next training where the setting says so', async () => {
    const { all } = setUp();
    all.settings = { ...all.settings, learn: 'nextTraining' };
    const { line } = await all.decide('write code', 'denied', { reasons: ['too_long'] });
    expect(line).toBe(
      'Denied: too long. At the next training: shorter answers (1 decision); 1 new since the last.',
    );
    expect((await all.ask({ prompt: 'x' })).sent.system).toBe('');
  });

  it('says which model is missing, and that there is none', async () => {
    await expect(setUp().all.ask({ prompt: 'x', model: 'gone:1b' })).rejects.toMatchObject({
      code: 'model.missing',
    });
    const { engine, all } = setUp();
    engine.models.length = 0;
    await expect(all.ask({ prompt: 'x' })).rejects.toMatchObject({
      code: 'model.none',
      message: 'The model server has no model to answer with.',
    });
    expect(all.memory.index.eventCount).toBe(0);
  });

  it('says of the built-in engine that its model is not set up', async () => {
    const engine = { ...engineDouble(), id: 'embedded' as const };
    await expect(services(memoryDouble(), engine, {}, soon).ask({ prompt: 'x' })).rejects.toMatchObject({
      code: 'model.none',
      message: 'The built-in model is not set up.',
      next: 'Run "Set Up Built-in Model", or choose another engine.',
      details: { engine: 'embedded' },
    });
  });

  it.each([
    ['characters of three bytes', '\u4e2d'.repeat(1_000)],
    ['characters of four bytes', '\u{1f600}'.repeat(999)],
    ['line feeds', '\n'.repeat(3_000)],
    ['control characters', '\u0001'.repeat(3_000)],
  ])('ends an answer and its thinking of %s where a journal line would not hold them', async (_, piece) => {
    const { memory, engine, all } = setUp();
    engine.script = () =>
      pieces('<think>', ...Array(400).fill(piece), '</think>', ...Array(400).fill(piece), 'end');
    const { candidates } = await all.ask({ prompt: 'x' });
    const event = memory.events.find((each) => each.kind === 'candidate');
    if (event?.kind !== 'candidate') throw new Error('No answer was recorded.');
    expect(encodeLine(event).length).toBeLessThan(MAX_LINE_BYTES);
    expect(Buffer.from(event.text).toString()).toBe(event.text);
    expect(event.stopped).toBe('length');
    expect(event.text.endsWith('end')).toBe(false);
    expect(event.sha256).toBe(sha256Of(event.text));
    expect(text(all.notes)).toBe(event.text);
    expect(candidates).toMatchObject([{ text: event.text, stopped: 'length' }]);
  });
});
