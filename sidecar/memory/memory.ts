import type { BodyOf, EventBody, EventKind, EventOf, JournalEvent } from './events.ts';
import type { MemoryIndex } from './index/memoryIndex.ts';

/** A folder inside the data folder that one part of the program may write. Names are single path segments. */
export interface FolderHandle {
  readonly path: string;
  /** Writes the whole file atomically: temp file, fsync, rename, fsync of the folder. */
  write(name: string, content: string | Uint8Array): Promise<void>;
  /**
   * Adds to the end of a file, also of one that others add to; not synced, so only for what may be lost. Resolves with
   * its size in bytes afterwards.
   */
  append(name: string, text: string): Promise<number>;
  /** The file's text, or undefined where it does not exist. */
  read(name: string): Promise<string | undefined>;
  remove(name: string): Promise<void>;
  list(): Promise<string[]>;
  /** A folder below this one, made with mode 0700 when first written. */
  folder(name: string): FolderHandle;
}

/** Held until released or the process dies; the kernel frees it then. */
export interface HeldLock {
  release(): Promise<void>;
}

/** What forgetting took, or would take. */
export interface Forgotten {
  readonly requests: number;
  readonly answers: number;
  readonly decisions: number;
  /** Feedback, rules and other events that go by themselves. */
  readonly others: number;
  /** Versions that were trained on something of it. */
  readonly versions: readonly string[];
  /** Given ids that nothing here has. */
  readonly unknown: readonly string[];
  /** Journal segments of other windows that hold something still; they see to it within a second. */
  readonly waiting: number;
}

/**
 * Everything recorded. The journal is the truth; the index is what this process knows of it; texts stay on disk.
 */
export interface Memory {
  readonly writer: string;
  readonly dataFolder: string;
  readonly index: MemoryIndex;
  /**
   * Resolves when everything that was on disk at the start is in the index. Appending does not wait for it; what
   * counts or lists should.
   */
  readonly ready: Promise<void>;
  /** True while the journal can be written; false after a write error until a retry succeeds. */
  readonly writable: boolean;
  /**
   * Appends and resolves after fdatasync. Rejects with `memory.*` when the disk did not take it; then nothing
   * was recorded. `id` is for idempotence: an id that is already in the journal resolves with the event there.
   */
  append<K extends EventKind>(body: BodyOf<K>, id?: string): Promise<EventOf<K>>;
  /** Reads an event from disk by its id; undefined where unknown. */
  read(id: string): Promise<JournalEvent | undefined>;
  /** Called after each event that became known, own or another writer's, once. */
  onEvent(
    listener: (event: EventBody & { readonly id: string; readonly at: string }, own: boolean) => void,
  ): () => void;
  /**
   * Called when everything known was replaced by what is on disk now: after a reset, here or in another window, and
   * after events were removed.
   */
  onCleared(listener: () => void): () => void;
  /** Called when something needs a person: quarantined lines, a view that was edited, a full disk. */
  onNotice(listener: (notice: { readonly code: string; readonly message: string }) => void): () => void;
  /** The folder of one part: `runs`, `datasets`, `engine`, `models`, `logs`, or `root` for the data folder itself. */
  folder(part: 'runs' | 'datasets' | 'engine' | 'models' | 'logs' | 'root'): FolderHandle;
  /** The exclusive lock of that name, or undefined where another process holds it. */
  lock(name: 'exclusive' | 'training'): Promise<HeldLock | undefined>;
  /** Reads what other writers appended since the last look. */
  refresh(): Promise<void>;
  /** Brings the views up to date; resolves when they hold every event known at the call, or at the deadline. */
  flushViews(deadlineMs: number): Promise<void>;
  /**
   * Moves everything learned (journal, views, runs, datasets) into `quarantine/<time>`; the memory is empty afterwards.
   * A downloaded engine, its models and the logs stay. Returns the folder's name.
   */
  reset(): Promise<string>;
  /**
   * Deletes for real: whole requests by the id of a request, an answer or a decision, and everything that contains a
   * text. Known as gone at once, also by other windows; resolves when no text of it is left in any file, or when only
   * other windows have a part to do. Rejects with `training.busy` and `memory.*`.
   */
  forget(
    what: { readonly ids: readonly string[]; readonly about?: string | undefined },
    why: 'asked' | 'age',
  ): Promise<Forgotten>;
  /** What `forget` would take. */
  previewForget(what: {
    readonly ids: readonly string[];
    readonly about?: string | undefined;
  }): Promise<Forgotten>;
  /** Checks every checksum. */
  verify(): Promise<{
    readonly segments: number;
    readonly events: number;
    readonly damaged: number;
    readonly bytes: number;
    readonly findings: readonly string[];
  }>;
  dispose(): Promise<void>;
}
