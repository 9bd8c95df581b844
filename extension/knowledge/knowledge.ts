import type { MemoryType } from '../../sidecar/protocol/memorySchemas.ts';
import { errorSentence } from '../notify.ts';
import { toAppError } from '../sidecar/rpcErrors.ts';
import type { SidecarClient } from '../sidecar/sidecarClient.ts';
import { evidenceRows, lastUseOf } from './evidenceRows.ts';
import { forgetQuestion } from './forgetQuestion.ts';
import { createKnowledgeBook } from './knowledgeBook.ts';
import { knowledgeEntries } from './knowledgeEntries.ts';
import type { KnowledgeSources } from './knowledgeSources.ts';
import { entryRows, sectionRows, type TreeRow } from './treeRows.ts';

export interface KnowledgeDeps {
  readonly client: Pick<SidecarClient, 'call' | 'on' | 'state' | 'restart'>;
  /** Asks before something is deleted. */
  confirmForget(what: string, detail: string): Promise<boolean>;
  /** Something is not as it was read: whoever shows it reads again. */
  onStale(): void;
  /** Calls after so many milliseconds; returns what prevents it. */
  schedule(ms: number, run: () => void): () => void;
}

/** What is known, for tree and page alike: read once, read anew after each change. All reject as the client does. */
export interface Knowledge {
  load(): Promise<KnowledgeSources>;
  /** What was read is not trusted any more. */
  refresh(): void;
  /** The same, and a sidecar that gave up is started once more. */
  retry(): Promise<void>;
  rows(parent: TreeRow | undefined): Promise<TreeRow[]>;
  switch(key: string, on: boolean): Promise<void>;
  pin(key: string, pinned: boolean): Promise<void>;
  edit(key: string, text: string): Promise<void>;
  /** Asks first; false where the answer was no. */
  forget(key: string): Promise<boolean>;
  /** Resolves to the key of the new entry. */
  addMemory(type: MemoryType, text: string): Promise<string>;
  addBlock(phrase: string): Promise<string>;
  evidence(key: string): ReturnType<typeof evidenceRows>;
  lastUse(key: string): Promise<string | undefined>;
  dispose(): void;
}

/** Several decisions in a row are followed once. */
const SETTLED_MS = 300;

export function createKnowledge({ client, confirmForget, onStale, schedule }: KnowledgeDeps): Knowledge {
  const book = createKnowledgeBook(client);
  let isStale = true;
  let current: Promise<KnowledgeSources> | undefined;
  let unschedule: (() => void) | undefined;

  function load(): Promise<KnowledgeSources> {
    if (!isStale && current) return current;
    isStale = false;
    // After what is being read already, which may have missed the change.
    const before: Promise<unknown> = current ?? Promise.resolve();
    const reading = before.then(book.read, book.read);
    current = reading;
    reading.catch(() => {
      if (current === reading) isStale = true;
    });
    return reading;
  }
  function refresh(): void {
    isStale = true;
    onStale();
  }
  async function changed<T>(change: Promise<T>): Promise<T> {
    try {
      return await change;
    } finally {
      refresh();
    }
  }
  const stop = client.on('memory.changed', () => {
    isStale = true;
    unschedule?.();
    unschedule = schedule(SETTLED_MS, refresh);
  });
  return {
    load,
    refresh,
    async retry() {
      if (client.state.kind === 'stopped') await client.restart();
      refresh();
    },
    rows: (parent) => rowsBelow(parent, load),
    switch: (key, on) => changed(book.switch(key, on)),
    pin: (key, pinned) => changed(book.pin(key, pinned)),
    edit: (key, text) => changed(book.edit(key, text)),
    async forget(key) {
      const known = await load();
      const entry = knowledgeEntries(known).find((each) => each.key === key);
      const detail = await forgetQuestion(client, known, key);
      if (entry === undefined || detail === undefined) return false;
      if (!(await confirmForget(entry.text, detail))) return false;
      await changed(book.forget(key));
      return true;
    },
    addMemory: (type, text) => changed(book.addMemory(type, text)),
    addBlock: (phrase) => changed(book.addBlock(phrase)),
    evidence: async (key) => evidenceRows(client, await load(), key),
    lastUse: async (key) => lastUseOf(await load(), key),
    dispose() {
      stop();
      unschedule?.();
    },
  };
}

async function rowsBelow(
  parent: TreeRow | undefined,
  load: () => Promise<KnowledgeSources>,
): Promise<TreeRow[]> {
  if (parent !== undefined && parent.kind !== 'section') return [];
  try {
    const entries = knowledgeEntries(await load());
    return parent === undefined ? sectionRows(entries) : entryRows(entries, parent.section);
  } catch (error) {
    return [{ kind: 'failed', message: errorSentence(toAppError(error).toData()) }];
  }
}
