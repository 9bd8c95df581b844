import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Plugin } from 'esbuild';
import { monotonicFactory } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFolderPaths } from '../../../sidecar/memory/disk/dataFolder.ts';
import { createFsPort } from '../../../sidecar/memory/disk/fsPort.ts';
import { JOURNAL_VERSION } from '../../../sidecar/memory/events.ts';
import { compactJournal } from '../../../sidecar/memory/journal/compactJournal.ts';
import { encodeLine } from '../../../sidecar/memory/journal/lineCodec.ts';
import { SEGMENT_KIND } from '../../../sidecar/memory/journal/segmentHeader.ts';
import { scaled, tried } from './crashScale.ts';
import { compare, openMemory, recover } from './recovered.ts';
import { bundle } from './systemCalls.ts';
import { decideTold, sha256Of, textOf } from './toldDecision.ts';

const DECISIONS = scaled(40, 500);

/** The same program with the next major version of the journal. */
const nextMajor: Plugin = {
  name: 'next-major',
  setup: (build) => {
    build.onLoad({ filter: /memory[/\\]events\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const line = `JOURNAL_VERSION = ${JOURNAL_VERSION};`;
      if (!text.includes(line)) throw new Error(`${path} has no ${line}`);
      const contents = text.replace(line, `JOURNAL_VERSION = ${JOURNAL_VERSION + 1};`);
      return { contents, loader: 'ts' as const };
    });
  },
};

interface NewerLine {
  readonly id: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** Writes as a later program of the same major version would: new fields in known kinds, and a new kind. */
async function writeNewer(journal: string, decisions: number, ids: () => string): Promise<string[]> {
  const writer = ids();
  const file = await open(join(journal, `${writer}.jsonl`), 'wx', 0o600);
  const told: string[] = [];
  const write = async (fields: NewerLine): Promise<void> => {
    const at = new Date().toISOString();
    const event = { v: JOURNAL_VERSION, at, writer, mood: 'calm', ...fields };
    await file.write(encodeLine(event));
    await file.datasync();
    if (fields.kind !== SEGMENT_KIND) told.push(fields.id);
  };
  await write({ id: ids(), kind: SEGMENT_KIND, features: ['insight'] });
  for (let n = 0; n < decisions; n += 1) {
    const [request, candidate, decision] = [ids(), ids(), ids()];
    const text = textOf(candidate, 100);
    const about = { request, candidate, sha256: sha256Of(text), model: 'm' };
    const asked = { thread: request, request, prompt: 'ask', context: [], category: 'other', model: 'm' };
    await write({ ...asked, id: request, kind: 'request', appVersion: '9', tone: 'plain' });
    const made = { stopped: 'complete', engine: 'unknown', options: { topK: 3 } };
    await write({ ...about, ...made, id: candidate, kind: 'candidate', text });
    const click = { verdict: 'approved', reasons: ['clear'], pressure: 0.5 };
    await write({ ...about, ...click, id: decision, kind: 'decision', decision });
    await write({ id: ids(), kind: 'insight', about: decision, said: `insight on ${decision}` });
  }
  await file.close();
  return told;
}

describe('programs of two versions side by side', () => {
  let base: string;
  let newer: string;
  const ids = monotonicFactory();
  const next = (): string => ids();
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'wv-'));
    newer = await bundle('workingChild.ts', join(base, 'newer.cjs'), [nextMajor]);
  });
  afterAll(() => rm(base, { recursive: true, force: true }));

  it('of the same major version both go on, and what only the newer one knows stays as it is', {
    timeout: 300_000,
  }, async () => {
    const folder = join(base, 'minor');
    const journal = join(folder, 'journal');
    await mkdir(journal, { recursive: true, mode: 0o700 });
    const old = await openMemory(folder);
    const acknowledged: string[] = [];
    const work = async (): Promise<void> => {
      for (let n = 0; n < DECISIONS; n += 1) await decideTold(old, next, (id) => acknowledged.push(id));
    };
    const [fromNewer] = await Promise.all([writeNewer(journal, DECISIONS, next), work()]);
    await old.refresh();
    const found = await compare(old, [...acknowledged, ...fromNewer]);
    expect(found).toMatchObject({ lost: [], wrong: [], damaged: 0 });
    expect(old.index.liveDecisions()).toHaveLength(2 * DECISIONS);
    await old.dispose();
    const bytes = (await rawLines(journal)).filter((line) => line.includes('"mood":"calm"'));
    const fs = createFsPort();
    const ports = { fs, uid: process.getuid?.(), folder: dataFolderPaths(folder), writer: next(), ids: next };
    const thresholds = { minSegments: 2, minAgeMs: -60_000 };
    expect(await compactJournal({ ...ports, clock: Date.now, thresholds })).toMatchObject({ merged: 2 });
    const after = new Set(await rawLines(journal));
    const events = bytes.filter((line) => !line.includes(`"kind":"${SEGMENT_KIND}"`));
    expect(events.filter((line) => !after.has(line))).toEqual([]);
    expect(await recover(folder, [...acknowledged, ...fromNewer])).toMatchObject({ lost: [], wrong: [] });
    tried(
      `an old and a newer program at once: ${acknowledged.length} and ${fromNewer.length} events, new fields and ` +
        'kinds kept to the byte, also when segments are merged, 0 lost',
    );
  });

  it('of the next major version: the old one stops writing and says so, the newer one reads everything', {
    timeout: 300_000,
  }, async () => {
    const folder = join(base, 'major');
    const old = await openMemory(folder);
    const acknowledged: string[] = [];
    for (let n = 0; n < DECISIONS; n += 1) await decideTold(old, next, (id) => acknowledged.push(id));
    const told = await runNewer(folder, 20);
    await old.refresh();
    await expect(
      old.append<'undo'>({ kind: 'undo', decision: acknowledged.at(-1) ?? '' }),
    ).rejects.toMatchObject({ code: 'memory.newerVersion' });
    const before = await rawLines(join(folder, 'journal'));
    await old.dispose();
    const again = await openMemory(folder);
    await expect(
      again.append<'undo'>({ kind: 'undo', decision: acknowledged.at(-1) ?? '' }),
    ).rejects.toMatchObject({ code: 'memory.newerVersion' });
    expect((await compare(again, acknowledged)).lost).toEqual([]);
    await again.dispose();
    expect(await rawLines(join(folder, 'journal'))).toEqual(before);
    const known = Number(told.find((line) => line.startsWith('known '))?.slice(6));
    expect(known).toBeGreaterThan(DECISIONS);
    tried(`a newer major version at once: the old one refused, ${acknowledged.length} events, 0 lost`);
  });

  async function runNewer(folder: string, steps: number): Promise<string[]> {
    const child = spawn(process.execPath, [newer, folder, String(steps), '1'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) lines.push(line);
    expect(await ended).toEqual([0, null]);
    return lines;
  }
});

/** All lines of the journal, as they are on disk. */
async function rawLines(journal: string): Promise<string[]> {
  const names = (await readdir(journal)).filter((name) => name.endsWith('.jsonl')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(journal, name), 'utf8')));
  return texts.flatMap((text) => text.split('\n').filter((line) => line !== ''));
}
