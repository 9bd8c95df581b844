import { describe, expect, it } from 'vitest';
import { sha256Of } from '../../../sidecar/generate/canonicalText.ts';
import { createDecisionService } from '../../../sidecar/generate/decisionService.ts';
import { METHODS } from '../../../sidecar/protocol/methods.ts';
import { engineDouble } from '../../helpers/engineDouble.ts';
import { memoryDouble } from '../../helpers/memoryDouble.ts';
import { services } from '../../helpers/services.ts';

const setUp = () => {
  const memory = memoryDouble();
  return { memory, all: services(memory, engineDouble('base:1b')) };
};
const record = METHODS['decision.record'].params;
const feedback = METHODS['feedback.record'].params;

describe('decisionService', () => {
  it('counts the same click once and says what it changes', async () => {
    const { memory, all } = setUp();
    const { request, candidates } = await all.ask({ prompt: 'x' });
    const [first] = candidates;
    const params = record.parse({
      ...first,
      request,
      decision: all.ids(),
      verdict: 'denied',
      reasons: ['too_long'],
    });
    const one = await all.deciding.record(params);
    expect(one.line).toBe('Denied: too long. From now on: shorter answers (1 decision).');
    expect(one.rule).toBe('short');
    expect(await all.deciding.record(params)).toEqual(one);
    expect(memory.events.filter((event) => event.kind === 'decision')).toHaveLength(1);
  });

  it('notes which answers were on the screen, each once', async () => {
    const { memory, all } = setUp();
    const { request, candidates } = await all.ask({ prompt: 'x', candidates: 2 });
    const [first, second] = candidates.map(({ candidate }) => candidate);
    const seen = [first, first, second];
    const decision = all.ids();
    await all.deciding.record(
      record.parse({ ...candidates[0], request, decision, verdict: 'approved', seen }),
    );
    expect(memory.events.find(({ kind }) => kind === 'decision')).toMatchObject({ seen: [first, second] });
  });

  it('acknowledges without the effect where learning takes longer than a click may wait', async () => {
    const { memory, all } = setUp();
    const { request, candidates } = await all.ask({ prompt: 'x' });
    const [first] = candidates;
    const slow = createDecisionService({
      memory,
      rules: { ...all.rules, all: () => new Promise(() => undefined) },
      statistics: all.statistics,
      settings: () => all.settings,
      ids: all.ids,
      appVersion: '0',
      schedule: (_, work) => {
        queueMicrotask(work);
        return () => undefined;
      },
    });
    const decision = all.ids();
    const params = record.parse({ ...first, request, decision, verdict: 'denied', reasons: ['too_long'] });
    expect(await slow.record(params)).toEqual({ decision, line: 'Denied: too long.' });
    expect(memory.index.decision(decision)?.verdict).toBe('denied');
  });

  it('acknowledges at once while what is on disk is still being read', async () => {
    const { memory, all } = setUp();
    const { request, candidates } = await all.ask({ prompt: 'x' });
    const reading = createDecisionService({
      memory: { ...memory, ready: new Promise(() => undefined) },
      rules: all.rules,
      statistics: all.statistics,
      settings: () => all.settings,
      ids: all.ids,
      appVersion: '0',
      schedule: () => () => undefined,
    });
    const decision = all.ids();
    const params = record.parse({
      ...candidates[0],
      request,
      decision,
      verdict: 'denied',
      reasons: ['slow'],
    });
    expect(await reading.record(params)).toEqual({ decision, line: 'Denied: slow.' });
    expect(memory.index.decision(decision)?.verdict).toBe('denied');
  });

  it('refuses a text that is not the recorded one, and an answer it does not know', async () => {
    const { all } = setUp();
    await expect(all.decide('x', 'approved', { sha256: sha256Of('other') })).rejects.toMatchObject({
      code: 'decision.hashMismatch',
    });
    await expect(all.decide('x', 'approved', { candidate: all.ids() })).rejects.toMatchObject({
      code: 'candidate.unknown',
    });
    await expect(all.decide('x', 'edited')).rejects.toMatchObject({ code: 'rpc.invalid' });
    expect(all.memory.index.liveDecisions()).toEqual([]);
  });

  it('takes the copy of an answer whose end was never recorded, by its hash', async () => {
    const { memory, all } = setUp();
    const copy = { thread: all.ids(), prompt: 'p', category: 'other', model: 'm', text: 'half' };
    const base = { decision: all.ids(), request: all.ids(), candidate: all.ids(), verdict: 'approved', copy };
    await expect(
      all.deciding.record(record.parse({ ...base, sha256: sha256Of('other') })),
    ).rejects.toMatchObject({
      code: 'decision.hashMismatch',
    });
    expect(memory.events).toEqual([]);
    await all.deciding.record(record.parse({ ...base, sha256: sha256Of('half') }));
    expect(memory.events.map((event) => event.kind)).toEqual(['request', 'candidate', 'decision']);
  });

  it('does not acknowledge what the disk refused', async () => {
    const { memory, all } = setUp();
    memory.beforeAppend = (body) => {
      if (body.kind === 'decision') throw new Error('disk');
    };
    await expect(all.decide('x', 'approved')).rejects.toThrow('disk');
    expect(memory.index.liveDecisions()).toEqual([]);
  });

  it('adds reasons later and takes decisions back', async () => {
    const { all } = setUp();
    const { decision } = await all.decide('x', 'denied');
    const { rule } = await all.deciding.reason({ decision, reasons: ['missing_docs'] });
    expect(rule).toBe('docs');
    expect((await all.rules.active()).map((each) => each.id)).toEqual(['docs']);
    await all.deciding.undo({ decision });
    await all.deciding.undo({ decision });
    expect(await all.rules.all()).toEqual([]);
    expect((await all.deciding.list({ limit: 5, texts: true })).decisions).toEqual([]);
  });

  it('leaves a request undecided, also one that was decided several times', async () => {
    const { all } = setUp();
    const { request, candidates } = await all.ask({ prompt: 'x' });
    const decide = async (verdict: string) => {
      const decision = all.ids();
      await all.deciding.record(record.parse({ ...candidates[0], request, decision, verdict, reasons: [] }));
      return decision;
    };
    const first = await decide('approved');
    const second = await decide('denied');
    await all.deciding.undo({ decision: first });
    expect(all.memory.index.request(request)?.live?.decision).toBe(second);
    await decide('approved');
    await all.deciding.undo({ decision: await decide('denied') });
    expect(all.memory.index.request(request)?.live).toBeUndefined();
  });

  it('reads feedback by its words, and asks where text and tag disagree', async () => {
    const { all } = setUp();
    const { request } = await all.ask({ prompt: 'x' });
    const send = (text: string, tags: string[] = []) =>
      all.deciding.feedback(feedback.parse({ request, text, tags }));
    expect(await send('not good at all')).toMatchObject({ polarity: 'negative' });
    expect(await send('not bad')).toMatchObject({ polarity: 'none' });
    expect(await send('fine', ['-1'])).toMatchObject({ polarity: 'negative' });
    await expect(send('this is great', ['bad'])).rejects.toMatchObject({ code: 'rpc.invalid' });
  });
});
