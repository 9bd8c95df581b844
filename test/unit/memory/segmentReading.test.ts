import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FsPort } from '../../../sidecar/memory/disk/fsPort.ts';
import { readFully } from '../../../sidecar/memory/disk/readFully.ts';
import { encodeLine, MAX_LINE_BYTES } from '../../../sidecar/memory/journal/lineCodec.ts';
import { readPlaces } from '../../../sidecar/memory/journal/readPlaces.ts';
import { scanSegment } from '../../../sidecar/memory/journal/scanSegment.ts';
import {
  NO_LINE_END,
  NO_LINE_FEED,
  type SegmentPiece,
  segmentPieces,
} from '../../../sidecar/memory/journal/segmentPieces.ts';
import { request, ulid } from './memoryEvents.ts';
import { memoryFs } from './memoryFs.ts';

const PATH = '/journal/s.jsonl';

/** A disk with one segment that gives at most so many bytes at a time. */
function diskWith(bytes: Buffer, most = Number.POSITIVE_INFINITY): FsPort {
  const fs = memoryFs();
  fs.files.set(PATH, bytes);
  return {
    ...fs,
    open: async (path, mode) => {
      const file = await fs.open(path, mode);
      return {
        ...file,
        read: (target, offset, length, position) =>
          file.read(target, offset, Math.min(length, most), position),
      };
    },
  };
}

async function piecesOf(fs: FsPort, from?: number): Promise<SegmentPiece[]> {
  const all: SegmentPiece[] = [];
  for await (const pieces of segmentPieces(fs, PATH, from)) all.push(...pieces);
  return all;
}

async function visitsOf(fs: FsPort, from: number) {
  const lines: { id: string; offset: number; length: number }[] = [];
  const damaged: { bytes: Buffer; offset: number; reason: string }[] = [];
  const end = await scanSegment(fs, PATH, from, {
    line: ({ id }, offset, length) => lines.push({ id, offset, length }),
    damaged: (bytes, offset, reason) => damaged.push({ bytes, offset, reason }),
  });
  return { lines, damaged, end };
}

const LINES = [1, 2, 3].map((n) => encodeLine(request(n)));
const [FIRST = Buffer.alloc(0), SECOND = Buffer.alloc(0)] = LINES;
const DAMAGED = Buffer.from('00000000 {"no": "line"}\n');
const TORN = SECOND.subarray(0, 50);

describe('a segment', () => {
  it('comes back byte for byte, however few bytes a read gives', async () => {
    const whole = Buffer.concat([...LINES, DAMAGED, TORN]);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: whole.length + 1 }), async (most) => {
        const pieces = await piecesOf(diskWith(whole, most));
        expect(Buffer.concat(pieces.map(({ bytes }) => bytes))).toEqual(whole);
        expect(pieces.map((each) => (each.kind === 'line' ? each.event.id : each.reason))).toEqual([
          ...[1, 2, 3].map(ulid),
          'checksum',
          NO_LINE_END,
        ]);
        pieces.reduce((offset, piece) => {
          expect(piece.offset).toBe(offset);
          return offset + piece.bytes.length;
        }, 0);
      }),
      { numRuns: 50 },
    );
  });

  it('is read on from where it was left', async () => {
    const fs = diskWith(Buffer.concat(LINES));
    const pieces = await piecesOf(fs, FIRST.length);
    expect(pieces.map(({ offset }) => offset)).toEqual([FIRST.length, FIRST.length + SECOND.length]);
    expect((await visitsOf(fs, FIRST.length)).lines.map(({ id }) => id)).toEqual([ulid(2), ulid(3)]);
  });

  it('ends for who visits it behind its last whole line', async () => {
    const { lines, damaged, end } = await visitsOf(diskWith(Buffer.concat([FIRST, DAMAGED, TORN])), 0);
    expect(lines).toEqual([{ id: ulid(1), offset: 0, length: FIRST.length }]);
    expect(damaged).toEqual([{ bytes: DAMAGED, offset: FIRST.length, reason: 'checksum' }]);
    expect(end).toBe(FIRST.length + DAMAGED.length);
    expect((await visitsOf(diskWith(Buffer.concat([FIRST, TORN])), FIRST.length)).end).toBe(FIRST.length);
  });

  it('shows of what has no line feed for too long the beginning, and goes on behind it', async () => {
    const endless = Buffer.alloc(20 * MAX_LINE_BYTES, 'x');
    const fs = diskWith(Buffer.concat([FIRST, endless, Buffer.from('\n'), SECOND]));
    const { lines, damaged, end } = await visitsOf(fs, 0);
    expect(damaged[0]).toMatchObject({ offset: FIRST.length, reason: NO_LINE_FEED });
    expect(damaged[0]?.bytes.length).toBe(MAX_LINE_BYTES);
    expect(lines.map(({ id }) => id)).toEqual([ulid(1), ulid(2)]);
    expect(end).toBe(FIRST.length + endless.length + 1 + SECOND.length);
    const kept = (await piecesOf(fs)).reduce((sum, { bytes }) => sum + bytes.length, 0);
    expect(kept).toBe(end);
  });

  it('gives the line at a place, however few bytes a read gives, and none where none is', async () => {
    const fs = diskWith(Buffer.concat(LINES), 7);
    const place = (offset: number, length: number) => ({ segment: 's.jsonl', offset, length });
    const places = [place(FIRST.length, SECOND.length), place(1, FIRST.length), place(0, 10_000)];
    const found: (string | undefined)[] = [];
    for await (const line of readPlaces(fs, '/journal', places)) found.push(line?.id);
    // In the order of their places.
    expect(found).toEqual([undefined, undefined, ulid(2)]);
  });
});

describe('readFully', () => {
  it.each([
    ['fills the target', 0, 6, '012345'],
    ['begins at the position', 4, 3, '456'],
    ['stops where the file ends', 8, 6, '89'],
    ['reads nothing behind the end', 10, 6, ''],
  ])('%s', async (_, position, length, expected) => {
    const file = await diskWith(Buffer.from('0123456789'), 2).open(PATH, 'read');
    const target = Buffer.alloc(length);
    const read = await readFully(file, target, position);
    expect(target.subarray(0, read).toString()).toBe(expected);
  });
});
