import { describe, expect, it } from 'vitest';
import { rateWord, wilson } from '../../../sidecar/learn/statistics.ts';
import { engineDouble } from '../../helpers/engineDouble.ts';
import { memoryDouble } from '../../helpers/memoryDouble.ts';
import { services } from '../../helpers/services.ts';

describe('statistics', () => {
  it('follows the formulas', async () => {
    const all = services(memoryDouble(), engineDouble('base:1b'));
    const first = await all.decide('write a parser', 'approved');
    await all.decide('write a lexer', 'edited', { editedText: 'b' });
    await all.decide('fix this bug', 'denied', { reasons: ['slow'] });
    await all.decide('fix that bug', 'denied', { reasons: ['slow', 'wrong'] });
    await all.decide('fix the bug', 'denied');
    expect(all.statistics.get().byCategory.find((each) => each.category === 'debugging')?.weak).toBe(false);
    await all.decide('fix a bug', 'denied');
    await all.decide('fix our bug', 'denied');
    await all.ask({ prompt: 'undecided' });
    const stats = all.statistics.get();
    expect(stats).toMatchObject({
      requests: 8,
      approved: 1,
      edited: 1,
      denied: 5,
      phase: 'Setup',
      newSinceTraining: 7,
    });
    expect(stats.approval).toMatchObject({ value: 2 / 7, n: 7 });
    expect(stats.byCategory.find((each) => each.category === 'debugging')).toMatchObject({ weak: true });
    expect(stats.topReasons.slice(0, 2)).toEqual(['slow', 'wrong']);
    expect(stats.topReasons).toHaveLength(9);
    expect(stats.trainingDue).toBe(false);
    await all.deciding.undo({ decision: first.decision });
    expect(all.statistics.get().approval).toMatchObject({ value: 1 / 6, n: 6 });
  });

  it('counts as kept what is still half there after an hour', async () => {
    const all = services(memoryDouble(), engineDouble('base:1b'));
    for (const [ratio, after] of [
      [0.5, 60],
      [0.4, 60],
      [1, 10],
    ] as const) {
      const { candidates } = await all.ask({ prompt: 'x' });
      const candidate = candidates[0]?.candidate ?? '';
      await all.deciding.applied({ candidate, how: 'insert', target: { uriHash: 'u', range: [1, 2] } });
      await all.deciding.survival({ candidate, afterMinutes: after, ratio });
    }
    expect(all.statistics.get().kept).toMatchObject({ value: 0.5, n: 2 });
  });

  it('counts one look an answer and mark', async () => {
    const memory = memoryDouble();
    const all = services(memory, engineDouble('base:1b'));
    const { candidates } = await all.ask({ prompt: 'x' });
    const candidate = candidates[0]?.candidate ?? '';
    const looks = [
      [1, 1],
      [1.02, 0],
      [10, 0.5],
      [540, 0.4],
      [60, 1],
    ] as const;
    for (const [afterMinutes, ratio] of looks)
      await all.deciding.survival({ candidate, afterMinutes, ratio });
    expect(memory.index.survival().map((each) => [each.afterMinutes, each.ratio])).toEqual([
      [1, 1],
      [10, 0.5],
      [540, 0.4],
    ]);
  });

  it('has the interval of Wilson, and words only for enough decisions', () => {
    expect(wilson(8, 10).low).toBeCloseTo(0.4902, 3);
    expect(wilson(8, 10).high).toBeCloseTo(0.9433, 3);
    expect(wilson(0, 0)).toMatchObject({ value: null, n: 0 });
    expect([wilson(9, 9), wilson(7, 10), wilson(8, 10), wilson(9, 10), wilson(19, 20)].map(rateWord)).toEqual(
      ['', '', 'good', 'great', 'perfect'],
    );
  });
});
