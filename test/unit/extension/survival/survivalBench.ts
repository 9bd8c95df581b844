import { monotonicFactory } from 'ulid';
import type { Reading } from '../../../../extension/editor/survival/measurePlace.ts';
import {
  createSurvivalWatch,
  type SurvivalWatch,
} from '../../../../extension/editor/survival/survivalWatch.ts';
import type { TextChange } from '../../../../extension/editor/survival/trackedRange.ts';
import { AppError, type ErrorCode } from '../../../../sidecar/protocol/errors.ts';
import type { Client } from '../../../../sidecar/protocol/methods.ts';

const MINUTE = 60_000;

export interface Recorded {
  readonly candidate: string;
  readonly afterMinutes: number;
  readonly ratio: number;
}

/** Files, open documents, a clock and a data folder of the test's own, with the real watch on them. */
export function survivalBench() {
  const newId = monotonicFactory();
  const answers = new Map<string, { request: string; text: string }>();
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  const bench = {
    now: Date.UTC(2026, 0, 1),
    files: new Map<string, string>(),
    open: new Map<string, string>(),
    /** Addresses that can't be reached. */
    away: new Set<string>(),
    branch: 'main',
    folder: '/data',
    recorded: [] as Recorded[],
    asked: [] as string[],
    refuse: undefined as ErrorCode | undefined,
    /** What the window stores, as JSON. */
    stored: '[]',
    watch: undefined as unknown as SurvivalWatch,
  };
  const read = async (uri: string): Promise<Reading> => {
    const open = bench.open.get(uri);
    if (open !== undefined) return { kind: 'text', text: open, open: true };
    if (bench.away.has(uri)) return { kind: 'unreadable' };
    const text = bench.files.get(uri);
    return text === undefined ? { kind: 'gone' } : { kind: 'text', text, open: false };
  };
  const client: Pick<Client, 'call'> = {
    // The double of a generic interface: each answer is of its method.
    call: async (method, params) => {
      bench.asked.push(method);
      if (bench.refuse !== undefined) throw new AppError(bench.refuse, 'refused');
      if (method === 'survival.record') bench.recorded.push(params as never);
      const { request } = params as { request?: string };
      const candidates = [...answers].filter(([, answer]) => answer.request === request);
      return { candidates: candidates.map(([candidate, { text }]) => ({ candidate, text })) } as never;
    },
  };
  const start = (): void => {
    bench.watch = createSurvivalWatch({
      client,
      files: {
        read,
        sameName: async (uri) => {
          const name = uri.split('/').at(-1) ?? '';
          return [...bench.files.keys()].filter((other) => other !== uri && other.endsWith(`/${name}`));
        },
        branch: () => bench.branch,
      },
      openText: (uri) => bench.open.get(uri),
      trusted: () => true,
      dataFolder: () => bench.folder,
      clock: () => bench.now,
      schedule: (ms, run) => {
        const timer = { at: bench.now + ms, run };
        timers.add(timer);
        return () => timers.delete(timer);
      },
      load: () => JSON.parse(bench.stored),
      save: (entries) => {
        bench.stored = JSON.stringify(entries);
      },
    });
  };
  start();
  return Object.assign(bench, {
    /** An answer with that code in it, which is the way that the data folder has it. */
    answer(...codes: readonly string[]): { request: string; candidate: string } {
      const [request, candidate] = [newId(), newId()];
      answers.set(candidate, {
        request,
        text: codes.map((code) => `Text.\n\`\`\`ts\n${code}\n\`\`\`\n`).join(''),
      });
      return { request, candidate };
    },
    /** Applies a block in the place of `from` to `to` of an open document. */
    apply(
      of: { request: string; candidate: string },
      uri: string,
      code: string,
      [from, to] = [0, 0],
      block = 0,
    ) {
      const before = bench.open.get(uri) ?? '';
      const edit = { before, from, to, text: code };
      bench.open.set(uri, before.slice(0, from) + code + before.slice(to));
      bench.watch.changed({ uri, changes: [{ offset: from, length: to - from, text: code }] });
      bench.watch.applied({ ...of, block, code, uri, edit });
    },
    edit(uri: string, change: TextChange) {
      const before = bench.open.get(uri) ?? '';
      const { offset, length, text } = change;
      bench.open.set(uri, before.slice(0, offset) + text + before.slice(offset + length));
      bench.watch.changed({ uri, changes: [change] });
    },
    /** Writes all of `text` over a part that is there once. */
    replace(uri: string, part: string, text: string) {
      const offset = (bench.open.get(uri) ?? '').indexOf(part);
      if (offset < 0) throw new Error(`${part} is not in ${uri}`);
      this.edit(uri, { offset, length: part.length, text });
    },
    close(uri: string, saved = true) {
      const text = bench.open.get(uri) ?? '';
      if (saved) bench.files.set(uri, text);
      bench.open.delete(uri);
      bench.watch.closed(uri, text);
    },
    openFile(uri: string) {
      const text = bench.files.get(uri) ?? '';
      bench.open.set(uri, text);
      bench.watch.opened(uri, text);
    },
    /** Ends the window and starts it anew; what is open stays open. */
    restart(minutes = 0) {
      bench.watch.dispose();
      timers.clear();
      bench.now += minutes * MINUTE;
      start();
    },
    /** Lets time pass with the timers that it brings. */
    async pass(minutes: number) {
      const end = bench.now + minutes * MINUTE;
      for (;;) {
        const next = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers.delete(next);
        bench.now = Math.max(bench.now, next.at);
        next.run();
        await bench.watch.look();
      }
      bench.now = end;
    },
    /** Milliseconds until each timer runs. */
    waits: () => [...timers].map(({ at }) => at - bench.now),
    ratios: () => bench.recorded.map(({ afterMinutes, ratio }) => [afterMinutes, ratio]),
  });
}
