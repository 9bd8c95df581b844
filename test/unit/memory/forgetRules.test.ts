import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../../sidecar/memory/events.ts';
import {
  afterForgetting,
  isForgotten,
  isTrainedOn,
  textsOf,
} from '../../../sidecar/memory/forget/forgetRules.ts';
import { createTraces, holdsTrace } from '../../../sidecar/memory/forget/forgetTraces.ts';
import { memoryDouble } from '../../helpers/memoryDouble.ts';

const id = (n: number): string => `01HZZZZZZZZZZZZZZZZZZZZZ${String(n).padStart(2, '0')}`;
const line = (more: object): Envelope => ({
  v: 1,
  id: id(1),
  at: '2026-01-01T00:00:00.000Z',
  writer: id(90),
  kind: 'request',
  ...more,
});

describe('what forgetting does to a line', () => {
  it('leaves ids and no text, of every kind that belongs to it, known or not', () => {
    const ids = new Set([id(5)]);
    for (const kind of ['request', 'candidate', 'decision', 'feedback', 'somethingNew']) {
      const before = line({ kind, request: id(5), prompt: 'words', more: { deep: ['words'] } });
      expect(afterForgetting(before, ids)).toEqual(line({ kind: 'forgotten', was: kind, request: id(5) }));
    }
    const undo = line({ kind: 'undo', decision: id(6) });
    expect(afterForgetting(undo, new Set([id(6)]))).toMatchObject({ kind: 'forgotten', decision: id(6) });
  });

  it('gives back the very line where nothing has to go', () => {
    const other = line({ request: id(7), prompt: 'words' });
    expect(afterForgetting(other, new Set([id(5)]))).toBe(other);
    const tombstone = line({ kind: 'forgotten', was: 'request', request: id(5) });
    expect(afterForgetting(tombstone, new Set([id(5)]))).toBe(tombstone);
    expect(isForgotten({ kind: 'forget', id: id(5) }, new Set([id(5)]))).toBe(false);
  });

  it('takes examples and rules out of a version that rested on it, and keeps the others', () => {
    const detail = {
      number: 2,
      digest: 'd',
      system: 'Base.\nUse tabs.\nUse walrus.',
      rules: [
        { id: 'a', text: 'Use tabs.', evidence: [id(5), id(8)] },
        { id: 'b', text: 'Use walrus.', evidence: [id(5)] },
      ],
      examples: [
        { prompt: 'p', response: 'r', decision: id(5) },
        { prompt: 'q', response: 's', decision: id(8) },
      ],
    };
    const version = line({ kind: 'version', version: id(3), event: 'published', detail });
    expect(isTrainedOn(detail, new Set([id(5)]))).toBe(true);
    expect(isTrainedOn(detail, new Set([id(9)]))).toBe(false);
    expect(afterForgetting(version, new Set([id(5)]))).toMatchObject({
      kind: 'version',
      detail: {
        number: 2,
        digest: 'd',
        system: 'Base.\nUse tabs.',
        rules: [{ id: 'a' }],
        examples: [{ decision: id(8) }],
      },
    });
    expect(afterForgetting(version, new Set([id(1)]))).toMatchObject({
      kind: 'version',
      detail: { system: '', rules: [], examples: [] },
    });
  });

  it('looks for texts, and not for names of models or ids', () => {
    const request = line({
      prompt: 'a',
      model: 'qwen',
      context: [{ kind: 'file', name: 'secret.ts' }],
      workspace: { name: 'shop', hash: 'h' },
    });
    expect(textsOf(request)).toEqual(['a', 'secret.ts', 'shop']);
  });
});

describe('a trace in a file', () => {
  it('is an id, also right behind other letters, or the beginning of a text, as it is or in JSON', () => {
    const traces = createTraces(new Set([id(5)]));
    expect(traces.take(line({ request: id(5), prompt: 'Say "hello"\nto the Walrus, please' }))).toBe(true);
    expect(traces.take(line({ id: id(2), request: id(6), prompt: 'Nothing of it here' }))).toBe(false);
    expect(holdsTrace(`7${id(5)}x`, traces)).toBe(true);
    expect(holdsTrace('... SAY "HELLO"\nto the walrus, please ...', traces)).toBe(true);
    expect(holdsTrace(JSON.stringify({ p: 'Say "hello"\nto the Walrus, please' }), traces)).toBe(true);
    expect(holdsTrace(`nothing of it here ${id(6)}`, traces)).toBe(false);
  });

  it('is not a text so short that it is found everywhere', () => {
    const traces = createTraces(new Set([id(5)]));
    traces.take(line({ request: id(5), prompt: 'fix it' }));
    expect(holdsTrace('please fix it', traces)).toBe(false);
    traces.takeAbout('fix it');
    expect(holdsTrace('please Fix it', traces)).toBe(true);
  });
});

describe('the index', () => {
  it('shows nothing of a forgotten request, whichever comes first', async () => {
    const memory = memoryDouble();
    const sha256 = 'a'.repeat(64);
    const forget = {
      kind: 'forget',
      requests: [id(5)],
      candidates: [id(6)],
      decisions: [id(7)],
      events: [],
      versions: [],
      why: 'asked',
    } as const;
    const record = async (): Promise<void> => {
      const request = {
        kind: 'request',
        thread: id(4),
        request: id(5),
        prompt: 'p',
        appVersion: '0',
      } as const;
      await memory.append<'request'>({ ...request, context: [], category: 'other', model: 'm' });
      const candidate = { kind: 'candidate', request: id(5), candidate: id(6), text: 't', sha256 } as const;
      await memory.append<'candidate'>({
        ...candidate,
        model: 'm',
        options: {},
        stopped: 'complete',
        engine: 'ollama',
      });
      await memory.append<'decision'>({
        kind: 'decision',
        decision: id(7),
        request: id(5),
        candidate: id(6),
        sha256,
        verdict: 'approved',
        reasons: [],
      });
      const target = { uriHash: 'u', range: [1, 2] as [number, number] };
      await memory.append<'applied'>({ kind: 'applied', candidate: id(6), how: 'copy', target });
    };
    await record();
    expect(memory.index.liveDecisions()).toHaveLength(1);
    await memory.append<'forget'>({
      ...forget,
      requests: [id(5)],
      candidates: [],
      decisions: [],
      events: [],
      versions: [],
    });
    const hidden = (): void => {
      const { index } = memory;
      expect([index.liveDecisions(), index.requests(), index.applied()]).toEqual([[], [], []]);
      expect([index.request(id(5)), index.candidate(id(6)), index.decision(id(7))]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect(index.tally('')).toMatchObject({ requests: 0, since: 0 });
      expect(index.has(id(5))).toBe(memory.events.some((each) => each.id === id(5)));
    };
    hidden();
    await record();
    hidden();
  });
});
