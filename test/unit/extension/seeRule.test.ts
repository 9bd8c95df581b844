import { expect, it } from 'vitest';
import { createIntents, type IntentParts } from '../../../extension/panel/intents.ts';

it('See rule opens what Whetstone knows at that rule', async () => {
  const ran: unknown[] = [];
  const runCommand = async (...args: string[]): Promise<void> => void ran.push(args);
  // Only what this intent needs is there; anything else that it touched would throw.
  const parts: Pick<IntentParts, 'runCommand'> = { runCommand };
  await createIntents(parts as IntentParts)({ type: 'seeRule', rule: 'use:actors@language:go' });
  expect(ran).toEqual([['whetstone.whatWhetstoneKnows', 'rule:use:actors@language:go']]);
});
