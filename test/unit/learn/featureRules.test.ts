import { describe, expect, it } from 'vitest';
import { feedbackPolarity } from '../../../sidecar/generate/feedbackPolarity.ts';
import { createFeatureRules } from '../../../sidecar/learn/featureRules.ts';
import { createPreferenceBook } from '../../../sidecar/learn/preferenceBook.ts';
import { createRuleBook } from '../../../sidecar/learn/ruleBook.ts';
import { seeded } from '../../bench/learn/seeded.ts';
import { memoryDouble } from '../../helpers/memoryDouble.ts';
import { tasteMemory } from '../../helpers/tasteMemory.ts';

const answer = (n: number, { types, loud }: { types: boolean; loud: boolean }): string =>
  [
    '```python',
    types ? `def step${n}(value: int) -> int:` : `def step${n}(value):`,
    `    result = value * ${n}`,
    ...(loud ? ['    print(result)'] : []),
    '    return result',
    '```',
  ].join('\n');

/** Votes of somebody who wants types and does not care about printing. */
async function setUp(decisions: number, isLiked: (types: boolean, n: number) => boolean) {
  const memory = memoryDouble();
  const { decide } = tasteMemory(memory);
  const random = seeded(5);
  for (let n = 0; n < decisions; n += 1) {
    const types = random() < 0.5;
    await decide(answer(n, { types, loud: random() < 0.5 }), isLiked(types, n) ? 'approved' : 'denied');
  }
  const preferences = createPreferenceBook({
    ...{ memory, polarityOf: feedbackPolarity },
    ...{ log: () => undefined, after: () => () => undefined },
  });
  await preferences.settled();
  const features = createFeatureRules(preferences);
  const rules = createRuleBook({ memory, features });
  await rules.all();
  await features.settled();
  return { memory, decide, preferences, features, rules };
}
const TYPED = 'feature:type_hints:more';

describe('rules from what the preference model is sure of', () => {
  it('say a taste that no reason named, with the decisions that show it', async () => {
    const { rules } = await setUp(60, (types) => types);
    const rule = (await rules.all()).find((each) => each.id === TYPED);
    expect(rule).toMatchObject({
      text: 'Annotate parameters and return values with types.',
      source: 'features',
      on: true,
      against: [],
    });
    expect(rule?.evidence.length).toBeGreaterThan(40);
    expect((await rules.all()).some((each) => each.id.startsWith('feature:print'))).toBe(false);
  });

  it('say nothing of votes by chance, nor of a few', async () => {
    const random = seeded(9);
    expect((await (await setUp(60, () => random() < 0.5)).rules.all()).map(({ id }) => id)).toEqual([]);
    expect(await (await setUp(8, (types) => types)).rules.all()).toEqual([]);
  });

  it('give way to a rule that says the same in words', async () => {
    const { memory, rules, decide } = await setUp(60, (types) => types);
    await decide(answer(99, { types: false, loud: false }), 'denied', { note: 'always use type hints' });
    const all = (await rules.all()).map(({ id }) => id);
    expect(all).toContain('types');
    expect(all).not.toContain(TYPED);
    expect(memory.events.filter((each) => each.kind === 'rule')).toEqual([]);
  });

  it('are switched, worded and forgotten as others are', async () => {
    const { rules } = await setUp(60, (types) => types);
    const now = async () => (await rules.all()).find((each) => each.id === TYPED);
    await rules.set(TYPED, { on: false });
    expect(await now()).toMatchObject({ on: false, resting: undefined });
    await rules.set(TYPED, { on: true, text: 'Write types.' });
    expect(await now()).toMatchObject({ on: true, text: 'Write types.', edited: true });
    await rules.set(TYPED, { forget: true });
    expect(await now()).toBeUndefined();
    await expect(rules.set(TYPED, { on: true })).rejects.toMatchObject({ code: 'rule.unknown' });
  });

  it('go when what they rest on is forgotten', async () => {
    const { memory, rules, preferences } = await setUp(60, (types) => types);
    const requests = memory.index.requests({ limit: 100 }).map((each) => each.request);
    await memory.append<'forget'>({
      ...{ kind: 'forget', requests, candidates: [], decisions: [], events: [], versions: [], why: 'asked' },
    });
    await preferences.settled();
    expect((await rules.all()).map(({ id }) => id)).toEqual([]);
  });
});
