import { describe, expect, it } from 'vitest';
import type { Result } from '../../../sidecar/protocol/methods.ts';
import { METHODS } from '../../../sidecar/protocol/methods.ts';
import { type HarnessOptions, ID, paramsOf, runScripted } from './cliHarness.ts';
import { askResult, candidate, SHA, sent, stats } from './sampleData.ts';

/** A sidecar that streams `parts` and ends with their sum. */
function streaming(parts: readonly string[]): NonNullable<HarnessOptions['answers']> {
  return {
    'request.ask': ({ request }, tell) => {
      const done = candidate(1, parts.join(''), { request });
      parts.forEach((text, seq) => {
        tell('request.delta', { request, candidate: done.candidate, seq, text });
      });
      tell('request.end', { request, candidate: done });
      return askResult(request, [done]);
    },
    'decision.record': ({ decision }) => ({ decision, line: 'Noted: approved.' }),
    'stats.get': () => stats(),
  };
}

describe('ask', () => {
  it('prints the text on standard output and the request id on standard error', async () => {
    const ran = await runScripted(['ask', 'sort', 'a', 'list'], { answers: streaming(['sorted', '(xs)']) });
    expect(ran.out).toBe('sorted(xs)\n');
    expect(ran.err).toContain(`request ${ID(1)}`);
    expect(ran.code).toBe(0);
    expect(paramsOf(ran, 'request.ask')).toMatchObject({
      prompt: 'sort a list',
      request: ID(1),
      candidates: 1,
    });
    expect(ran.disposed).toBe(1);
  });

  it('tells no id under which nothing was recorded', async () => {
    const ran = await runScripted(['ask', 'x'], { answers: {} });
    expect(ran.err).not.toContain(ID(1));
    expect(ran.err).toContain('not scripted');
  });

  it.each([[['ask']], [['ask', '-']]])('reads the prompt from standard input: %j', async (args) => {
    const ran = await runScripted(args, { stdin: 'from a pipe\n', answers: streaming(['x']) });
    expect(paramsOf(ran, 'request.ask').prompt).toBe('from a pipe');
  });

  it('refuses an empty prompt without opening the data folder', async () => {
    const ran = await runScripted(['ask']);
    expect(ran).toMatchObject({ code: 2, opened: [], out: '' });
    expect(ran.err).toContain('There is nothing to ask.');
    expect((await runScripted(['ask'], { stdin: '  \n' })).err).toContain('Standard input was empty.');
  });

  it('prints exactly one document with --json, and never offers a decision there', async () => {
    const ran = await runScripted(['ask', 'x', '--json'], {
      tty: true,
      keys: ['a'],
      answers: streaming(['a', 'b']),
    });
    const document = METHODS['request.ask'].result.parse(JSON.parse(ran.out));
    expect(document.candidates[0]?.text).toBe('ab');
    expect(ran.err).toBe('');
    expect(ran.calls.map(({ method }) => method)).toEqual(['initialize', 'request.ask']);
  });

  it('prints notifications as lines and the result last with --json --stream', async () => {
    const ran = await runScripted(['ask', 'x', '--json', '--stream'], { answers: streaming(['a', 'b']) });
    const lines = ran.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => line.method ?? 'result')).toEqual([
      'request.delta',
      'request.delta',
      'request.end',
      'result',
    ]);
    METHODS['request.ask'].result.parse(lines[3].result);
  });

  it('ignores notifications of other requests', async () => {
    const answers: HarnessOptions['answers'] = {
      'request.ask': ({ request }, tell) => {
        tell('request.delta', { request: ID(99), candidate: ID(61), seq: 0, text: 'not mine' });
        return askResult(request, [candidate(1, 'mine', { request })]);
      },
    };
    expect((await runScripted(['ask', 'x'], { answers })).out).toBe('mine\n');
  });

  it('prints a second answer after the first, though its text came in between', async () => {
    const answers: HarnessOptions['answers'] = {
      'request.ask': ({ request }, tell) => {
        const [one, two] = [
          candidate(1, 'one', { request }),
          candidate(2, 'two', { request, label: 'second answer' }),
        ];
        tell('request.delta', { request, candidate: one.candidate, seq: 0, text: 'on' });
        tell('request.delta', { request, candidate: two.candidate, seq: 0, text: 'two' });
        tell('request.delta', { request, candidate: one.candidate, seq: 1, text: 'e' });
        tell('request.end', { request, candidate: two });
        tell('request.end', { request, candidate: one });
        return askResult(request, [one, two]);
      },
    };
    const ran = await runScripted(['ask', 'x', '--candidates', '2'], { answers });
    expect(ran.out).toBe('one\ntwo\n');
    expect(ran.err).toContain('Answer 2 (second answer):');
  });

  it('says why a second answer is made before its first word', async () => {
    const label = 'second answer: the first used lodash';
    const answers: HarnessOptions['answers'] = {
      'request.ask': ({ request }, tell) => {
        const [one, two] = [candidate(1, 'one', { request }), candidate(2, 'two', { request, label })];
        const status = { request, state: 'waiting', model: 'm', category: 'other', sent } as const;
        tell('request.end', { request, candidate: one });
        tell('request.status', { ...status, candidate: two.candidate, label });
        tell('request.delta', { request, candidate: two.candidate, seq: 0, text: 'tw' });
        return askResult(request, [one, two]);
      },
    };
    const ran = await runScripted(['ask', 'x', '--candidates', '2'], { answers });
    expect(ran.out).toBe('one\ntwo\n');
    expect(ran.err).toContain(`Answer 2 (${label}):`);
  });

  it('says what did not fit, and shows the loading of a model', async () => {
    const answers: HarnessOptions['answers'] = {
      'request.ask': ({ request }, tell) => {
        tell('request.status', {
          request,
          candidate: ID(61),
          state: 'loading',
          model: 'small:1b',
          category: 'other',
          sent,
        });
        const parts = [{ name: 'big.ts', tokens: 9_000, cut: true }];
        return { ...askResult(request, [candidate(1, 'x', { request })]), sent: { ...sent, parts } };
      },
    };
    const ran = await runScripted(['ask', 'x'], { answers });
    expect(ran.err).toContain('loading small:1b');
    expect(ran.err).toContain('big.ts');
  });

  it('takes control characters of an answer out on a terminal and leaves a pipe alone', async () => {
    const hostile = 'a\u001b]0;title\u0007b\u009bc';
    const onTerminal = await runScripted(['ask', 'x', '--no-decide'], {
      tty: true,
      answers: streaming([hostile]),
    });
    for (const control of ['\u001b', '\u0007', '\u009b']) expect(onTerminal.out).not.toContain(control);
    const piped = await runScripted(['ask', 'x'], { answers: streaming([hostile]) });
    expect(piped.out).toBe(`${hostile}\n`);
  });

  it('stops at Ctrl+C, keeps the text, and leaves at the second one', async () => {
    let interrupt = (): void => undefined;
    let release = (): void => undefined;
    const stopped = new Promise<void>((resolve) => {
      release = resolve;
    });
    const answers: HarnessOptions['answers'] = {
      'request.ask': async ({ request }, tell): Promise<Result<'request.ask'>> => {
        tell('request.delta', { request, candidate: ID(61), seq: 0, text: 'half' });
        interrupt();
        await stopped;
        interrupt();
        return askResult(request, [candidate(1, 'half', { request, stopped: 'user' })]);
      },
      'request.cancel': () => {
        release();
        return {};
      },
    };
    const ran = await runScripted(['ask', 'x'], { answers }, (press) => {
      interrupt = press;
    });
    expect(ran).toMatchObject({ code: 130, out: 'half\n', exits: [130] });
    expect(paramsOf(ran, 'request.cancel').request).toBe(ID(1));
    expect(ran.err).toContain(`whetstone decide ${ID(1)}`);
  });

  it('leaves with the code of the error when every answer failed', async () => {
    const error = { code: 'model.missing', what: 'small:1b is not there.', next: 'Pull it.' } as const;
    const answers: HarnessOptions['answers'] = {
      'request.ask': ({ request }) =>
        askResult(request, [candidate(1, '', { request, stopped: 'failed', error })]),
    };
    const ran = await runScripted(['ask', 'x'], { answers });
    expect(ran.code).toBe(6);
    expect(ran.err).toContain(
      'small:1b is not there.\nFetch it: whetstone models pull NAME. Or name another one with --model',
    );
  });

  it('attaches files and goes on in a thread', async () => {
    const answers = {
      ...streaming(['x']),
      'request.list': () => ({ requests: [] }),
    };
    const files = { 'a.ts': 'one\r\ntwo' };
    const ran = await runScripted(['ask', 'x', '--file', 'a.ts'], { answers, files });
    expect(paramsOf(ran, 'request.ask').context).toEqual([{ kind: 'file', name: 'a.ts', text: 'one\ntwo' }]);
    expect((await runScripted(['ask', 'x', '--continue'], { answers })).code).toBe(2);
    expect((await runScripted(['ask', 'x', '--file', 'gone.ts'], { answers })).err).toContain(
      "gone.ts can't be read",
    );
  });
});

describe('deciding at once', () => {
  const offered = (keys: string[], more: HarnessOptions = {}) =>
    runScripted(['ask', 'x'], { tty: true, keys, answers: streaming(['text']), ...more });

  it('approves the text that was shown', async () => {
    const ran = await offered(['a']);
    expect(paramsOf(ran, 'decision.record')).toMatchObject({
      verdict: 'approved',
      sha256: SHA,
      candidate: ID(61),
    });
    expect(ran.err).toContain('Noted: approved.');
  });

  it('denies with the reason of the digit, a note, or none', async () => {
    expect(paramsOf(await offered(['d', '2']), 'decision.record')).toMatchObject({
      verdict: 'denied',
      reasons: ['wrong'],
    });
    expect(paramsOf(await offered(['d', '0'], { lines: ['uses globals'] }), 'decision.record')).toMatchObject(
      {
        verdict: 'denied',
        note: 'uses globals',
      },
    );
    expect(paramsOf(await offered(['d', 'enter']), 'decision.record')).toMatchObject({
      verdict: 'denied',
      reasons: [],
    });
  });

  it('records an edit, and nothing when nothing was changed', async () => {
    expect(paramsOf(await offered(['e'], { edited: 'better' }), 'decision.record')).toMatchObject({
      verdict: 'edited',
      editedText: 'better',
    });
    const unchanged = await offered(['e', 's'], { edited: 'text' });
    expect(unchanged.calls.some(({ method }) => method === 'decision.record')).toBe(false);
  });

  it('holds the keyboard from the question on, and offers only what was not typed before', async () => {
    const ran = await offered(['d', 'x', '2']);
    expect(ran.holds).toEqual(['hold', 'fresh', 'fresh', 'key', 'fresh', 'key', 'key', 'release']);
    expect((await offered([], { tty: false })).holds).toEqual([]);
    const failing = await offered([], { answers: {} });
    expect(failing.holds).toEqual(['hold', 'fresh', 'release']);
  });

  it('says how to decide later when it is left', async () => {
    for (const keys of [['interrupt'], ['d', 'interrupt'], ['s']])
      expect((await offered(keys)).err).toContain(`Not decided. Later: whetstone decide ${ID(1)}`);
  });

  it('records nothing for skip, Enter, Ctrl+C and keys that mean nothing', async () => {
    for (const keys of [['s'], ['enter', 's'], ['x', '7', 's'], ['d', 'escape', 's'], ['interrupt']]) {
      const ran = await offered(keys);
      expect(ran.calls.some(({ method }) => method === 'decision.record')).toBe(false);
      expect(ran.code).toBe(keys[0] === 'interrupt' ? 130 : 0);
    }
  });

  it('has no option that decides without a person', async () => {
    for (const flag of ['--approve', '--deny', '--auto', '--yes']) {
      const ran = await runScripted(['ask', 'x', flag], { answers: streaming(['x']) });
      expect(ran).toMatchObject({ code: 2, calls: [] });
    }
  });
});
