import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from './crashScale.ts';
import { type DataChange, type EntryChange, type Node, type Recording, ROOT } from './recordingFs.ts';

const SECTOR = 512;

/** What of a change reached the disk: all of it, nothing, or these of its sectors. */
type Fate = 'kept' | 'dropped' | readonly number[];

/** What a disk can hold after the power went at a moment. */
export interface DiskState {
  readonly moment: number;
  /** The same for the same contents. */
  readonly key: string;
  readonly folders: readonly string[];
  readonly files: ReadonlyMap<string, Buffer>;
}

interface Timed<T> {
  readonly change: T;
  /** From this moment on it is on disk for certain. */
  readonly durable: number;
}

/**
 * Makes disks that a power loss may leave behind. What was synced is there. Of the rest each entry is present or
 * absent, each write is there, not there or there in some of its sectors, whatever came before or after it. A rename
 * happens whole or not at all, as in every file system with a journal.
 */
export class DiskStates {
  readonly #recording: Recording;
  readonly #data: readonly Timed<DataChange>[];
  readonly #entries: readonly Timed<EntryChange>[];

  constructor(recording: Recording) {
    this.#recording = recording;
    const inOrder = <T extends { start: number }>(all: readonly T[]): T[] =>
      [...all].sort((a, b) => a.start - b.start);
    this.#data = inOrder(recording.data).map((change) => ({
      change,
      durable: change.forsaken ? Number.POSITIVE_INFINITY : this.#durable([change.file], change.end),
    }));
    this.#entries = inOrder(recording.entries).map((change) => ({
      change,
      durable: this.#durable(
        change.entries.map(({ folder }) => folder),
        change.end,
      ),
    }));
  }

  get moments(): { readonly first: number; readonly last: number } {
    return { first: this.#recording.settled + 1, last: this.#recording.moments };
  }

  /** What the program had said by then. */
  toldAt(moment: number): string[] {
    return this.#recording.told.filter(({ at }) => at <= moment).map(({ what }) => what);
  }

  /** A disk at that moment; `how` decides over what was not synced. */
  at(moment: number, how: 'kept' | 'dropped' | Random): DiskState {
    const key: string[] = [String(this.toldAt(moment).length)];
    const fate = (timed: Timed<DataChange | EntryChange>, sectors: number): Fate => {
      if (timed.durable <= moment) return 'kept';
      const chosen = choose(how, sectors);
      key.push(`${timed.change.start}:${chosen}`);
      return chosen;
    };
    const tree = this.#treeAt(moment, fate);
    const contents = this.#contentsAt(moment, fate);
    const { folders, files } = walk(tree, contents);
    const durable = [...this.#data, ...this.#entries].filter((each) => each.durable <= moment).length;
    return { moment, key: `${durable} ${key.join(' ')}`, folders, files };
  }

  #durable(nodes: readonly number[], end: number): number {
    if (end <= this.#recording.settled) return 0;
    let first = Number.POSITIVE_INFINITY;
    for (const sync of this.#recording.syncs)
      if (nodes.includes(sync.node) && sync.start > end && sync.end < first) first = sync.end;
    return first;
  }

  #treeAt(moment: number, fate: (timed: Timed<EntryChange>, sectors: number) => Fate): Tree {
    const tree: Tree = new Map();
    for (const timed of this.#entries) {
      if (timed.change.start > moment || fate(timed, 0) !== 'kept') continue;
      for (const { folder, name, node } of timed.change.entries) {
        const names = tree.get(folder) ?? new Map<string, Node>();
        tree.set(folder, names);
        if (node) names.set(name, node);
        else names.delete(name);
      }
    }
    return tree;
  }

  #contentsAt(
    moment: number,
    fate: (timed: Timed<DataChange>, sectors: number) => Fate,
  ): Map<number, Buffer> {
    const pieces = new Map<number, Piece[]>();
    for (const timed of this.#data) {
      const { change } = timed;
      if (change.start > moment) continue;
      const bytes = change.bytes ?? Buffer.alloc(0);
      const chosen = fate(timed, change.bytes ? sectorsOf(change) : 0);
      if (chosen === 'dropped') continue;
      const list = pieces.get(change.file) ?? [];
      pieces.set(change.file, list);
      if (!change.bytes) list.push({ cut: change.offset });
      else if (chosen === 'kept') list.push({ offset: change.offset, bytes });
      else for (const sector of chosen) list.push(sectorOf(change.offset, bytes, sector));
    }
    return new Map([...pieces].map(([file, list]) => [file, assemble(list)]));
  }
}

/** Writes the disk into a new folder. */
export function materialize(state: DiskState, folder: string): void {
  mkdirSync(folder, { mode: 0o700 });
  for (const each of state.folders) mkdirSync(join(folder, each), { mode: 0o700 });
  for (const [name, bytes] of state.files) writeFileSync(join(folder, name), bytes, { mode: 0o600 });
}

function choose(how: 'kept' | 'dropped' | Random, sectors: number): Fate {
  if (how === 'kept' || how === 'dropped') return how;
  if (sectors === 0) return how.pick(['kept', 'dropped']);
  const all = Array.from({ length: sectors }, (_, index) => index);
  switch (how.below(4)) {
    case 0:
      return 'kept';
    case 1:
      return 'dropped';
    case 2:
      return all.slice(0, how.below(sectors));
    default:
      return all.filter(() => how.below(2) === 0);
  }
}

type Tree = Map<number, Map<string, Node>>;
type Piece = { readonly cut: number } | { readonly offset: number; readonly bytes: Buffer };

/** Sectors of the file, not of the write: it may begin in the middle of one. */
function sectorsOf({ offset, bytes }: DataChange): number {
  const length = bytes?.length ?? 0;
  return Math.floor((offset + length - 1) / SECTOR) - Math.floor(offset / SECTOR) + 1;
}

function sectorOf(offset: number, bytes: Buffer, index: number): Piece {
  const from = (Math.floor(offset / SECTOR) + index) * SECTOR;
  const start = Math.max(from, offset);
  const end = Math.min(from + SECTOR, offset + bytes.length);
  return { offset: start, bytes: bytes.subarray(start - offset, end - offset) };
}

function assemble(pieces: readonly Piece[]): Buffer {
  let size = 0;
  for (const piece of pieces) if (!('cut' in piece)) size = Math.max(size, piece.offset + piece.bytes.length);
  const whole = Buffer.alloc(size);
  let length = 0;
  for (const piece of pieces) {
    if ('cut' in piece) {
      whole.fill(0, Math.min(piece.cut, size));
      length = Math.min(length, piece.cut);
    } else {
      piece.bytes.copy(whole, piece.offset);
      length = Math.max(length, piece.offset + piece.bytes.length);
    }
  }
  return whole.subarray(0, length);
}

function walk(tree: Tree, contents: ReadonlyMap<number, Buffer>): Pick<DiskState, 'folders' | 'files'> {
  const folders: string[] = [];
  const files = new Map<string, Buffer>();
  const visit = (folder: number, path: string): void => {
    for (const [name, node] of tree.get(folder) ?? []) {
      const below = join(path, name);
      if (node.kind === 'file') files.set(below, contents.get(node.id) ?? Buffer.alloc(0));
      else {
        folders.push(below);
        visit(node.id, below);
      }
    }
  };
  visit(ROOT.id, '');
  return { folders, files };
}
