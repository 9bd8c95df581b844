import { describe, expect, it } from 'vitest';
import { executedSchema } from '../../../sidecar/cli/readingVerbs.ts';
import { AppError } from '../../../sidecar/protocol/errors.ts';
import type { Reading } from '../../../sidecar/protocol/readingSchemas.ts';
import { type HarnessOptions, ID, paramsOf, runScripted } from './cliHarness.ts';
import { askResult, candidate } from './sampleData.ts';

const ROWS: Reading[] = [
  { id: 'h1', question: 'Do you want to build a REST API?', confidence: 0.62 },
  { id: 'h2', question: 'Do you want to build a client?', confidence: 0.2 },
];
const BREAKDOWN = { goal: 15, pref: 12, history: 25 };

function answers(
  more: Partial<{ taken: string; readings: Reading[] }> = {},
): NonNullable<HarnessOptions['answers']> {
  return {
    'hypotheses.ask': ({ request }) => ({ request, unclear: true, why: '2 words', readings: ROWS, ...more }),
    'hypotheses.choose': ({ request = ID(40), selected }) => ({
      ...{ request, prompt: 'build api', selected, line: 'Noted: build a REST API' },
      ...{ enrichedPrompt: 'Goal: x\n\nbuild api', tokensEstimate: 60, contextBreakdown: BREAKDOWN },
    }),
    'request.get': () => {
      throw new AppError('request.unknown', 'There is no such request.');
    },
    'request.ask': ({ request }, tell) => {
      const done = candidate(1, 'GET /', { request });
      tell('request.delta', { request, candidate: done.candidate, seq: 0, text: 'GET /' });
      tell('request.end', { request, candidate: done });
      return askResult(request, [done]);
    },
  };
}

describe('hypotheses', () => {
  it('prints the readings, best first, also of a clear request', async () => {
    const ran = await runScripted(['hypotheses', 'build', 'api'], { answers: answers() });
    expect(paramsOf(ran, 'hypotheses.ask')).toMatchObject({ prompt: 'build api', force: true });
    expect(ran.out.split('\n')[0]).toMatch(/^h1\s+62 %\s+Do you want to build a REST API\?$/);
    expect(ran.err).toContain('whetstone execute h1');
    expect(ran.code).toBe(0);
  });

  it('says so where there are none', async () => {
    const ran = await runScripted(['hypotheses', 'build', 'api'], { answers: answers({ readings: [] }) });
    expect(ran).toMatchObject({ out: '', code: 0 });
    expect(ran.err).toContain('No readings');
  });

  it('prints one document with --json', async () => {
    const ran = await runScripted(['hypotheses', 'build api', '--json'], { answers: answers() });
    expect(JSON.parse(ran.out)).toEqual({ request: ID(1), unclear: true, why: '2 words', readings: ROWS });
  });
});

describe('execute', () => {
  it('answers as the reading means it', async () => {
    const ran = await runScripted(['execute', 'h2'], { answers: answers() });
    expect(paramsOf(ran, 'hypotheses.choose')).toEqual({ selected: 'h2' });
    expect(paramsOf(ran, 'request.ask')).toMatchObject({
      request: ID(40),
      prompt: 'build api',
      another: false,
    });
    expect(ran.out).toBe('GET /\n');
    expect(ran.err).toContain('Noted: build a REST API');
    expect(ran.err).toContain(`whetstone decide ${ID(40)}`);
  });

  it('prints what was sent and what it was for with --json', async () => {
    const ran = await runScripted(['execute', 'h1', '--json'], { answers: answers() });
    expect(executedSchema.parse(JSON.parse(ran.out))).toMatchObject({
      request: ID(40),
      reading: 'h1',
      enriched_prompt: 'Goal: x\n\nbuild api',
      tokens_estimate: 60,
      context_breakdown: BREAKDOWN,
      answer: 'GET /',
    });
  });

  it('makes another answer where there is one of another reading', async () => {
    const request = ID(41);
    const recorded = { request, thread: ID(42), at: '2026-01-01T00:00:00.000Z', prompt: 'build api' };
    const ran = await runScripted(['execute', 'h1', '--request', request], {
      answers: {
        ...answers(),
        'request.get': () => ({
          ...recorded,
          ...{ category: 'other', model: 'm', context: [], candidates: [candidate(2, 'x', { request })] },
        }),
      },
    });
    expect(paramsOf(ran, 'request.ask')).toMatchObject({ request, thread: ID(42), another: true });
  });

  it('keeps what there is at Ctrl+C, and still prints one document with --json', async () => {
    for (const flags of [[], ['--json']]) {
      let interrupt = (): void => undefined;
      const asked = {
        ...answers(),
        'request.ask': ({ request }) => {
          interrupt();
          return askResult(request, [candidate(1, 'GET', { request, stopped: 'user' })]);
        },
        'request.cancel': () => ({}),
      } satisfies NonNullable<HarnessOptions['answers']>;
      const ran = await runScripted(['execute', 'h1', ...flags], { answers: asked }, (press) => {
        interrupt = press;
      });
      expect(ran.code).toBe(130);
      if (flags.length > 0) expect(executedSchema.parse(JSON.parse(ran.out)).answer).toBe('GET');
      else expect(ran.err).toContain(`Stopped. The answer so far is kept: whetstone decide ${ID(40)}`);
    }
  });

  it.each([['h4'], ['2'], ['rm -rf']])('refuses %s', async (reading) => {
    const ran = await runScripted(['execute', reading], { answers: answers() });
    expect(ran).toMatchObject({ code: 2, opened: [] });
    expect(ran.err).toContain('<reading> wants one of h1, h2, h3.\nSee `whetstone execute --help`.');
  });

  it('says what to do where nothing was asked back', async () => {
    const unknown = (): never => {
      throw new AppError('request.unknown', 'There are no readings of such a request.', {
        next: 'Ask for readings first.',
      });
    };
    const ran = await runScripted(['execute', 'h1'], {
      answers: { ...answers(), 'hypotheses.choose': unknown },
    });
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('Ask for readings first.');
  });
});

describe('ask on a terminal', () => {
  const ask = (keys: string[], more = {}) =>
    runScripted(['ask', 'build', 'api', '--no-decide'], { tty: true, keys, answers: answers(more) });

  it('asks back, and follows the digit', async () => {
    const ran = await ask(['x', '2']);
    expect(ran.err).toContain('What do you mean?');
    expect(ran.err).toContain('1 Do you want to build a REST API?');
    expect(paramsOf(ran, 'hypotheses.choose')).toEqual({ request: ID(1), selected: 'h2' });
    expect(paramsOf(ran, 'request.ask')).toMatchObject({ request: ID(1), prompt: 'build api' });
    // What was typed before the question was there is no answer to it.
    expect(ran.holds.indexOf('fresh')).toBeLessThan(ran.holds.indexOf('key'));
  });

  it.each([['enter'], ['0'], ['escape']])('%s has it answered as it stands', async (key) => {
    const ran = await ask([key]);
    expect(paramsOf(ran, 'hypotheses.choose')).toMatchObject({ selected: null });
    expect(ran.calls.at(-1)?.method).toBe('request.ask');
  });

  /** A model that thinks until it is told not to. */
  const thinking: NonNullable<HarnessOptions['answers']> = {
    ...answers(),
    'hypotheses.ask': (_params, _tell, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new AppError('rpc.cancelled', 'Stopped.')));
      }),
  };

  it.each([['enter'], ['escape'], ['0']])('%s does not wait for the model', async (meanwhile) => {
    const ran = await runScripted(['ask', 'build', 'api', '--no-decide'], {
      ...{ tty: true, meanwhile, answers: thinking },
    });
    expect(ran).toMatchObject({ code: 0, exits: [] });
    expect(ran.out).toContain('GET /');
    expect(ran.err).toContain('Enter answers it as it stands');
    expect(ran.calls.map(({ method }) => method)).not.toContain('hypotheses.choose');
    expect(ran.holds).toEqual(['hold', 'fresh', 'release']);
  });

  it('Ctrl+C while the model is asked sends nothing', async () => {
    let interrupt = (): void => undefined;
    const asked: typeof thinking = {
      ...thinking,
      'hypotheses.ask': (params, tell, signal) => {
        const never = thinking['hypotheses.ask']?.(params, tell, signal);
        interrupt();
        return never ?? Promise.reject(new Error('not scripted'));
      },
    };
    const ran = await runScripted(['ask', 'build', 'api'], { tty: true, answers: asked }, (press) => {
      interrupt = press;
    });
    expect(ran.code).toBe(130);
    expect(ran.calls.map(({ method }) => method)).not.toContain('request.ask');
  });

  it('Ctrl+C sends nothing', async () => {
    const ran = await ask(['interrupt']);
    expect(ran.code).toBe(130);
    expect(ran.calls.map(({ method }) => method)).not.toContain('request.ask');
  });

  it('says what was taken without asking', async () => {
    const ran = await ask([], { taken: 'h1' });
    expect(ran.err).toContain('Taken as: Do you want to build a REST API? (62 %)');
    expect(ran.code).toBe(0);
  });

  it.each([
    ['in a pipe', { tty: false }, ['ask', 'build', 'api']],
    ['with --json', { tty: true }, ['ask', 'build', 'api', '--json']],
  ])('never %s', async (_where, options, args) => {
    const ran = await runScripted(args, { ...options, answers: answers() });
    expect(ran.calls.map(({ method }) => method)).not.toContain('hypotheses.ask');
    expect(ran.code).toBe(0);
  });

  it('goes on where nothing can be asked back', async () => {
    const failing = (): never => {
      throw new AppError('rpc.notYet', 'Not in this version.');
    };
    const ran = await runScripted(['ask', 'build', 'api', '--no-decide'], {
      tty: true,
      answers: { ...answers(), 'hypotheses.ask': failing },
    });
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.out).toContain('GET /');
  });
});
