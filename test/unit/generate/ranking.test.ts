import { describe, expect, it } from 'vitest';
import { likelyDenied } from '../../../sidecar/generate/ranking.ts';
import {
  createRankingRecord,
  rankingRates,
  type ShownChoice,
} from '../../../sidecar/generate/rankingRecord.ts';
import { alternativeThreshold } from '../../../sidecar/learn/preference/alternativeThreshold.ts';
import type { Forecast } from '../../../sidecar/learn/preference/preferenceModel.ts';
import type { ChatEvent } from '../../../sidecar/models/engine.ts';
import { seeded } from '../../bench/learn/seeded.ts';
import { engineDouble, pieces } from '../../helpers/engineDouble.ts';
import { memoryDouble } from '../../helpers/memoryDouble.ts';
import { services } from '../../helpers/services.ts';
import { answerText, tasteMemory } from '../../helpers/tasteMemory.ts';

const setUp = (answers: readonly string[] = [answerText(false), answerText(true)]) => {
  const memory = memoryDouble();
  const engine = engineDouble('base:1b', 'big:7b');
  let at = 0;
  engine.script = (): AsyncIterable<ChatEvent> => pieces(answers[at++ % answers.length] ?? '');
  return { memory, engine, all: services(memory, engine, { model: 'base:1b' }) };
};

/** Foretold rightly, so that the predictions are measurably better than the running rate. */
async function prove(memory: ReturnType<typeof memoryDouble>, n = 40) {
  const { decide } = tasteMemory(memory);
  for (let i = 0; i < n; i += 1) {
    const isLiked = i % 2 === 0;
    await decide(answerText(isLiked, i), isLiked ? 'approved' : 'denied', { p: isLiked ? 0.9 : 0.1 });
  }
}

describe('ranking', () => {
  it('records a score of every answer before the decision, and tells it', async () => {
    const { memory, all } = setUp();
    const { candidates, suggested, chosenBy } = await all.ask({ prompt: 'add', candidates: 2 });
    const shown = memory.events.find((event) => event.kind === 'shown');
    const ids = candidates.map(({ candidate }) => candidate);
    expect(Object.keys(shown?.scores ?? {}).sort()).toEqual([...ids].sort());
    for (const { candidate, score } of candidates) {
      expect(score).toEqual(shown?.scores[candidate]);
      expect(score).toMatchObject({ n: 0, p: expect.any(Number) });
    }
    expect(shown).toMatchObject({ opened: suggested, hidden: [ids[1]], propensity: expect.closeTo(0.95) });
    expect(chosenBy).toBe('order');
  });

  it('opens the first until the predictions are measurably useful, then the best', async () => {
    const { memory, all } = setUp();
    const before = await all.ask({ prompt: 'add', candidates: 2 });
    expect(before.suggested).toBe(before.candidates[0]?.candidate);
    await prove(memory);
    await all.preferences.settled();
    const after = await all.ask({ prompt: 'add', candidates: 2 });
    expect(after.candidates[1]?.score?.p).toBeGreaterThan(after.candidates[0]?.score?.p ?? 1);
    expect(after.suggested).toBe(after.candidates[1]?.candidate);
    expect([before.chosenBy, after.chosenBy]).toEqual(['order', 'taste']);
    expect(after.candidates.map(({ score }) => score?.why)).toEqual([
      expect.arrayContaining(['- less docstrings']),
      expect.arrayContaining(['+ more docstrings']),
    ]);
    expect(after.candidates[0]?.score?.n).toBe(40);
  });

  it('never opens what fails a gate while another passes, whatever the taste', async () => {
    const { memory, all } = setUp([
      answerText(false),
      `${answerText(true)}# ... existing code\n// your code\n`,
    ]);
    await prove(memory);
    await all.preferences.settled();
    for (const random of [0.99, 0]) {
      all.random = () => random;
      const { candidates, suggested, chosenBy } = await all.ask({ prompt: 'add', candidates: 2 });
      expect(suggested).toBe(candidates[0]?.candidate);
      // With one that can be opened there is nothing to choose by chance.
      expect(chosenBy).toBe('taste');
    }
  });

  it('lets chance choose at a tenth, and logs with which probability', async () => {
    const { memory, all } = setUp(['a', 'b', 'c']);
    all.random = seeded(3);
    const opened = new Map<string, number>();
    let explored = 0;
    for (let i = 0; i < 120; i += 1) {
      const result = await all.ask({ prompt: 'add', candidates: 3 });
      const shown = memory.events.findLast((event) => event.kind === 'shown');
      const place = result.candidates.findIndex(({ candidate }) => candidate === result.suggested);
      const known = 0.1 / 3 + (place === 0 ? 0.9 : 0);
      expect(shown).toMatchObject({ opened: result.suggested });
      expect(shown?.kind === 'shown' && shown.propensity).toBeCloseTo(known, 12);
      opened.set(String(place), (opened.get(String(place)) ?? 0) + 1);
      explored += result.chosenBy === 'chance' ? 1 : 0;
    }
    expect(explored).toBeGreaterThan(4);
    expect(explored).toBeLessThan(25);
    expect(opened.get('1')).toBeGreaterThan(0);
    expect(opened.get('2')).toBeGreaterThan(0);
  });

  it('leaves the order alone where learned things wait for the next training, and scores all the same', async () => {
    const { memory, all } = setUp();
    await prove(memory);
    await all.preferences.settled();
    all.settings = { ...all.settings, learn: 'nextTraining' };
    for (const random of [0.99, 0]) {
      all.random = () => random;
      const { candidates, suggested, chosenBy } = await all.ask({ prompt: 'add', candidates: 2 });
      expect(candidates[1]?.score?.p).toBeGreaterThan(candidates[0]?.score?.p ?? 1);
      expect({ suggested, chosenBy }).toEqual({ suggested: candidates[0]?.candidate, chosenBy: 'order' });
    }
  });

  it('opens the one more that was asked for', async () => {
    const { memory, all } = setUp();
    all.random = () => 0;
    const { request } = await all.ask({ prompt: 'add' });
    const more = await all.ask({ request, prompt: 'add', another: true });
    expect(more).toMatchObject({ suggested: more.candidates[0]?.candidate, chosenBy: 'order' });
    expect(memory.events.findLast((event) => event.kind === 'shown')).toMatchObject({ propensity: 1 });
  });

  it('gives scores and the opened answer back after a reload', async () => {
    const { memory, all } = setUp();
    all.random = () => 0.05;
    const first = await all.ask({ prompt: 'add', candidates: 2 });
    const again = await all.ask({ request: first.request, prompt: 'add', candidates: 2 });
    const record = await all.requests.get({ request: first.request });
    for (const each of [again, record]) {
      expect(each.suggested).toBe(first.suggested);
      expect(each.chosenBy).toBe('chance');
      expect(each.candidates.map(({ score }) => score)).toEqual(first.candidates.map(({ score }) => score));
    }
    expect(memory.events.filter((event) => event.kind === 'shown')).toHaveLength(1);
  });
});

describe('an alternative with "auto"', () => {
  it('is made where the first is likely to be denied, by the strong model, and says why', async () => {
    const { memory, engine, all } = setUp();
    all.settings = { ...all.settings, strongModel: 'big:7b' };
    await prove(memory);
    await all.preferences.settled();
    const { candidates, suggested } = await all.ask({ prompt: 'add' });
    expect(candidates.map(({ model }) => model)).toEqual(['base:1b', 'big:7b']);
    const denied = 100 * (1 - (candidates[0]?.score?.p ?? 0));
    expect(denied).toBeGreaterThan(50);
    expect(candidates[1]?.label).toMatch(/^by big:7b: the first is likely to be denied \(\d+ %\)$/);
    expect(suggested).toBe(candidates[1]?.candidate);
    expect(engine.asked).toHaveLength(2);
  });

  it('is not made before the scores are borne out, nor where the first is liked', async () => {
    const { memory, all } = setUp();
    expect((await all.ask({ prompt: 'add' })).candidates).toHaveLength(1);
    await prove(memory);
    await all.preferences.settled();
    expect((await all.ask({ prompt: 'add' })).candidates).toHaveLength(1);
  });

  it('is not made while the predictions are not measurably useful, though they were borne out', async () => {
    const { memory, all } = setUp();
    const { request, candidates } = await all.ask({ prompt: 'add' });
    const [first] = candidates;
    if (!first) throw new Error('There is no answer.');
    const forecasts = Array.from({ length: 40 }, (_, i): Forecast => {
      const isLow = i % 2 === 0;
      return { p: isLow ? 0.1 : 0.9, rate: 0.5, y: isLow ? 0 : 1 };
    });
    const asked = (useful: boolean, acts = true) =>
      likelyDenied(
        {
          ...{ memory, clock: Date.now, acts },
          preferences: {
            rank: () => [{ index: 0, p: 0.2, why: [] }],
            evidence: () => ({ e: 1, useful, n: 40 }),
            forecasts: () => forecasts,
          },
        },
        {
          ...{ request, thread: all.ids(), prompt: 'add', category: 'other' },
          ...{ existing: [], another: false },
        },
        first,
      );
    expect(await asked(true)).toBe(0.8);
    expect(await asked(false)).toBeUndefined();
    expect(await asked(true, false)).toBeUndefined();
  });

  it('is left out where the strong model is not there', async () => {
    const { memory, all } = setUp();
    all.settings = { ...all.settings, strongModel: 'gone:7b' };
    await prove(memory);
    await all.preferences.settled();
    expect((await all.ask({ prompt: 'add' })).candidates).toHaveLength(1);
  });

  it('is counted: how often it was the one that was approved', async () => {
    const { memory, all } = setUp();
    await prove(memory);
    await all.preferences.settled();
    for (const [place, verdict] of [
      [1, 'approved'],
      [0, 'approved'],
      [1, 'denied'],
    ] as const) {
      const { request, candidates } = await all.ask({ prompt: 'add' });
      expect(candidates).toHaveLength(2);
      const { candidate = '', sha256 = '' } = candidates[place] ?? {};
      await memory.append<'decision'>({
        ...{ kind: 'decision', decision: all.ids(), request, candidate, sha256, verdict, reasons: [] },
      });
    }
    await all.ask({ prompt: 'undecided' });
    const { alternatives, suggestions } = await createRankingRecord({ memory }).get();
    expect(alternatives).toMatchObject({ value: 1 / 3, n: 3 });
    expect(suggestions?.chosen).toMatchObject({ value: 1 / 3, n: 3 });
  });
});

describe('alternativeThreshold', () => {
  const forecasts = (n: number, p: number, approved: number): Forecast[] =>
    Array.from({ length: n }, (_, i) => ({ p, rate: 0.6, y: i < approved * n ? 1 : 0 }));

  it('is the highest below which verdicts were denials more often than not, as said', () => {
    expect(alternativeThreshold([...forecasts(20, 0.2, 0.2), ...forecasts(20, 0.8, 0.8)])).toBe(0.5);
    expect(
      alternativeThreshold([
        ...forecasts(20, 0.2, 0.2),
        ...forecasts(30, 0.44, 0.9),
        ...forecasts(20, 0.8, 0.8),
      ]),
    ).toBe(0.4);
  });

  it.each([
    ['few verdicts', [...forecasts(10, 0.2, 0.2), ...forecasts(10, 0.8, 0.8)]],
    ['few low scores', [...forecasts(5, 0.2, 0), ...forecasts(40, 0.8, 0.8)]],
    ['low scores that were wrong', [...forecasts(20, 0.2, 0.8), ...forecasts(20, 0.8, 0.8)]],
    ['low scores that were too low', [...forecasts(200, 0.02, 0.3), ...forecasts(20, 0.8, 0.8)]],
  ])('is none after %s', (_, given) => {
    expect(alternativeThreshold(given)).toBeUndefined();
  });
});

describe('rankingRates', () => {
  it('estimates both rules without bias from what a tenth of chance showed', () => {
    const random = seeded(11);
    // The suggested one is the best of 2 in 70 of 100, any one in half.
    const choices = Array.from({ length: 20_000 }, (): ShownChoice => {
      const isGood = random() < 0.7;
      const explored = random() < 0.1;
      const isSuggested = !explored || random() < 0.5;
      return {
        wasChosen: isSuggested ? isGood : !isGood,
        propensity: isSuggested ? 0.95 : 0.05,
        alternative: undefined,
      };
    });
    const { suggestions, alternatives } = rankingRates(choices);
    expect(alternatives).toBeUndefined();
    for (const [estimate, truth] of [
      [suggestions?.suggested, 0.7],
      [suggestions?.atRandom, 0.5],
    ] as const) {
      expect(estimate?.n).toBe(20_000);
      expect(estimate?.low).toBeLessThan(truth);
      expect(estimate?.high).toBeGreaterThan(truth);
      expect((estimate?.high ?? 9) - (estimate?.low ?? 0)).toBeLessThan(0.06);
    }
  });

  it('says nothing of what there is nothing of, and takes nothing from what no chance opened', () => {
    expect(rankingRates([])).toEqual({});
    const { suggestions } = rankingRates([{ wasChosen: true, propensity: 1, alternative: undefined }]);
    expect(suggestions).toMatchObject({ chosen: { value: 1, n: 1 }, suggested: { value: null, n: 0 } });
  });
});
