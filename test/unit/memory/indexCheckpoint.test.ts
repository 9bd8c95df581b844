import { beforeEach, describe, expect, it } from 'vitest';
import { dataFolderPaths } from '../../../sidecar/memory/disk/dataFolder.ts';
import type { JournalEvent } from '../../../sidecar/memory/events.ts';
import { loadCheckpoint } from '../../../sidecar/memory/index/indexCheckpoint.ts';
import { CHECKPOINT, type JournalStage, journalStage, saysOf } from './journalStage.ts';
import { candidate, decision, event, request, shown, ulid } from './memoryEvents.ts';

const FIRST: JournalEvent[] = [
  request(10, 'a secret prompt'),
  candidate(11, 10, 'a secret answer'),
  decision(12, { request: 10, candidate: 11 }, 'denied', { reasons: ['too_long'], note: 'a secret note' }),
  event(13, { kind: 'reason', decision: ulid(12), reasons: ['style'], note: 'a secret reason' }),
  event(14, { kind: 'state', of: 'rule:short', state: 'off', text: 'a secret rule' }),
];
const SECOND: JournalEvent[] = [
  request(20),
  candidate(21, 20),
  shown(26, { request: 20, candidate: 21 }),
  decision(22, { request: 20, candidate: 21 }, 'approved'),
  event(23, {
    kind: 'applied',
    candidate: ulid(21),
    how: 'insert',
    target: { uriHash: 'x', range: [1, 2] },
  }),
  event(24, { kind: 'survival', candidate: ulid(21), afterMinutes: 60, ratio: 0.7 }),
  event(25, { kind: 'undo', decision: ulid(12) }),
];
const LATER: JournalEvent[] = [
  request(30),
  decision(31, { request: 10, candidate: 11 }, 'approved', { reasons: ['clear'] }),
];

describe('the checkpoint', () => {
  let stage: JournalStage;
  let truth: ReturnType<typeof saysOf>;
  beforeEach(async () => {
    stage = journalStage();
    stage.write('a', ...FIRST);
    stage.write('b', ...SECOND);
    const before = await stage.start();
    await before.sync.saveCheckpoint();
    truth = saysOf(before.index);
  });

  /** What a process says that starts now, and what one without a checkpoint says. */
  async function startBoth() {
    const started = await stage.start();
    const checkpoint = stage.fs.files.get(CHECKPOINT);
    stage.fs.files.delete(CHECKPOINT);
    const whole = saysOf((await stage.start()).index);
    if (checkpoint) stage.fs.files.set(CHECKPOINT, checkpoint);
    return { started, says: saysOf(started.index), whole };
  }

  it('spares reading what it covers', async () => {
    const { started, says, whole } = await startBoth();
    expect(started.sync.bytesRead).toBe(0);
    expect(says).toEqual(truth);
    expect(whole).toEqual(truth);
    expect(started.index.request(ulid(20))?.shown).toBe(ulid(26));
    for (const each of [...FIRST, ...SECOND]) expect(await started.sync.readEvent(each.id)).toEqual(each);
  });

  it('leaves what came later to be read, in old and in new segments', async () => {
    stage.write('a', LATER[0] ?? request(30));
    stage.write('c', LATER[1] ?? request(31));
    const { started, says, whole } = await startBoth();
    expect(says).toEqual(whole);
    expect(says.count).toBe(truth.count + 2);
    expect(started.sync.bytesRead).toBeLessThan((stage.fs.files.get(stage.path('a'))?.length ?? 0) / 2);
  });

  it('holds no text of the journal', () => {
    const bytes = stage.fs.files.get(CHECKPOINT);
    expect(bytes?.length).toBeGreaterThan(1_000);
    expect(bytes?.includes('secret')).toBe(false);
  });

  /** Undefined where a process that starts now reads the journal whole. */
  const loaded = () => loadCheckpoint(stage.fs, dataFolderPaths('/data'));

  it('is not used, cut off at any byte or with more behind it', { timeout: 60_000 }, async () => {
    const bytes = stage.fs.files.get(CHECKPOINT) ?? Buffer.alloc(0);
    expect(await loaded()).toBeDefined();
    const ends = Array.from({ length: bytes.length }, (_, end) => bytes.subarray(0, end));
    for (const wrong of [...ends, Buffer.concat([bytes, Buffer.from([0])])]) {
      stage.fs.files.set(CHECKPOINT, wrong);
      expect([wrong.length, await loaded()]).toEqual([wrong.length, undefined]);
      if (wrong.length % 500 === 0) expect(saysOf((await stage.start()).index)).toEqual(truth);
    }
  });

  it('is not used with any byte changed', { timeout: 60_000 }, async () => {
    const bytes = stage.fs.files.get(CHECKPOINT) ?? Buffer.alloc(0);
    for (let at = 0; at < bytes.length; at += 1) {
      const wrong = Buffer.from(bytes);
      wrong[at] = (wrong[at] ?? 0) ^ (1 << (at % 8));
      stage.fs.files.set(CHECKPOINT, wrong);
      expect([at, await loaded()]).toEqual([at, undefined]);
      if (at % 500 === 0) expect(saysOf((await stage.start()).index)).toEqual(truth);
    }
  });

  it.each<[string, (stage: JournalStage) => void]>([
    ['gone', (each) => each.remove('a')],
    ['shorter', (each) => each.replace('b', ...SECOND.slice(0, 3))],
    ['another one of the same lines', (each) => each.replace('b', ...SECOND)],
    ['another one with a line less', (each) => each.replace('a', ...FIRST.slice(1))],
    [
      'another one of the same size',
      (each) => each.replace('a', ...FIRST.map((line, at) => ({ ...line, id: ulid(90 + at) }))),
    ],
    [
      'longer and different in place',
      (each) => {
        const path = each.path('b');
        const file = each.fs.files.get(path);
        // The very file, with other bytes.
        file?.fill(0x20, 0, file.length - 1);
        each.write('b', ...LATER);
      },
    ],
    [
      'merged into one',
      (each) => {
        each.write('m', ...FIRST, ...SECOND);
        each.remove('a');
        each.remove('b');
      },
    ],
  ])('gives the same as no checkpoint where a segment is %s', async (_, change) => {
    change(stage);
    const { says, whole } = await startBoth();
    expect(says).toEqual(whole);
  });

  it('of another folder is no use and does no harm', async () => {
    const other = journalStage();
    other.write('z', ...LATER);
    const bytes = stage.fs.files.get(CHECKPOINT);
    if (bytes) other.fs.files.set(CHECKPOINT, bytes);
    const { index } = await other.start();
    expect(index.eventCount).toBe(LATER.length);
    expect(index.has(ulid(10))).toBe(false);
  });

  it('remembers damage that nobody was told of yet, and that a newer program wrote', async () => {
    const damaged = Buffer.from('00000000 {"no": "line"}\n');
    stage.fs.append(stage.path('b'), damaged);
    stage.write('c', { ...request(40), v: 2 });
    await (await stage.start()).sync.saveCheckpoint();
    for (const path of stage.fs.files.keys()) if (path.includes('quarantine')) stage.fs.files.delete(path);
    const again = await stage.start();
    expect(again.sync.bytesRead).toBe(0);
    expect(again.notices).toEqual(['memory.damaged']);
    expect(again.sync.newerVersion).toBe(true);
    const aside = [...stage.fs.files].find(([path]) => path.endsWith('.line'));
    expect(aside?.[1]).toEqual(damaged);
  });
});
