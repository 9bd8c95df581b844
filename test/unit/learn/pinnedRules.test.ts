import { expect, it } from 'vitest';
import { engineDouble } from '../../helpers/engineDouble.ts';
import { memoryDouble } from '../../helpers/memoryDouble.ts';
import { services } from '../../helpers/services.ts';

it('a pinned rule is on and goes first, until it is let go of', async () => {
  const all = services(memoryDouble(), engineDouble('base:1b'));
  await all.decide('Sort.', 'denied', { reasons: ['missing_tests'] });
  for (const prompt of ['Add.', 'Halve.']) await all.decide(prompt, 'denied', { reasons: ['too_long'] });
  const shown = async () => (await all.rules.all()).map(({ id, on, pinned }) => `${id} ${on} ${pinned}`);
  expect(await shown()).toEqual(['short true false', 'tests true false']);
  await all.rules.set('tests', { on: false });
  await all.rules.set('tests', { pinned: true });
  expect(await shown()).toEqual(['tests true true', 'short true false']);
  await all.rules.set('tests', { pinned: false });
  expect(await shown()).toEqual(['short true false', 'tests true false']);
  await all.rules.set('tests', { pinned: true });
  await all.rules.set('tests', { on: false });
  expect(await shown()).toEqual(['short true false', 'tests false false']);
  await all.rules.set('tests', { on: true, pinned: true });
  expect(await shown()).toEqual(['tests true true', 'short true false']);
  await all.rules.set('tests', { on: false, pinned: false });
  expect(await shown()).toEqual(['short true false', 'tests false false']);
});
