import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { runDoctor } from '../../sidecar/doctor.ts';
import { createMemoryBook } from '../../sidecar/learn/memories/memoryBook.ts';
import { DEFAULT_SETTINGS } from '../../sidecar/protocol/settingsSchemas.ts';
import { memoryDouble } from '../helpers/memoryDouble.ts';
import { stats } from '../unit/cli/sampleData.ts';

interface Given {
  readonly damaged?: number;
  readonly names?: readonly string[];
  readonly current?: string;
  readonly wanted?: string;
}

async function checked({ damaged = 0, names = ['small:1b'], current, wanted = '' }: Given, check: string) {
  const verified = { segments: 1, events: 2, damaged, bytes: 1_000, findings: [] };
  const memory = { ...memoryDouble(), dataFolder: tmpdir(), verify: async () => verified };
  const { checks } = await runDoctor(
    {
      memory,
      server: async () => ({ engine: 'ollama', state: 'ready', address: 'here', version: '1' }),
      models: async () => ({ names, current, wanted }),
      stats: () => stats({ newSinceTraining: 1 }),
      memories: createMemoryBook({ memory, clock: () => 0 }),
      settings: () => DEFAULT_SETTINGS,
    },
    new AbortController().signal,
  );
  return checks.find(({ name }) => name === check);
}

it('notes damaged lines that are set aside, which is no problem that stays', async () => {
  const one = await checked({ damaged: 1 }, 'Journal');
  expect(one?.state).toBe('warning');
  expect(one?.detail).toContain('2 events in 1 file, 0.0 MB; 1 damaged line kept in the quarantine folder');
  expect(one?.next).toBeUndefined();
  expect((await checked({ damaged: 2 }, 'Journal'))?.detail).toContain('2 damaged lines kept');
  expect((await checked({}, 'Journal'))?.state).toBe('ok');
});

it('names the model that is set and not there', async () => {
  const gone = await checked({ wanted: 'nope' }, 'Model');
  expect(gone).toMatchObject({ state: 'problem', detail: 'nope is not on the model server; 1 other is.' });
  expect((await checked({ names: [], wanted: 'nope' }, 'Model'))?.detail).toBe('There is no model to ask.');
  expect((await checked({ current: 'small:1b' }, 'Model'))?.state).toBe('ok');
});
