import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monotonicFactory } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeLine, LINE_FEED } from '../../../sidecar/memory/journal/lineCodec.ts';
import { SEGMENT_KIND } from '../../../sidecar/memory/journal/segmentHeader.ts';
import { createRandom, SEED, scaled, spread, tried } from './crashScale.ts';
import { openMemory } from './recovered.ts';
import { decideTold } from './toldDecision.ts';

/** A real journal, and every event in it as it was recorded. */
interface Sample {
  readonly folder: string;
  readonly path: string;
  readonly bytes: Buffer;
  readonly events: ReadonlyMap<string, unknown>;
}

describe('a journal of which the disk changed a part', () => {
  let base: string;
  let small: Sample;
  let large: Sample;
  let made = 0;
  beforeAll(async () => {
    base = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'wb-'));
    small = await createSample(join(base, 'small'), 2, 150);
    large = await createSample(join(base, 'large'), 400, 2_000);
  });
  afterAll(() => rm(base, { recursive: true, force: true }));

  /** Starts on a copy with these bytes; resolves to how many events it has lost. Never finds a wrong one. */
  async function start(sample: Sample, bytes: Buffer, keepIndex: boolean, where: string): Promise<number> {
    made += 1;
    const folder = join(base, `copy-${made}`);
    await cp(sample.folder, folder, { recursive: true });
    if (!keepIndex) await rm(join(folder, 'index'), { recursive: true, force: true });
    await writeFile(join(folder, sample.path), bytes);
    const memory = await openMemory(folder);
    try {
      let lost = 0;
      for (const [id, event] of sample.events) {
        const found = await memory.read(id);
        if (found === undefined) lost += 1;
        else expect([where, found]).toEqual([where, event]);
      }
      expect([where, memory.index.eventCount <= sample.events.size]).toEqual([where, true]);
      const ids = monotonicFactory();
      const next = await decideTold(memory, ids, () => undefined);
      expect([where, memory.index.decision(next)?.undone]).toEqual([where, false]);
      return lost;
    } finally {
      await memory.dispose();
      await rm(folder, { recursive: true, force: true });
    }
  }

  it.each([false, true])(
    'cut off anywhere, it has every whole line (index kept: %s)',
    {
      timeout: 900_000,
    },
    async (keepIndex) => {
      const all = Array.from({ length: small.bytes.length }, (_, cut) => cut);
      const cuts = spread(all, scaled(40, all.length));
      for (const cut of cuts) {
        const bytes = small.bytes.subarray(0, cut);
        const lost = await start(small, bytes, keepIndex, `cut at ${cut}`);
        expect([cut, lost]).toEqual([cut, small.events.size - eventsIn(bytes).size]);
      }
      tried(
        `journal cut off at ${cuts.length} of ${all.length} bytes${kept(keepIndex)}: 0 lost before the cut`,
      );
    },
  );

  it.each([false, true])(
    'with any byte changed, it loses two lines at most (index kept: %s)',
    {
      timeout: 900_000,
    },
    async (keepIndex) => {
      const all = Array.from({ length: small.bytes.length }, (_, at) => at);
      const flips = spread(all, scaled(40, all.length));
      for (const at of flips) {
        const lost = await start(
          small,
          flipped(small.bytes, at, at % 8),
          keepIndex,
          `bit ${at % 8} of ${at}`,
        );
        expect([at, lost <= 2]).toEqual([at, true]);
      }
      tried(
        `journal with one bit changed at ${flips.length} of ${all.length} bytes${kept(keepIndex)}: ` +
          'no wrong data taken, 0 lost outside the damaged lines',
      );
    },
  );

  it('of a large journal the same holds wherever it is hit', { timeout: 900_000 }, async () => {
    const random = createRandom(SEED);
    const tries = scaled(12, 300);
    for (let n = 0; n < tries; n += 1) {
      const at = random.below(large.bytes.length);
      const cut = n % 3 === 0;
      const bytes = cut ? large.bytes.subarray(0, at) : flipped(large.bytes, at, random.below(8));
      const where = `seed ${SEED}, ${cut ? 'cut' : 'change'} at ${at}`;
      const lost = await start(large, bytes, n % 2 === 0, where);
      const atMost = cut ? large.events.size - eventsIn(bytes).size : 2;
      expect([where, lost <= atMost]).toEqual([where, true]);
    }
    const size = Math.round(large.bytes.length / 1_000);
    tried(`journal of ${size} KB (seed ${SEED}) hit at ${tries} bytes: 0 lost outside what was hit`);
  });
});

const kept = (keepIndex: boolean): string => (keepIndex ? ', with an index of before' : '');

function flipped(bytes: Buffer, at: number, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
}

async function createSample(folder: string, decisions: number, bytes: number): Promise<Sample> {
  const memory = await openMemory(folder);
  const ids = monotonicFactory();
  for (let n = 0; n < decisions; n += 1) await decideTold(memory, ids, () => undefined, { bytes });
  await memory.dispose();
  const names = (await readdir(join(folder, 'journal'))).filter((name) => name.endsWith('.jsonl'));
  expect(names).toHaveLength(1);
  const path = join('journal', names[0] ?? '');
  const content = await readFile(join(folder, path));
  return { folder, path, bytes: content, events: eventsIn(content) };
}

/** The events of whole lines, by id. */
function eventsIn(bytes: Buffer): Map<string, unknown> {
  const events = new Map<string, unknown>();
  let from = 0;
  for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, from)) {
    const decoded = decodeLine(bytes.subarray(from, end));
    if (decoded.ok && decoded.event.kind !== SEGMENT_KIND) events.set(decoded.event.id, decoded.event);
    from = end + 1;
  }
  return events;
}
