import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../sidecar/protocol/requestSchemas.ts';
import { type HarnessOptions, ID, paramsOf, runScripted } from './cliHarness.ts';
import { candidate, REQUEST, requestRecord, SHA } from './sampleData.ts';

const decided: Decision = {
  decision: ID(40),
  at: '2026-03-04T05:06:07.000Z',
  request: REQUEST,
  candidate: ID(61),
  verdict: 'denied',
  reasons: [],
  undone: false,
  category: 'code_generation',
};

function scripted(record = requestRecord()): HarnessOptions {
  return {
    files: { 'better.py': 'sorted(xs, key=len)\r\n' },
    answers: {
      'request.get': () => record,
      'request.list': () => ({ requests: [record] }),
      'decision.record': ({ decision }) => ({ decision, line: 'Noted.' }),
      'decision.reason': ({ decision }) => ({ decision, line: 'Reason noted.' }),
      'decision.undo': () => ({}),
      'feedback.record': () => ({ id: ID(30), polarity: 'negative' }),
    },
  };
}

describe('decide', () => {
  it('approves by id, whatever its case', async () => {
    const ran = await runScripted(['decide', REQUEST.toLowerCase(), '--approve'], scripted());
    expect(paramsOf(ran, 'request.get')).toEqual({ request: REQUEST });
    expect(paramsOf(ran, 'decision.record')).toMatchObject({
      request: REQUEST,
      candidate: ID(61),
      sha256: SHA,
      verdict: 'approved',
    });
    expect(ran).toMatchObject({ code: 0, out: 'Noted.\n' });
  });

  it('denies the newest with reasons and a note', async () => {
    const ran = await runScripted(
      ['decide', '--last', '--deny', '--reason', 'too_long, wrong', '--note', 'prose'],
      scripted(),
    );
    expect(paramsOf(ran, 'decision.record')).toMatchObject({
      verdict: 'denied',
      reasons: ['too_long', 'wrong'],
      note: 'prose',
    });
  });

  it('takes a corrected text from a file, with plain line ends', async () => {
    const ran = await runScripted(['decide', '--last', '--edit', 'better.py'], scripted());
    expect(paramsOf(ran, 'decision.record')).toMatchObject({
      verdict: 'edited',
      editedText: 'sorted(xs, key=len)\n',
    });
  });

  it('takes a decision back, and adds a reason to one', async () => {
    const options = scripted(requestRecord({ decision: decided }));
    const undone = await runScripted(['decide', '--last', '--undo'], options);
    expect(paramsOf(undone, 'decision.undo')).toEqual({ decision: ID(40) });
    const reasoned = await runScripted(['decide', '--last', '--reason', 'slow'], options);
    expect(paramsOf(reasoned, 'decision.reason')).toMatchObject({ decision: ID(40), reasons: ['slow'] });
    expect((await runScripted(['decide', '--last', '--undo'], scripted())).err).toContain(
      '(decision.unknown)',
    );
  });

  it('refuses a mistyped reason with the nearest one, unless it is said to be new', async () => {
    for (const [given, meant] of [
      ['to_long', 'too_long'],
      ['too-long', 'too_long'],
      ['Wrong', 'wrong'],
      ['missing_error_handeling', 'missing_error_handling'],
    ] as const) {
      const ran = await runScripted(['decide', '--last', '--deny', '--reason', given], scripted());
      expect(ran.err).toContain(`Unknown reason ${given}. Did you mean ${meant}?`);
      expect(ran).toMatchObject({ code: 2, calls: [] });
    }
    const far = await runScripted(['decide', '--last', '--deny', '--reason', 'tabs'], scripted());
    expect(far.err).toContain('Unknown reason tabs.\n');
    expect(far.err).toContain('--new-reason tabs');
    const own = await runScripted(
      ['decide', '--last', '--deny', '--reason', 'wrong', '--new-reason', 'tabs'],
      scripted(),
    );
    expect(paramsOf(own, 'decision.record')).toMatchObject({ reasons: ['wrong', 'tabs'] });
    const later = scripted(requestRecord({ decision: decided }));
    const added = await runScripted(['decide', '--last', '--new-reason', 'tabs'], later);
    expect(paramsOf(added, 'decision.reason')).toMatchObject({ reasons: ['tabs'] });
  });

  it('says in plain words why a file can not be read', async () => {
    const ran = await runScripted(['decide', '--last', '--edit', 'none.py'], scripted());
    expect(ran.err).toContain("none.py can't be read.\nThere is no such file.");
    expect(ran.err).not.toContain('ENOENT');
  });

  it('refuses a tag that says nothing', async () => {
    const ran = await runScripted(['feedback', '--last', '--tags', 'pos,gud'], scripted());
    expect(ran.err).toContain('Unknown tag gud.');
    expect(ran.err).toContain('not good');
    expect(ran).toMatchObject({ code: 2, calls: [] });
    const fine = await runScripted(['feedback', '--last', '--tags', 'Good,not good,-1'], scripted());
    expect(paramsOf(fine, 'feedback.record')).toMatchObject({ tags: ['Good', 'not good', '-1'] });
  });

  it.each([
    [['decide', '--approve']],
    [['decide', REQUEST, '--last', '--approve']],
    [['decide', '--last', '--approve', '--deny']],
    [['decide', '--last', '--approve', '--undo']],
    [['decide', '--last', '--approve', '--reason', 'too_long']],
    [['decide', '--last', '--deny', '--reason', 'clear']],
    [['decide', '--last']],
    [['decide', 'nonsense', '--approve']],
  ])('refuses %j and records nothing', async (args) => {
    const ran = await runScripted(args, scripted());
    expect(ran.code).toBe(2);
    expect(ran.calls.some(({ method }) => method.startsWith('decision.'))).toBe(false);
  });

  it('asks which answer is meant where there are several', async () => {
    const options = scripted(requestRecord({ candidates: [candidate(1, 'a'), candidate(2, 'b')] }));
    expect((await runScripted(['decide', '--last', '--approve'], options)).code).toBe(2);
    const second = await runScripted(['decide', '--last', '--approve', '--candidate', '2'], options);
    expect(paramsOf(second, 'decision.record').candidate).toBe(ID(62));
    const byId = await runScripted(['decide', '--last', '--approve', '--candidate', ID(61)], options);
    expect(paramsOf(byId, 'decision.record').candidate).toBe(ID(61));
    expect((await runScripted(['decide', '--last', '--approve', '--candidate', '3'], options)).code).toBe(2);
  });

  it('prints the recorded result with --json, and an error object on standard output', async () => {
    const ran = await runScripted(['decide', '--last', '--approve', '--json'], scripted());
    expect(JSON.parse(ran.out)).toEqual({ decision: ID(1), line: 'Noted.' });
    const wrong = await runScripted(['decide', '--last', '--json'], scripted());
    expect(JSON.parse(wrong.out).error.code).toBe('rpc.invalid');
    expect(wrong.err).toBe('');
  });

  it('shows the answer again and offers the keys on a terminal', async () => {
    const ran = await runScripted(['decide', '--last'], { ...scripted(), tty: true, keys: ['a'] });
    expect(ran.out).toBe('sorted(xs)\n');
    expect(paramsOf(ran, 'decision.record').verdict).toBe('approved');
  });
});

describe('feedback', () => {
  it('takes -1 as a tag', async () => {
    const ran = await runScripted(['feedback', '--last', '--tags', '-1'], scripted());
    expect(paramsOf(ran, 'feedback.record')).toMatchObject({ request: REQUEST, tags: ['-1'], text: '' });
    expect(ran.out).toBe('Noted as negative.\n');
  });

  it('takes id, text, tags, score and corrections', async () => {
    const ran = await runScripted(
      ['feedback', REQUEST, 'not', 'bad', '--tags', 'pos,good', '--score', '4', '--corrections', 'better.py'],
      scripted(),
    );
    expect(paramsOf(ran, 'feedback.record')).toMatchObject({
      text: 'not bad',
      tags: ['pos', 'good'],
      score: 4,
      corrections: 'sorted(xs, key=len)\n',
      feedbackType: 'edit',
      candidate: ID(61),
    });
  });

  it.each([[['feedback']], [['feedback', '--last']], [['feedback', '--last', 'x', '--score', '9']]])(
    'refuses %j',
    async (args) => {
      expect(await runScripted(args, scripted())).toMatchObject({ code: 2, calls: [] });
    },
  );
});
