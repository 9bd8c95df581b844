import { describe, expect, it } from 'vitest';
import { readingOf } from '../../../../sidecar/generate/hypotheses/chosenReading.ts';
import { AppError } from '../../../../sidecar/protocol/errors.ts';
import { hanging, pieces } from '../../../helpers/engineDouble.ts';
import { memoryItem } from '../../../helpers/memoryItem.ts';
import { questions, readingParts } from '../../../helpers/readingParts.ts';
import { until } from '../../../helpers/until.ts';

const kinds = (parts: ReturnType<typeof readingParts>): string[] =>
  parts.memory.events.map(({ kind }) => kind);

describe('hypotheses.ask', () => {
  it('asks nothing of a clear request, and no model', async () => {
    const parts = readingParts();
    const clear = await parts.ask('reverse a string in Go');
    expect(clear).toMatchObject({ unclear: false, readings: [] });
    expect(parts.engine.asked).toEqual([]);
    expect(kinds(parts)).toEqual([]);
  });

  it('gives at most three readings of an unclear one, best first, and records them with what was known', async () => {
    const parts = readingParts();
    parts.known = [memoryItem('goal', 'build a REST API'), memoryItem('preference', 'Prefers: FastAPI')];
    const asked = await parts.ask('build api');
    expect(asked.unclear).toBe(true);
    expect(asked.readings.map(({ id }) => id)).toEqual(['h1', 'h2', 'h3']);
    expect(asked.taken).toBeUndefined();
    expect(parts.memory.index.hypotheses()).toMatchObject([
      {
        request: asked.request,
        prompt: 'build api',
        hypotheses: asked.readings,
        context: {
          persona_facets: { concise: 0.7 },
          interaction_count: 0,
          recent_goals: ['build a REST API'],
          preferences: ['Prefers: FastAPI'],
        },
      },
    ]);
    const [sent] = parts.engine.asked;
    expect(sent).toMatchObject({ think: false, options: { contextLength: parts.settings.contextLength } });
    expect(sent?.format).toBeDefined();
    expect(sent?.messages.at(-1)?.content).toContain('Goal: build a REST API');
  });

  it('is asked for a clear one too where it is forced, and never where the setting says never', async () => {
    const forced = await readingParts().ask('reverse a string in Go', { force: true });
    expect(forced.readings).toHaveLength(3);
    const never = readingParts({ readings: 'never' });
    expect((await never.ask('build api')).readings).toEqual([]);
    expect(never.engine.asked).toEqual([]);
  });

  it('goes on from memories alone where no model answers, and else without readings', async () => {
    const parts = readingParts();
    parts.engine.list = async () => {
      throw new AppError('server.unreachable', 'No server.');
    };
    expect((await parts.ask('deploy api')).readings).toEqual([]);
    parts.known = [memoryItem('goal', 'build a REST API'), memoryItem('preference', 'Prefers: Docker')];
    expect((await parts.ask('deploy api')).readings.map(({ question }) => question)).toEqual([
      'Do you want to deploy the containerised REST API?',
    ]);
  });

  it('names what the user is working on, also where the model thinks of everything else', async () => {
    const parts = readingParts();
    parts.known = [memoryItem('goal', 'build a REST API'), memoryItem('preference', 'Prefers: Docker')];
    parts.engine.script = () =>
      questions(
        'Do you want to create a new role for another function?',
        'Do you want to start a separate login page?',
        'Do you want to use a different provider?',
      );
    const asked = (await parts.ask('auth')).readings.map(({ question }) => question);
    expect(asked).toEqual([
      'Do you want to add auth to the containerised REST API?',
      'Do you want to create a new role for another function?',
      'Do you want to start a separate login page?',
    ]);
    // Completed, this one is too long to be asked.
    const long = `Do you want to build ${'a page that takes what users say, '.repeat(3)}and keeps it?`;
    parts.engine.script = () => questions(long);
    expect((await parts.ask('login')).readings.map(({ question }) => question)).toEqual([
      'Do you want to add login to the containerised REST API?',
    ]);
    parts.engine.script = () => questions('Do you want to add auth to the containerised REST API?');
    expect((await parts.ask('auth')).readings).toHaveLength(1);
  });

  it('waits no longer than its time, and takes what is complete by then', async () => {
    const parts = readingParts();
    parts.engine.script = (_, signal) => hanging(signal, '{"readings": ["Do you want a REST API?", "Do you');
    const asking = parts.ask('build api');
    await until('the model is asked', () => parts.engine.asked.length === 1);
    await new Promise((resolve) => setImmediate(resolve));
    parts.late();
    expect((await asking).readings.map(({ question }) => question)).toEqual(['Do you want a REST API?']);
  });

  it('waits longer while the model loads, which the answer needs too, and then as long as always', async () => {
    const parts = readingParts();
    parts.engine.script = async function* () {
      yield { kind: 'loading' };
      yield* questions('Do you want a REST API?');
    };
    expect((await parts.ask('build api')).readings).toHaveLength(1);
    const [before = 0, normal = 0, loading = 0, after = 0] = parts.waits;
    expect(loading).toBeGreaterThan(normal);
    expect([before, after]).toEqual([normal, normal]);
  });

  it('can be skipped while the model thinks, and records nothing then', async () => {
    const parts = readingParts();
    parts.engine.script = (_, signal) => hanging(signal, '{"readings": ["Do you want a REST API?"');
    const skip = new AbortController();
    const asking = parts.ask('build api', {}, skip.signal);
    await until('the model is asked', () => parts.engine.asked.length === 1);
    skip.abort();
    await expect(asking).rejects.toMatchObject({ code: 'rpc.cancelled' });
    expect(kinds(parts)).toEqual([]);
  });

  it('takes no nonsense for a reading', async () => {
    const parts = readingParts();
    parts.engine.script = () => pieces('I would be happy to help you with your request.');
    expect((await parts.ask('build api')).readings).toEqual([]);
    parts.engine.script = () => questions('Do you want to write a countdown timer?');
    expect((await parts.ask('build api')).readings).toEqual([]);
  });

  it('takes a follow-up for what it is', async () => {
    const parts = readingParts();
    const thread = '01HZZZZZZZZZZZZZZZZZZZZZZ1';
    expect((await parts.ask('make it faster', { thread })).unclear).toBe(true);
    const request = '01HZZZZZZZZZZZZZZZZZZZZZZ2';
    const common = { thread, request, prompt: 'sort a list', context: [], category: 'other' as const };
    await parts.memory.append({ kind: 'request', ...common, model: 'm', appVersion: '1' });
    await parts.memory.append({
      ...{ kind: 'candidate', request, candidate: '01HZZZZZZZZZZZZZZZZZZZZZZ3', text: 'x', model: 'm' },
      ...{ sha256: 'a'.repeat(64), options: {}, stopped: 'complete', engine: 'ollama' },
    });
    expect((await parts.ask('make it faster', { thread })).unclear).toBe(false);
    expect((await parts.ask('deploy api', { thread })).unclear).toBe(true);
  });
});

describe('hypotheses.choose', () => {
  it('records the choice, teaches it, and says what will be sent', async () => {
    const parts = readingParts();
    parts.known = [memoryItem('goal', 'ship the shop'), memoryItem('preference', 'Prefers: Go')];
    const { request, readings } = await parts.ask('build api');
    const chosen = await parts.readings.choose({ request, selected: 'h2' });
    expect(chosen).toMatchObject({ request, prompt: 'build api', selected: 'h2', line: 'Noted.' });
    const question = readings[1]?.question ?? '';
    for (const part of ['build api', 'Goal: ship the shop', 'Preference: Prefers: Go', 'concise', question])
      expect(chosen.enrichedPrompt).toContain(part);
    expect(Object.keys(chosen.contextBreakdown)).toEqual(['goal', 'pref', 'history', 'persona', 'reading']);
    expect(chosen.contextBreakdown).toMatchObject({ goal: expect.any(Number), history: 0 });
    expect(parts.memory.index.choices()).toMatchObject([{ request, selected: 'h2', automatic: false }]);
    expect(parts.learned).toMatchObject([{ request, prompt: 'build api', readings, selected: { id: 'h2' } }]);
    expect(readingOf(parts.memory, request)).toBe(question);
    expect(parts.readings.readingOf(request)).toBe(question);
  });

  it('lets the last choice count, a skip too, and records the same one once', async () => {
    const parts = readingParts();
    const { request } = await parts.ask('build api');
    for (const selected of ['h1', 'h1', 'h3', null]) await parts.readings.choose({ request, selected });
    expect(parts.memory.index.choices().map(({ selected }) => selected)).toEqual(['h1', 'h3', null]);
    expect(parts.learned.map(({ selected }) => selected?.id)).toEqual(['h1', 'h3', undefined]);
    expect(readingOf(parts.memory, request)).toBeUndefined();
  });

  it('records and teaches the same choice once, also where it comes twice at once', async () => {
    const parts = readingParts();
    const { request } = await parts.ask('auth');
    const both = [1, 2].map(() => parts.readings.choose({ request, selected: 'h1' }));
    for (const chosen of await Promise.all(both)) expect(chosen).toMatchObject({ selected: 'h1' });
    expect(kinds(parts)).toEqual(['hypotheses', 'choice']);
    expect(parts.learned).toHaveLength(1);
  });

  it('means the newest request where none is named', async () => {
    const parts = readingParts();
    await parts.ask('build api');
    const { request } = await parts.ask('auth');
    expect(await parts.readings.choose({ selected: 'h1' })).toMatchObject({ request, prompt: 'auth' });
  });

  it('refuses what was never asked', async () => {
    const parts = readingParts();
    await expect(parts.readings.choose({ selected: 'h1' })).rejects.toMatchObject({
      code: 'request.unknown',
    });
    const { request } = await parts.ask('build api');
    await expect(parts.readings.choose({ request, selected: 'h9' })).rejects.toMatchObject({
      code: 'rpc.invalid',
    });
    expect(parts.memory.index.choices()).toEqual([]);
  });
});

describe('taking the first reading without asking', () => {
  it('happens from the threshold on, is recorded as automatic, teaches nothing, and can be changed', async () => {
    const parts = readingParts({ autoAdvance: 0.5 });
    const { request, taken, readings } = await parts.ask('build api');
    expect(taken).toBe('h1');
    expect(parts.memory.index.choices()).toMatchObject([{ request, selected: 'h1', automatic: true }]);
    expect(parts.learned).toEqual([]);
    expect(readingOf(parts.memory, request)).toBe(readings[0]?.question);
    await parts.readings.choose({ request, selected: 'h2' });
    expect(readingOf(parts.memory, request)).toBe(readings[1]?.question);
    await parts.readings.choose({ request, selected: null });
    expect(readingOf(parts.memory, request)).toBeUndefined();
    expect(parts.learned).toHaveLength(2);
  });

  it('never happens at 1, nor below the threshold', async () => {
    expect((await readingParts({ autoAdvance: 1 }).ask('build api')).taken).toBeUndefined();
    expect((await readingParts({ autoAdvance: 0.9 }).ask('build api')).taken).toBeUndefined();
  });
});

describe('where nothing may be recorded', () => {
  it('works all the same and leaves no trace', async () => {
    const parts = readingParts({ collect: false });
    const { request, readings } = await parts.ask('build api');
    const chosen = await parts.readings.choose({ request, selected: 'h1' });
    expect(chosen.enrichedPrompt).toContain(readings[0]?.question);
    expect(parts.readings.readingOf(request)).toBe(readings[0]?.question);
    expect(kinds(parts)).toEqual([]);
    expect(parts.learned).toEqual([]);
  });
});

describe('what was chosen before', () => {
  it('comes first the next time, and surer each time', async () => {
    const parts = readingParts();
    const seen: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      const { request, readings } = await parts.ask('build api');
      const wanted = readings.find(({ question }) => question === 'Do you want a client?');
      seen.push(wanted?.confidence ?? 0);
      if (round > 0) expect(wanted?.id).toBe('h1');
      await parts.readings.choose({ request, selected: wanted?.id ?? null });
    }
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
    expect(seen.at(-1)).toBeGreaterThan(seen[1] ?? 1);
  });
});
