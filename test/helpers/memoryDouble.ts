import { monotonicFactory } from 'ulid';
import type { EventBody, JournalEvent } from '../../sidecar/memory/events.ts';
import { eventBodySchema } from '../../sidecar/memory/events.ts';
import { createMemoryIndex } from '../../sidecar/memory/index/createMemoryIndex.ts';
import type { FolderHandle, Memory } from '../../sidecar/memory/memory.ts';

const NOTHING_FORGOTTEN = {
  requests: 0,
  answers: 0,
  decisions: 0,
  others: 0,
  versions: [],
  unknown: [],
  waiting: 0,
};
const WRITER = '01HZZZZZZZZZZZZZZZZZZZZZZZ';

export interface MemoryDouble extends Memory {
  /** Every event so far, in order. */
  readonly events: readonly JournalEvent[];
  /** Files by path. */
  readonly files: Map<string, string>;
  /** Called before each append; throwing refuses it. */
  beforeAppend: (body: EventBody) => void | Promise<void>;
}

/** A Memory without a disk: the real index over events that are checked as the journal checks them. */
export function memoryDouble(start = Date.UTC(2026, 0, 1)): MemoryDouble {
  const index = createMemoryIndex();
  const ulid = monotonicFactory();
  const events: JournalEvent[] = [];
  const files = new Map<string, string>();
  const listeners = new Set<Parameters<Memory['onEvent']>[0]>();
  const held = new Set<string>();
  let now = start;
  const double: MemoryDouble = {
    events,
    files,
    beforeAppend: () => undefined,
    writer: WRITER,
    dataFolder: '/data',
    index,
    writable: true,
    append: async (body, id) => {
      const known = events.find((each) => each.id === id);
      // The double of a generic interface: the event of that id is of that kind.
      if (known) return known as never;
      await double.beforeAppend(body);
      now += 1_000;
      const at = new Date(now).toISOString();
      const event = { ...eventBodySchema.parse(body), v: 1, id: id ?? ulid(now), at, writer: WRITER };
      events.push(event);
      index.add(event, event, { segment: 's', offset: events.length, length: 1 });
      for (const listener of listeners) listener(event, true);
      return event as never;
    },
    read: async (id) => events.find((each) => each.id === id),
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ready: Promise.resolve(),
    onCleared: () => () => undefined,
    onNotice: () => () => undefined,
    folder: (part) => folderDouble(files, part === 'root' ? '/data' : `/data/${part}`),
    lock: async (name) => {
      if (held.has(name)) return undefined;
      held.add(name);
      return {
        release: async () => {
          held.delete(name);
        },
      };
    },
    refresh: async () => undefined,
    flushViews: async () => undefined,
    reset: async () => 'none',
    forget: async () => NOTHING_FORGOTTEN,
    previewForget: async () => NOTHING_FORGOTTEN,
    verify: async () => ({ segments: 1, events: events.length, damaged: 0, bytes: 0, findings: [] }),
    dispose: async () => undefined,
  };
  return double;
}

function folderDouble(files: Map<string, string>, path: string): FolderHandle {
  return {
    path,
    write: async (name, content) => {
      files.set(`${path}/${name}`, String(content));
    },
    append: async (name, text) => {
      const whole = (files.get(`${path}/${name}`) ?? '') + text;
      files.set(`${path}/${name}`, whole);
      return Buffer.byteLength(whole);
    },
    read: async (name) => files.get(`${path}/${name}`),
    remove: async (name) => {
      files.delete(`${path}/${name}`);
    },
    list: async () =>
      [...files.keys()]
        .filter((each) => each.startsWith(`${path}/`))
        .map((each) => each.slice(path.length + 1)),
    folder: (name) => folderDouble(files, `${path}/${name}`),
  };
}
