import { expect, it } from 'vitest';
import { METHODS } from '../../../sidecar/protocol/methods.ts';
import { engineDouble } from '../../helpers/engineDouble.ts';
import { memoryDouble } from '../../helpers/memoryDouble.ts';
import { services } from '../../helpers/services.ts';

const params = METHODS['decision.list'].params;

it('lists decisions by their own ids or their requests, in that order, each once', async () => {
  const memory = memoryDouble();
  const all = services(memory, engineDouble('base:1b'));
  const first = await all.decide('Add.', 'approved');
  const second = await all.decide('Halve.', 'denied', { reasons: ['too_long'] });
  const third = await all.decide('Square.', 'denied');
  const requestOf = (decision: string) => memory.index.decision(decision)?.request ?? '';
  const ids = [
    second.decision,
    requestOf(first.decision),
    all.ids(),
    requestOf(second.decision),
    third.decision,
  ];
  const { decisions } = await all.deciding.list(params.parse({ ids, texts: true }));
  expect(decisions.map(({ decision, prompt }) => [decision, prompt])).toEqual([
    [second.decision, 'Halve.'],
    [first.decision, 'Add.'],
    [third.decision, 'Square.'],
  ]);
  await all.deciding.undo({ decision: third.decision });
  expect((await all.deciding.list(params.parse({ ids }))).decisions).toHaveLength(2);
  expect((await all.deciding.list(params.parse({ ids, limit: 1 }))).decisions).toHaveLength(1);
});
