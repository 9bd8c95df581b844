import { describe, expect, it } from 'vitest';
import type { Result } from '../../../sidecar/protocol/methods.ts';
import { type HarnessOptions, ID, paramsOf, runScripted } from './cliHarness.ts';

const found = (preview: boolean, more: Partial<Result<'import.run'>> = {}): Result<'import.run'> => ({
  format: 'agentMemory',
  path: '/home/me/shop/old.json',
  preview,
  taken: [
    { kind: 'request', count: 3 },
    { kind: 'decision', count: 2 },
  ],
  known: 1,
  refused: { count: 101, first: [{ place: 'entry 4', reason: 'it has no prompt' }] },
  remarks: ['The file is cut off; whole entries before the cut are read.'],
  files: [],
  damaged: false,
  ...more,
});
const answers = { 'import.run': ({ preview }: { preview: boolean }) => found(preview) };

describe('import', () => {
  it('says what it would take and takes nothing, where nobody can be asked', async () => {
    const ran = await runScripted(['import', 'old.json'], { answers });
    expect(paramsOf(ran, 'import.run')).toEqual({ path: '/home/me/shop/old.json', preview: true });
    expect(ran.code).toBe(2);
    expect(ran.out).toContain('is an agent_memory.json');
    expect(ran.out).toContain('It would add:');
    expect(ran.out).toMatch(/decision\s+2/);
    expect(ran.out).toMatch(/entry 4\s+it has no prompt/);
    expect(ran.out).toContain('and 100 more');
    expect(ran.out).toContain('cut off');
    expect(ran.err).toContain('--yes');
  });

  it('asks a person, and takes it in only after a yes', async () => {
    const no = await runScripted(['import', '/x/old.json'], { answers, tty: true, lines: ['no'] });
    expect(no.calls.filter(({ method }) => method === 'import.run')).toHaveLength(1);
    expect(no.err).toContain('Nothing was taken in.');
    expect(no.code).toBe(2);
    const left = await runScripted(['import', '/x/old.json'], { answers, tty: true, lines: [] });
    expect([left.code, left.calls.length]).toEqual([130, 2]);
    expect(left.holds).toEqual(['fresh']);
    const yes = await runScripted(['import', '/x/old.json'], { answers, tty: true, lines: ['y'] });
    expect(yes.calls.flatMap(({ method, params }) => (method === 'import.run' ? [params] : []))).toEqual([
      { path: '/x/old.json', preview: true },
      { path: '/x/old.json', preview: false },
    ]);
    expect(yes.out).toContain('Added:');
  });

  it('with --yes takes it in at once, with --preview never asks', async () => {
    const yes = await runScripted(['import', 'old.json', '--yes'], { answers });
    expect(paramsOf(yes, 'import.run')).toMatchObject({ preview: false });
    const preview = await runScripted(['import', 'old.json', '--preview'], {
      answers,
      tty: true,
      lines: ['y'],
    });
    expect(paramsOf(preview, 'import.run')).toMatchObject({ preview: true });
    expect((await runScripted(['import', 'old.json', '--yes', '--preview'], { answers })).code).toBe(2);
  });

  it('says with --json that a confirmation is missing, and takes nothing', async () => {
    const ran = await runScripted(['import', 'old.json', '--json'], { answers });
    expect(JSON.parse(ran.out).error).toMatchObject({
      code: 'rpc.invalid',
      next: 'Add --yes to take it in, or --preview to only look.',
    });
    expect([ran.code, ran.calls]).toEqual([2, []]);
    expect((await runScripted(['import', 'old.json', '--json', '--preview'], { answers })).code).toBe(0);
  });

  it.each([
    ['all refused', { refused: { count: 2, first: [] } }],
    ['a damaged backup', { refused: { count: 0, first: [] }, damaged: true }],
  ])('says that nothing could be taken in: %s', async (_, more) => {
    const nothing = { taken: [], known: 0, ...more };
    for (const args of [['--yes'], []]) {
      const ran = await runScripted(['import', 'old.json', ...args], {
        answers: { 'import.run': ({ preview }) => found(preview, nothing) },
        tty: true,
        lines: ['y'],
      });
      expect(ran.out).toContain('Nothing could be taken in.');
      expect(ran.code).toBe(2);
    }
    const told = await runScripted(['import', 'old.json', '--yes', '--json'], {
      answers: { 'import.run': () => found(false, nothing) },
    });
    expect(JSON.parse(told.out)).toMatchObject({ taken: [] });
    expect(told.code).toBe(2);
  });

  it('prints one document with --json', async () => {
    const ran = await runScripted(['import', 'old.json', '--yes', '--json'], {
      answers: { 'import.run': () => found(false, { import: ID(7) }) },
    });
    expect(JSON.parse(ran.out)).toEqual(found(false, { import: ID(7) }));
  });

  it('says that nothing is new', async () => {
    const ran = await runScripted(['import', 'old.json'], {
      answers: { 'import.run': () => found(true, { taken: [], known: 3, refused: { count: 0, first: [] } }) },
    });
    expect(ran.out).toContain('Nothing in it is new.');
    expect(ran.out).toContain('3 entries here already.');
    expect(ran.err).not.toContain('--yes');
    expect(ran.code).toBe(0);
  });
});

describe('export', () => {
  const written = (kind: Result<'export.run'>['kind'], format: Result<'export.run'>['format']) => ({
    'export.run': (): Result<'export.run'> => ({
      ...{ kind, format, path: '/home/me/shop/b.tar.gz', entries: 12, bytes: 2_048, redacted: false },
      remarks: ['Not in the backup: 1 damaged line of the journal.'],
    }),
  });

  it('writes a backup to a path below the current folder', async () => {
    const ran = await runScripted(['export', '--all', 'b.tar.gz'], { answers: written('all', 'tar.gz') });
    expect(paramsOf(ran, 'export.run')).toEqual({
      kind: 'all',
      path: '/home/me/shop/b.tar.gz',
      redact: false,
    });
    expect(ran.out).toBe(
      '12 events, 2.0 KB: /home/me/shop/b.tar.gz\nNot in the backup: 1 damaged line of the journal.\n',
    );
  });

  it('writes a dataset', async () => {
    const ran = await runScripted(
      ['export', '--kind', 'pairs', '--format', 'csv', '--out', '/x', '--redact'],
      {
        answers: written('pairs', 'csv'),
      },
    );
    expect(paramsOf(ran, 'export.run')).toEqual({ kind: 'pairs', format: 'csv', path: '/x', redact: true });
    const plain = await runScripted(['export', '--json'], { answers: written('decisions', 'jsonl') });
    expect(paramsOf(plain, 'export.run')).toEqual({ kind: 'decisions', redact: false });
    expect(JSON.parse(plain.out)).toMatchObject({ entries: 12 });
  });

  it('says that there is nothing to export, and of no file', async () => {
    const nothing: HarnessOptions['answers'] = {
      'export.run': ({ kind }) => ({
        ...{ kind, format: 'jsonl', path: '/data/datasets/x.jsonl', entries: 0, bytes: 0, redacted: false },
        remarks: [],
      }),
    };
    const ran = await runScripted(['export'], { answers: nothing });
    expect(ran).toMatchObject({ code: 0, out: 'There is nothing to export yet. No file was written.\n' });
    const told = await runScripted(['export', '--json'], { answers: nothing });
    expect(JSON.parse(told.out)).toMatchObject({ entries: 0, bytes: 0 });
  });

  it('offers only the formats that it takes', async () => {
    const ran = await runScripted(['export', '--format', 'xml']);
    expect(ran.err).toContain('--format wants one of jsonl, csv.');
    expect(ran.err).not.toContain('tar.gz');
  });

  it.each([
    [['--all', 'x', '--kind', 'pairs']],
    [['--all', 'x', '--out', 'y']],
    [['--kind', 'all']],
    [['--kind', 'nonsense']],
    [['--format', 'xml']],
  ])('refuses %j', async (args) => {
    expect((await runScripted(['export', ...args], {})).code).toBe(2);
  });
});
