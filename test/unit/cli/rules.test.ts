import { describe, expect, it } from 'vitest';
import { METHODS } from '../../../sidecar/protocol/methods.ts';
import type { Rule } from '../../../sidecar/protocol/trainingSchemas.ts';
import { type HarnessOptions, ID, paramsOf, runScripted } from './cliHarness.ts';

const rule = (id: string, text: string, more: Partial<Rule> = {}): Rule => ({
  ...{ id, text, scope: 'always', source: 'decisions', evidence: [ID(1)], against: [] },
  ...{ counts: { for: 30, against: 2 }, on: true, pinned: false, edited: false, trained: false },
  ...more,
});
const answers: NonNullable<HarnessOptions['answers']> = {
  'rules.list': () => ({
    rules: [
      rule('errors', 'Handle errors.', { trained: true }),
      rule('short', 'Keep it short.', { on: false, resting: 'overruled' }),
      rule('docs', 'Document it.', { on: false }),
    ],
  }),
  'rules.set': () => ({}),
};

describe('rules, rule', () => {
  it('lists them with their evidence, and why one does not act', async () => {
    expect((await runScripted(['rules'], { answers })).out.split('\n')).toEqual([
      'errors  Handle errors.  30 for, 2 against  trained',
      'short   Keep it short.  30 for, 2 against  overruled',
      'docs    Document it.    30 for, 2 against  off',
      '',
    ]);
    const json = (await runScripted(['rules', '--json'], { answers })).out;
    expect(METHODS['rules.list'].result.parse(JSON.parse(json)).rules).toHaveLength(3);
  });

  it.each([
    [['on', 'docs'], { id: 'docs', on: true }, 'On: Document it.\n'],
    [['off', 'errors'], { id: 'errors', on: false }, 'Off: Handle errors.\n'],
    [['edit', 'errors', 'Return', 'a Result'], { id: 'errors', text: 'Return a Result' }, 'Worded anew'],
    [['forget', 'errors', '--yes'], { id: 'errors', forget: true }, 'Forgotten: Handle errors.\n'],
  ])('%j', async (words, params, told) => {
    const ran = await runScripted(['rule', ...words], { answers });
    expect(paramsOf(ran, 'rules.set')).toEqual(params);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain(told);
  });

  it('refuses an unknown rule, and forgets nothing where nobody can be asked', async () => {
    const unknown = await runScripted(['rule', 'off', 'nope'], { answers });
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.err).toContain('There is no rule nope.');
    const asked = await runScripted(['rule', 'forget', 'errors'], { answers });
    expect(asked.code).toBe(2);
    expect(asked.calls.some((call) => call.method === 'rules.set')).toBe(false);
  });
});
