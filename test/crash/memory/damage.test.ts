import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFsPort } from '../../../sidecar/memory/disk/fsPort.ts';
import type { Envelope } from '../../../sidecar/memory/events.ts';
import { createMemoryIndex } from '../../../sidecar/memory/index/createMemoryIndex.ts';
import { encodeLine } from '../../../sidecar/memory/journal/lineCodec.ts';
import { scanSegment } from '../../../sidecar/memory/journal/scanSegment.ts';
import { scaled, spread } from './crashScale.ts';
import { createMemoryStage, decide, type MemoryStage } from './memoryStage.ts';

describe('a damaged journal', () => {
  let stage: MemoryStage;
  let bytes: Buffer;
  let path: string;
  let whole: Envelope[];
  const fs = createFsPort();

  beforeEach(async () => {
    stage = await createMemoryStage();
    const memory = await stage.open();
    await decide(memory);
    await decide(memory, 'denied');
    await memory.dispose();
    const journal = join(stage.folder, 'journal');
    const [name = ''] = await readdir(journal);
    bytes = await readFile(join(journal, name));
    path = join(stage.folder, 'copy.jsonl');
    whole = (await scan(bytes)).events;
  });
  afterEach(() => stage.strike());

  async function scan(content: Buffer): Promise<{ events: Envelope[]; damaged: number }> {
    const events: Envelope[] = [];
    let damaged = 0;
    await mkdir(stage.folder, { recursive: true });
    await writeFile(path, content);
    await scanSegment(fs, path, 0, {
      line: (event) => events.push(event),
      damaged: () => {
        damaged += 1;
      },
    });
    return { events, damaged };
  }

  it('gives every whole line, cut off at any byte', { timeout: 60_000 }, async () => {
    expect(whole).toHaveLength(7);
    for (const cut of spread([...bytes.keys()], scaled(400, bytes.length))) {
      const { events, damaged } = await scan(bytes.subarray(0, cut));
      const lines = bytes.subarray(0, cut).filter((byte) => byte === 0x0a).length;
      expect([cut, events]).toEqual([cut, whole.slice(0, lines)]);
      expect(damaged).toBe(0);
    }
  });

  it('never takes a wrong byte for data, and loses two lines at most', { timeout: 60_000 }, async () => {
    const known = new Set(whole.map((event) => JSON.stringify(event)));
    for (const at of spread([...bytes.keys()], scaled(400, bytes.length))) {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8));
      const { events } = await scan(copy);
      expect(events.every((event) => known.has(JSON.stringify(event)))).toBe(true);
      expect(events.length).toBeGreaterThanOrEqual(whole.length - 2);
    }
  });

  it('ignores a tail of zeros and sets a tail of garbage lines aside', async () => {
    expect(await scan(Buffer.concat([bytes, Buffer.alloc(4_096)]))).toEqual({ events: whole, damaged: 0 });
    const garbage = Buffer.from('\u0000\u0001garbage\nmore\n');
    expect(await scan(Buffer.concat([bytes, garbage]))).toEqual({ events: whole, damaged: 2 });
  });

  it('sets a bad line aside with its reason, tells it once, and works on', async () => {
    const journal = join(stage.folder, 'journal');
    const [name = ''] = await readdir(journal);
    const copy = Buffer.from(bytes);
    const middle = bytes.length >> 1;
    copy[middle] = (copy[middle] ?? 0) ^ 1;
    await writeFile(join(journal, name), copy);
    const codes: string[] = [];
    for (let start = 0; start < 2; start += 1) {
      const memory = await stage.open({ pollMs: 60_000 }, (notice) => codes.push(notice.code));
      await memory.refresh();
      expect(memory.index.eventCount).toBe(5);
      await decide(memory);
      expect(memory.index.eventCount).toBe(8);
      await memory.dispose();
      await writeFile(join(journal, name), copy);
      for (const each of await readdir(journal)) if (each !== name) await writeFile(join(journal, each), '');
    }
    const aside = await readdir(join(stage.folder, 'quarantine/lines'));
    expect(aside.map((each) => each.slice(each.lastIndexOf('.jsonl-')).replace(/\d+/, 'N')).sort()).toEqual([
      '.jsonl-N.line',
      '.jsonl-N.reason.txt',
    ]);
    expect(codes).toEqual(['memory.damaged']);
  });

  it('keeps what a newer program wrote, and refuses to write beside a newer major version', async () => {
    const index = createMemoryIndex();
    for (const event of whole) index.add(event, undefined, { segment: '', offset: 0, length: 0 });
    expect(index.eventCount).toBe(whole.length);
    const [first] = whole;
    if (!first) throw new Error('no event');
    const newer = encodeLine({ ...first, v: 2, kind: 'decision' });
    await writeFile(join(stage.folder, 'journal/01ARZ3NDEKTSV4RRFFQ69G5FAV.jsonl'), newer);
    const memory = await stage.open();
    await expect(decide(memory)).rejects.toMatchObject({ code: 'memory.newerVersion' });
    expect(memory.index.liveDecisions()).toHaveLength(2);
  });
});
