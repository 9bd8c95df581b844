import { describe, expect, it } from 'vitest';
import { createRequestService } from '../../../sidecar/generate/requestService.ts';
import { createBlockBook } from '../../../sidecar/learn/blocks/blockBook.ts';
import type { Memory } from '../../../sidecar/memory/memory.ts';
import { engineDouble } from '../../helpers/engineDouble.ts';
import { type MemoryDouble, memoryDouble } from '../../helpers/memoryDouble.ts';
import { services } from '../../helpers/services.ts';

function setUp() {
  const double: MemoryDouble = memoryDouble();
  const reads: string[] = [];
  const gates: Promise<void>[] = [];
  const memory: Memory = {
    ...double,
    read: async (id) => {
      reads.push(id);
      const event = await double.read(id);
      await gates[0];
      return event;
    },
  };
  const all = services(double, engineDouble('base:1b'));
  return {
    all,
    reads,
    gates,
    memory,
    service: createRequestService({ memory, blocks: createBlockBook({ memory }) }),
  };
}

const verdicts = (list: { requests: readonly { decision?: { verdict: string } | undefined }[] }) =>
  list.requests.map((each) => each.decision?.verdict);

describe('requestService', () => {
  it('lists requests newest first, and reads again only those about which something changed', async () => {
    const { all, reads, service } = setUp();
    await all.decide('one', 'approved');
    const second = await all.decide('two', 'denied');
    expect(verdicts(await service.list({ limit: 20 }))).toEqual(['denied', 'approved']);
    reads.length = 0;
    expect(verdicts(await service.list({ limit: 20 }))).toEqual(['denied', 'approved']);
    expect(reads).toEqual([]);
    await all.deciding.undo({ decision: second.decision });
    expect(verdicts(await service.list({ limit: 20 }))).toEqual([undefined, 'approved']);
    expect(reads.length).toBeGreaterThan(0);
  });

  it('says what a short request was taken as, by the last choice', async () => {
    const { all, memory, service } = setUp();
    await all.decide('build api', 'approved');
    const request = memory.index.requests()[0]?.request ?? '';
    expect((await service.get({ request })).meant).toBeUndefined();
    const hypotheses = ['h1', 'h2'].map((id) => ({
      id,
      question: `${id}?`,
      confidence: id === 'h1' ? 1.5 : 0.2,
    }));
    await memory.append({ kind: 'hypotheses', request, hypotheses });
    await memory.append({ kind: 'choice', request, selected: 'h1', automatic: true });
    expect((await service.get({ request })).meant).toMatchObject({ selected: 'h1', automatic: true });
    await memory.append({ kind: 'choice', request, selected: 'h2', automatic: false });
    const readings = [
      { id: 'h1', question: 'h1?', confidence: 1 },
      { id: 'h2', question: 'h2?', confidence: 0.2 },
    ];
    expect((await service.list({ limit: 20 })).requests[0]?.meant).toEqual({
      ...{ readings, selected: 'h2', automatic: false },
    });
    await memory.append({ kind: 'choice', request, selected: 'h9', automatic: false });
    expect((await service.get({ request })).meant).toBeUndefined();
  });

  it('does not keep what changed while it was read', async () => {
    const { all, gates, memory, service } = setUp();
    await all.decide('one', 'approved', { note: 'fine' });
    const [entry] = memory.index.requests();
    let open = (): void => undefined;
    gates[0] = new Promise((resolve) => {
      open = resolve;
    });
    const early = service.list({ limit: 20 });
    await all.deciding.undo({ decision: entry?.live?.decision ?? '' });
    open();
    await early;
    expect(verdicts(await service.list({ limit: 20 }))).toEqual([undefined]);
  });

  it('does not keep what could not be read, and does not know what was forgotten', async () => {
    const { all, memory, service } = setUp();
    await all.decide('one', 'approved');
    const request = memory.index.requests()[0]?.request ?? '';
    expect(await service.get({ request })).toMatchObject({ prompt: 'one' });
    const ids = { candidates: [], decisions: [], events: [], versions: [] };
    await memory.append({ kind: 'forget', requests: [request], ...ids, why: 'asked' });
    await expect(service.get({ request })).rejects.toMatchObject({ code: 'request.unknown' });
    expect((await service.list({ limit: 20 })).requests).toEqual([]);
  });

  it('keeps only so many, and nothing long', async () => {
    const { all, reads, memory, service } = setUp();
    for (let n = 0; n < 60; n += 1) await all.decide(`prompt ${n}`, 'approved');
    const first = await service.list({ limit: 100 });
    expect(first.requests).toHaveLength(60);
    reads.length = 0;
    expect((await service.list({ limit: 5 })).requests).toEqual(first.requests.slice(0, 5));
    expect(reads.length).toBeGreaterThan(0);

    const [thread, request] = [all.ids(), all.ids()];
    const prompt = 'long '.repeat(5_000);
    const facts = { category: 'other', model: 'base:1b', appVersion: '0' } as const;
    await memory.append({ kind: 'request', thread, request, prompt, context: [], ...facts });
    await service.list({ limit: 1 });
    reads.length = 0;
    await service.list({ limit: 1 });
    expect(reads).toHaveLength(1);
  });
});
