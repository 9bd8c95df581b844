import { describe, expect, it } from 'vitest';
import type { Block } from '../../../sidecar/protocol/memorySchemas.ts';
import { METHODS } from '../../../sidecar/protocol/methods.ts';
import { type HarnessOptions, ID, paramsOf, runScripted } from './cliHarness.ts';
import { askResult, candidate } from './sampleData.ts';

const block = (phrase: string, more: Partial<Block> = {}): Block => ({
  id: `block-${phrase.length}`,
  phrase,
  on: true,
  at: '2026-03-04T05:06:07.000Z',
  evidence: [],
  events: [ID(1)],
  ...more,
});
const answers: NonNullable<HarnessOptions['answers']> = {
  'blocks.set': ({ phrase, on }) => ({ block: block(phrase, { on }) }),
  'blocks.list': () => ({
    blocks: [
      block('as any', { lastUsed: { request: ID(2), at: '2026-03-05T05:06:07.000Z' } }),
      block('lodash', { on: false }),
    ],
  }),
};

describe('block, unblock, blocks', () => {
  it('blocks the words as one phrase, and says how to lift it', async () => {
    const ran = await runScripted(['block', 'as', 'any'], { answers });
    expect(paramsOf(ran, 'blocks.set')).toEqual({ phrase: 'as any', on: true });
    expect(ran.out).toBe('Never suggested from now on: as any\n');
    expect(ran.err).toBe("Lift it: whetstone unblock 'as any'\n");
  });

  it('lifts', async () => {
    const ran = await runScripted(['unblock', 'lodash'], { answers });
    expect(paramsOf(ran, 'blocks.set')).toEqual({ phrase: 'lodash', on: false });
    expect(ran).toMatchObject({ code: 0, out: 'Lifted: lodash\n' });
  });

  it('lists them', async () => {
    expect((await runScripted(['blocks'], { answers })).out.split('\n')).toEqual([
      'as any  blocked  2026-03-04 05:06  last sent 2026-03-05 05:06',
      'lodash  lifted   2026-03-04 05:06',
      '',
    ]);
    const none = await runScripted(['blocks'], { answers: { 'blocks.list': () => ({ blocks: [] }) } });
    expect(none).toMatchObject({ code: 0, out: '' });
    expect(none.err).toContain('Nothing is blocked.');
  });

  it('is one document of the schema with --json', async () => {
    const ran = await runScripted(['blocks', '--json'], { answers });
    expect(METHODS['blocks.list'].result.parse(JSON.parse(ran.out)).blocks).toHaveLength(2);
  });

  it('says of an answer what of it is blocked', async () => {
    const answer = candidate(1, 'lodash', { blocked: ['lodash'] });
    const asked = { 'request.ask': ({ request }) => askResult(request, [answer]) } satisfies typeof answers;
    const { err } = await runScripted(['ask', 'sort', '--no-decide'], { answers: asked });
    expect(err).toContain('It uses lodash, which is blocked. Lift it: whetstone unblock lodash\n');
  });

  it('refuses a phrase that is empty or too long', async () => {
    for (const phrase of [' ', 'x'.repeat(501)])
      expect(await runScripted(['block', phrase], { answers })).toMatchObject({ code: 2 });
    expect(await runScripted(['block'], { answers })).toMatchObject({ code: 2 });
  });
});
