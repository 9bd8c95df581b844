import { describe, expect, it } from 'vitest';
import { METHODS } from '../../../sidecar/protocol/methods.ts';
import { type HarnessOptions, ID, paramsOf, runScripted } from './cliHarness.ts';
import { pair, REQUEST } from './sampleData.ts';

const answers: NonNullable<HarnessOptions['answers']> = {
  'pairs.list': ({ limit }) => ({ pairs: [pair(2), pair(1)].slice(0, limit) }),
};

describe('pairs', () => {
  it('is one document of the schema with --json', async () => {
    const ran = await runScripted(['pairs', '--json'], { answers });
    expect(METHODS['pairs.list'].result.parse(JSON.parse(ran.out))).toEqual({ pairs: [pair(2), pair(1)] });
    expect(ran).toMatchObject({ code: 0, err: '', disposed: 1 });
  });

  it('shows both texts of each, and how to see older ones', async () => {
    const { out, err } = await runScripted(['pairs', '--limit', '1'], { answers });
    expect(out.split('\n')).toEqual([
      `2026-03-04 05:06  edit  ${REQUEST}`,
      '  prompt    sort a list',
      '  chosen    sorted(xs)',
      '  rejected  xs.sort()',
      '',
    ]);
    expect(err).toBe(`Older ones: whetstone pairs --before ${ID(72)}-edit\n`);
  });

  it('asks for 20, or for those before one, and refuses what is no number', async () => {
    expect(paramsOf(await runScripted(['pairs'], { answers }), 'pairs.list')).toEqual({ limit: 20 });
    const ran = await runScripted(['pairs', '--before', ID(72)], { answers });
    expect(paramsOf(ran, 'pairs.list')).toEqual({ limit: 20, before: ID(72) });
    for (const limit of ['0', 'x', '1001'])
      expect(await runScripted(['pairs', '--limit', limit], { answers })).toMatchObject({
        code: 2,
        calls: [],
      });
  });

  it('says where pairs come from when there are none, and when there are no older ones', async () => {
    const none: HarnessOptions['answers'] = { ...answers, 'pairs.list': () => ({ pairs: [] }) };
    expect((await runScripted(['pairs'], { answers: none })).err).toContain('comes from an edit');
    const { err } = await runScripted(['pairs', '--before', ID(72)], { answers: none });
    expect(err).toBe('There are no older ones.\n');
  });

  it('lets no text move the cursor of a terminal', async () => {
    const nasty: HarnessOptions['answers'] = {
      ...answers,
      'pairs.list': () => ({ pairs: [pair(1, { chosen: 'a\u001b[2Jb' })] }),
    };
    expect((await runScripted(['pairs'], { answers: nasty, tty: true })).out).not.toContain('\u001b[2J');
  });
});
