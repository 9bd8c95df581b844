import { describe, expect, it } from 'vitest';
import { AppError, ERROR_CODES, ERRORS } from '../../../sidecar/protocol/errors.ts';
import { METHODS } from '../../../sidecar/protocol/methods.ts';
import { type HarnessOptions, ID, paramsOf, runScripted } from './cliHarness.ts';
import { stats, trainResult, version } from './sampleData.ts';

const server = {
  engine: 'ollama',
  state: 'ready',
  address: 'http://127.0.0.1:11434',
  version: '0.17.4',
} as const;
const plan = [{ what: 'small:1b', host: 'registry.example', bytes: 98_000_000 }];

const answers: NonNullable<HarnessOptions['answers']> = {
  'stats.get': () => stats(),
  'health.get': () => ({
    pid: 1,
    uptimeMs: 1,
    server,
    writable: true,
    dataFolder: '/data',
    memoryBytes: 1,
  }),
  'models.list': () => ({
    server,
    models: [
      { name: 'small:1b', digest: 'd', size: 98_000_000, engine: 'ollama', ours: false, parameters: '135M' },
    ],
    recommended: [],
    current: 'small:1b',
    builtIn: { installed: false, supported: true },
  }),
  'models.pull': ({ name, dryRun }, tell) => {
    if (!dryRun) tell('models.progress', { name, status: 'downloading', completedBytes: 49, totalBytes: 98 });
    return { name, plan, done: !dryRun };
  },
  'models.remove': () => ({}),
  'versions.list': () => ({
    versions: [version(3, { active: true }), version(2), version(1, { deleted: true })],
  }),
  'versions.activate': () => ({ line: 'The base model answers.' }),
  'runs.list': () => ({ runs: [{ run: ID(80), kind: 'prompt', status: 'failed', error: 'out\nof memory' }] }),
  'runs.get': () => ({ run: ID(80), kind: 'prompt', status: 'failed', error: 'out\nof memory' }),
  'doctor.run': () => ({ checks: [{ name: 'journal', state: 'ok', detail: '3 segments' }] }),
  'reset.run': () => ({ quarantine: 'reset-x' }),
  'train.start': ({ kind }, tell) => {
    tell('train.step', { run: ID(80), step: 'comparing', message: 'comparing', done: 7, total: 18 });
    return trainResult({ version: version(3, { runKind: kind }) });
  },
};

describe('each verb', () => {
  it.each([
    [['status'], 'stats.get'],
    [['models'], 'models.list'],
    [['models', 'list'], 'models.list'],
    [['models', 'pull', 'small:1b', '--yes'], 'models.pull'],
    [['models', 'remove', 'small:1b'], 'models.remove'],
    [['versions'], 'versions.list'],
    [['switch', 'base'], 'versions.activate'],
    [['runs'], 'runs.list'],
    [['runs', ID(80)], 'runs.get'],
    [['doctor'], 'doctor.run'],
    [['init'], 'health.get'],
    [['reset', '--confirm', 'reset'], 'reset.run'],
    [['train'], 'train.start'],
  ] as const)('%j --json is one document of the schema of %s', async (args, method) => {
    const ran = await runScripted([...args, '--json'], { answers });
    METHODS[method].result.parse(JSON.parse(ran.out));
    expect(ran).toMatchObject({ code: 0, err: '', disposed: 1 });
    const people = await runScripted(args, { answers });
    expect(people.out).not.toBe('');
    expect(people.out).not.toMatch(/undefined|\[object|NaN/);
  });

  it('refuses a result that the table does not allow', async () => {
    const broken = { ...answers, 'stats.get': () => ({ ...stats(), phase: 'Wizard' }) as never };
    expect((await runScripted(['status', '--json'], { answers: broken })).code).not.toBe(0);
  });

  it('has none for methods of later versions', async () => {
    for (const verb of ['compare']) {
      expect(await runScripted([verb], { answers })).toMatchObject({ code: 2, calls: [] });
    }
  });
});

describe('init', () => {
  it('points to the models where the server has none', async () => {
    expect((await runScripted(['init'], { answers })).out).toContain('Ask away');
    const bare: HarnessOptions['answers'] = {
      ...answers,
      'models.list': () => ({
        server,
        models: [],
        recommended: [],
        builtIn: { installed: false, supported: true },
      }),
    };
    const { out } = await runScripted(['init'], { answers: bare });
    expect(out).not.toContain('Ask away');
    expect(out).toContain('whetstone models');
  });
});

describe('settings of a terminal', () => {
  const settingsOf = async (args: string[], env: Record<string, string> = {}) =>
    paramsOf(await runScripted(['status', ...args], { answers, env }), 'initialize').settings;

  it('reads OLLAMA_MODEL and OLLAMA_HOST below the flags', async () => {
    const env = { OLLAMA_MODEL: 'env:1b', OLLAMA_HOST: '0.0.0.0:9999' };
    expect(await settingsOf([], env)).toMatchObject({ model: 'env:1b', host: 'http://127.0.0.1:9999' });
    expect(await settingsOf(['--model', 'flag:1b', '--host', 'localhost:1'], env)).toMatchObject({
      model: 'flag:1b',
      host: 'localhost:1',
    });
  });

  it('takes global options before and after the verb', async () => {
    const before = await runScripted(['--data', '/x', '--engine', 'embedded', 'status'], { answers });
    const after = await runScripted(['status', '--data', '/x', '--engine', 'embedded'], { answers });
    for (const ran of [before, after]) {
      expect(ran.opened).toEqual(['/x']);
      expect(paramsOf(ran, 'initialize').settings.engine).toBe('embedded');
    }
    expect((await runScripted(['status', '--engine', 'magic'], { answers })).code).toBe(2);
  });
});

describe('errors', () => {
  it.each(ERROR_CODES)('%s leaves with its code, in both forms', async (code) => {
    const failing: HarnessOptions = {
      answers: {
        'stats.get': () => {
          throw new AppError(code, 'What.', { why: 'Why.', next: 'Next.' });
        },
      },
    };
    const people = await runScripted(['status'], failing);
    expect(people).toMatchObject({ code: ERRORS[code].exit, out: '' });
    expect(people.err).toBe(`What.\nWhy.\nNext.\n(${code})\n`);
    const program = await runScripted(['status', '--json'], failing);
    expect(JSON.parse(program.out)).toEqual({ error: { code, what: 'What.', why: 'Why.', next: 'Next.' } });
    expect(program.disposed).toBe(1);
  });

  it('that nobody foresaw leave with 70', async () => {
    const failing = {
      'stats.get': () => {
        throw new TypeError('x is not a function');
      },
    };
    expect((await runScripted(['status'], { answers: failing })).code).toBe(70);
  });
});

describe('train', () => {
  it('passes its options, shows steps and says what to do next', async () => {
    const ran = await runScripted(
      ['train', 'prompt', '--no-build', '--force', '--on-hand-edit', 'stop', '--from-modelfile'],
      { answers },
    );
    expect(paramsOf(ran, 'train.start')).toEqual({
      kind: 'prompt',
      noBuild: true,
      force: true,
      onlyNew: true,
      handEdit: 'stop',
      fromModelfile: true,
    });
    expect(ran.err).toContain('comparing 7 of 18');
    expect(ran.out).toContain('Use it: whetstone switch v3');
  });

  it('says what became of an edit, and which kinds there are', async () => {
    for (const [handEdit, said] of [
      ['kept', 'Your edit was kept.'],
      ['discarded', 'Your edit was left out.'],
    ] as const) {
      const edited = { 'train.start': () => trainResult({ handEdit }) };
      expect((await runScripted(['train'], { answers: edited })).out).toContain(said);
    }
    expect((await runScripted(['train'], { answers })).out).not.toContain('Your edit');
    const { out } = await runScripted(['train', '--help']);
    for (const later of ['grpo', 'adapter', 'softPrompt']) expect(out).not.toContain(later);
    expect(out).toContain('keep (default)');
    const none = await runScripted(['train', 'magic'], { answers });
    expect(none.err).toContain('There is no training of the kind magic.');
    expect(none).toMatchObject({ code: 2, calls: [] });
  });

  it('leaves with the code of a run that failed', async () => {
    const error = { code: 'training.notEnough', what: 'Not enough to train on yet.' } as const;
    const failing = { 'train.start': () => trainResult({ status: 'failed', version: undefined, error }) };
    const ran = await runScripted(['train'], { answers: failing });
    expect(ran.code).toBe(8);
    expect(ran.err).toContain('Not enough to train on yet.');
  });

  it('cancels the call at Ctrl+C', async () => {
    let interrupt = (): void => undefined;
    const waiting = {
      'train.start': () => {
        interrupt();
        return trainResult({ status: 'cancelled', version: undefined });
      },
    };
    const ran = await runScripted(['train'], { answers: waiting }, (press) => {
      interrupt = press;
    });
    expect(ran.code).toBe(130);
    expect(ran.calls.find(({ method }) => method === 'train.start')?.aborted()).toBe(true);
  });
});

describe('downloads', () => {
  const pulls = (ran: Awaited<ReturnType<typeof runScripted>>) =>
    ran.calls.filter(({ method, params }) => method === 'models.pull' && Object(params).dryRun === false);

  it('are not started unless a person says yes', async () => {
    const piped = await runScripted(['models', 'setup-builtin'], { answers });
    expect(piped.code).toBe(2);
    expect(piped.err).toContain('small:1b from registry.example, 98 MB');
    const no = await runScripted(['models', 'pull', 'small:1b'], { answers, tty: true, lines: ['n'] });
    expect(no.code).toBe(2);
    for (const ran of [piped, no]) expect(pulls(ran)).toEqual([]);
  });

  it('start after yes, or --yes', async () => {
    const asked = await runScripted(['models', 'pull', 'small:1b'], { answers, tty: true, lines: ['yes'] });
    const told = await runScripted(['models', 'setup-builtin', '--yes'], { answers });
    expect(pulls(asked)).toHaveLength(1);
    expect(Object(pulls(told)[0]?.params).name).toBe('builtin');
    expect(told.err).toContain('downloading 50 % of 98 B');
  });

  it('are only described with --dry-run', async () => {
    const ran = await runScripted(['models', 'pull', 'small:1b', '--dry-run', '--json'], { answers });
    expect(JSON.parse(ran.out)).toEqual({ name: 'small:1b', plan, done: false });
    expect(pulls(ran)).toEqual([]);
  });
});

describe('reset', () => {
  it.each([[{ lines: ['yes'], tty: true }], [{ lines: [], tty: true }], [{ tty: false }]])(
    'moves nothing without the word: %j',
    async (more) => {
      const ran = await runScripted(['reset'], { answers, ...more });
      expect(ran.code).toBe('lines' in more && more.lines.length === 0 ? 130 : 2);
      expect(ran.calls.some(({ method }) => method === 'reset.run')).toBe(false);
    },
  );

  it('moves after the word was typed', async () => {
    const ran = await runScripted(['reset'], { answers, tty: true, lines: ['reset'] });
    expect(paramsOf(ran, 'reset.run')).toEqual({ confirm: 'reset' });
    expect(ran.out).toBe('Moved to /data/quarantine/reset-x.\n');
  });
});

describe('switch', () => {
  it.each([
    ['v2', ID(72)],
    ['3', ID(73)],
    ['small-trained:1b-v2', ID(72)],
    ['base', null],
  ])('%s', async (which, expected) => {
    const ran = await runScripted(['switch', which], { answers });
    expect(paramsOf(ran, 'versions.activate')).toEqual({ version: expected });
  });

  it.each(['v9', 'other'])('does not find %s', async (which) => {
    expect((await runScripted(['switch', which], { answers })).err).toContain('(version.unknown)');
  });

  it('says of a removed version that it was removed, as does removing it', async () => {
    expect((await runScripted(['switch', 'v1'], { answers })).err).toContain('v1 was removed.');
    const again = await runScripted(['models', 'remove', 'small-trained:1b-v1'], { answers });
    expect(again.err).toContain('small-trained:1b-v1 was removed already.');
    expect(again.calls.some(({ method }) => method === 'models.remove')).toBe(false);
  });
});

describe('log, doctor, serve-stdio', () => {
  it('prints the training log, or that there is none yet', async () => {
    const files = { '/data/training_log.md': '# v1' };
    expect((await runScripted(['log'], { answers, files })).out).toBe('# v1\n');
    const never = { ...answers, 'versions.list': () => ({ versions: [] }) };
    const none = await runScripted(['log'], { answers: never });
    expect(none).toMatchObject({ code: 0, out: '' });
    expect(none.err).toContain('Nothing was trained yet.');
    const lost = await runScripted(['log'], { answers });
    expect(lost.err).toContain('The training log is not there.');
    expect(lost.err).not.toContain('Nothing was trained');
    expect(JSON.parse((await runScripted(['log', '--json'], { answers, files })).out)).toEqual({
      path: '/data/training_log.md',
      text: '# v1',
    });
  });

  it('leaves with 1 where the doctor found a problem', async () => {
    const sick = {
      'doctor.run': () => ({
        checks: [
          { name: 'journal', state: 'problem' as const, detail: '1 damaged line', next: 'Free space.' },
        ],
      }),
    };
    const ran = await runScripted(['doctor'], { answers: sick });
    expect(ran.code).toBe(1);
    expect(ran.out).toContain('journal: Free space.');
  });

  it('tells the advice of the doctor in words of the terminal', async () => {
    const bare = {
      'doctor.run': () => ({
        checks: [
          { name: 'Model', state: 'problem' as const, detail: 'None.', next: 'Run Whetstone: Pull Model.' },
          {
            name: 'Learning',
            state: 'ok' as const,
            detail: '12',
            next: 'Training is due: run Whetstone: Train Model.',
          },
        ],
      }),
    };
    const { out } = await runScripted(['doctor'], { answers: bare });
    expect(out).toContain('whetstone models pull');
    expect(out).toContain('whetstone train');
    expect(out).not.toContain('Whetstone:');
  });

  it('says how the built-in model is set up, where its engine has none', async () => {
    const next = 'Run "Set Up Built-in Model", or choose another engine.';
    const none = () => {
      throw new AppError('model.none', 'It is not set up.', { next, details: { engine: 'embedded' } });
    };
    const ran = await runScripted(['ask', 'hi'], { answers: { 'request.ask': none } });
    expect(ran.err).toContain('It is not set up.\nSet it up: whetstone models setup-builtin');
    expect(ran.err).not.toContain('choose another engine');
  });

  it('serves with the scopes given, leaving the handshake to the peer', async () => {
    const ran = await runScripted(['serve-stdio', '--scopes', 'read,ask'], { answers });
    expect(ran.served.map((scopes) => [...scopes])).toEqual([['read', 'ask']]);
    expect(ran.calls).toEqual([]);
    expect((await runScripted(['serve-stdio', '--scopes', 'root'], { answers })).code).toBe(2);
  });
});
