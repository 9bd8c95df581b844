import { describe, expect, it } from 'vitest';
import { METHODS } from '../../../sidecar/protocol/methods.ts';
import { type HarnessOptions, ID, paramsOf, runScripted } from './cliHarness.ts';

const answers: NonNullable<HarnessOptions['answers']> = {
  'memory.forget': ({ preview }) => ({
    preview,
    requests: 3,
    answers: 4,
    decisions: 1,
    others: 2,
    versions: [{ version: ID(1), number: 2, name: 'small-trained:v2', deleted: false }],
    waiting: preview ? 0 : 1,
  }),
};
const forgot = (ran: Awaited<ReturnType<typeof runScripted>>): boolean =>
  ran.calls.some(({ method, params }) => {
    const { preview } = METHODS['memory.forget'].params.parse(method === 'memory.forget' ? params : {});
    return method === 'memory.forget' && !preview;
  });

describe('forget', () => {
  it('says what would go, asks for the word, then forgets', async () => {
    const ran = await runScripted(['forget', '--about', 'walrus'], {
      answers,
      tty: true,
      lines: ['forget'],
    });
    expect(ran.code).toBe(0);
    expect(ran.err).toContain('3 requests, 4 answers, 1 decision, 2 other events would be deleted.');
    expect(ran.out).toContain('Forgotten: 3 requests, 4 answers, 1 decision, 2 other events.');
    expect(ran.out).toContain('whetstone models remove small-trained:v2');
    expect(ran.out).toContain('Another window');
    expect(ran.calls.map(({ params }) => params).slice(-2)).toEqual([
      { ids: [], about: 'walrus', preview: true },
      { ids: [], about: 'walrus', preview: false },
    ]);
    expect(forgot(ran)).toBe(true);
  });

  it.each([[{ lines: ['yes'], tty: true }], [{ lines: [], tty: true }], [{ tty: false }]])(
    'forgets nothing without the word: %j',
    async (more) => {
      const ran = await runScripted(['forget', ID(3)], { answers, ...more });
      expect(ran.code).toBe('lines' in more && more.lines.length === 0 ? 130 : 2);
      expect(forgot(ran)).toBe(false);
    },
  );

  it('takes ids, and --yes for the word; --json is one document', async () => {
    const ran = await runScripted(['forget', ID(3).toLowerCase(), ID(4), '--yes', '--json'], { answers });
    expect(ran.code).toBe(0);
    expect(METHODS['memory.forget'].result.parse(JSON.parse(ran.out))).toMatchObject({ preview: false });
    expect(paramsOf(ran, 'memory.forget')).toEqual({ ids: [ID(3), ID(4)], preview: false });
    const asked = await runScripted(['forget', ID(3), '--json'], { answers });
    expect([asked.code, forgot(asked)]).toEqual([2, false]);
  });

  it('wants an id or a text', async () => {
    expect((await runScripted(['forget', '--yes'], { answers })).code).toBe(2);
    expect((await runScripted(['forget', 'nonsense', '--yes'], { answers })).code).toBe(2);
    expect((await runScripted(['forget', '--about', ' ', '--yes'], { answers })).code).toBe(2);
  });
});
