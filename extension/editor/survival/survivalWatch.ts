import type { ErrorCode } from '../../../sidecar/protocol/errors.ts';
import type { Client } from '../../../sidecar/protocol/methods.ts';
import { toAppError } from '../../sidecar/rpcErrors.ts';
import { broughtLines, type CodeEdit, isMeasurable } from './broughtLines.ts';
import { codeLines } from './codeLines.ts';
import { type DocumentChange, followEdits } from './followEdits.ts';
import { measureAnswer } from './measureAnswer.ts';
import type { SurvivalFiles } from './measurePlace.ts';
import {
  bounded,
  MAX_LINES,
  MAX_PLACES,
  type Pending,
  type Piece,
  type Place,
  readPending,
  textCheck,
} from './pendingSurvival.ts';
import { isDue, marksPassed, minutesBetween, nextDueAt } from './survivalMarks.ts';

/** A machine that slept does not count that time in its timers: no wait is longer than this. */
const MAX_WAIT_MS = 60_000;
/** After a failure, or a file that can't be read now. */
const RETRY_MS = 5 * 60_000;
/** Edits are saved once they rest. */
const SAVE_AFTER_MS = 1_000;

/** Answers that say that there is nothing to measure any more. */
const GONE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'candidate.unknown',
  'request.unknown',
  'request.forgotten',
  'rpc.invalid',
]);

/** A code block of an answer that was written into a document. */
export interface AppliedCode {
  readonly request: string;
  readonly candidate: string;
  readonly block: number;
  readonly code: string;
  readonly uri: string;
  readonly edit: CodeEdit;
}

export interface SurvivalWatchDeps {
  readonly client: Pick<Client, 'call'>;
  readonly files: SurvivalFiles;
  /** Text of a document that is open, as VS Code has it now. */
  openText(uri: string): string | undefined;
  /** False while files may not be read. */
  trusted(): boolean;
  /** Absolute path of the data folder in use now. */
  dataFolder(): string;
  /** Milliseconds since 1970. */
  clock(): number;
  schedule(ms: number, run: () => void): () => void;
  load(): unknown;
  save(entries: readonly Pending[]): void;
}

/** Looks at applied code after 1, 10 and 60 minutes and records how much of it is still there. */
export interface SurvivalWatch {
  applied(code: AppliedCode): void;
  /** Documents that opened, changed, and are about to be forgotten. */
  opened(uri: string, text: string): void;
  changed(change: DocumentChange): void;
  closed(uri: string, text: string): void;
  /** A file or folder got another address. */
  renamed(from: string, to: string): void;
  /** Takes every measurement that is due. Resolves when that is done; never rejects. */
  look(): Promise<void>;
  dispose(): void;
}

/** What must be known of an answer only while the window is open. */
interface Watched extends Pending {
  /** Code by block number, once it was read. */
  readonly codes: Map<number, string>;
  retryAt: number;
}

export function createSurvivalWatch(deps: SurvivalWatchDeps): SurvivalWatch {
  return new Watch(deps);
}

class Watch implements SurvivalWatch {
  private readonly deps: SurvivalWatchDeps;
  private entries: Watched[];
  private looking: Promise<void> | undefined;
  private cancelLook = (): void => undefined;
  private cancelSave: (() => void) | undefined;
  private disposed = false;

  constructor(deps: SurvivalWatchDeps) {
    this.deps = deps;
    this.entries = readPending(deps.load(), deps.clock()).map((entry) => ({
      ...entry,
      codes: new Map(),
      retryAt: 0,
    }));
    for (const piece of this.pieces()) this.verify(piece, deps.openText(piece.uri));
    this.plan();
  }

  applied({ request, candidate, block, code, uri, edit }: AppliedCode): void {
    const lines = broughtLines(code, edit);
    if (!isMeasurable(lines) || codeLines(code).length > MAX_LINES) return;
    const branch = this.deps.files.branch(uri);
    const piece = placed(uri, edit, this.deps.openText(uri));
    this.notPasted(piece);
    const place: Place = {
      block,
      lines,
      pieces: [piece],
      branch: branch === undefined ? '' : textCheck(branch),
    };
    const known = this.entries.find((entry) => entry.candidate === candidate);
    const others = (known?.places ?? []).filter((other) => other.block !== block);
    const entry: Watched = {
      candidate,
      request,
      dataFolder: this.deps.dataFolder(),
      appliedAt: this.deps.clock(),
      done: known?.done ?? [],
      places: [place, ...others].slice(0, MAX_PLACES),
      codes: new Map([...(known?.codes ?? []), [block, code]]),
      retryAt: 0,
    };
    this.keep([entry, ...this.entries.filter((other) => other !== known)]);
    this.plan();
  }

  opened(uri: string, text: string): void {
    for (const piece of this.pieces()) if (piece.uri === uri) this.verify(piece, text);
  }

  changed(change: DocumentChange): void {
    let followed = false;
    for (const entry of this.entries) {
      for (const place of entry.places)
        followed = followEdits(place, entry.codes.get(place.block), change) || followed;
    }
    if (followed) this.saveSoon();
  }

  closed(uri: string, text: string): void {
    const there = this.pieces().filter((piece) => piece.uri === uri);
    for (const piece of there) piece.check = textCheck(text);
    if (there.length > 0) this.save();
  }

  renamed(from: string, to: string): void {
    const there = this.pieces().filter(({ uri }) => uri === from || uri.startsWith(`${from}/`));
    for (const piece of there) {
      // The new document may have opened before this was told, or may be opened later.
      const before = this.deps.openText(piece.uri);
      if (before !== undefined) piece.check = textCheck(before);
      piece.uri = to + piece.uri.slice(from.length);
      this.verify(piece, this.deps.openText(piece.uri));
    }
    if (there.length > 0) this.save();
  }

  async look(): Promise<void> {
    this.looking ??= this.lookAtAll().finally(() => {
      this.looking = undefined;
      this.plan();
    });
    return this.looking;
  }

  dispose(): void {
    this.disposed = true;
    this.cancelLook();
    if (this.entries.length > 0) this.save();
  }

  private async lookAtAll(): Promise<void> {
    for (const entry of [...this.entries]) {
      if (!this.disposed && this.mayLook(entry)) await this.lookAt(entry);
    }
  }

  private mayLook({ appliedAt, done, dataFolder, retryAt }: Watched): boolean {
    const { clock, trusted } = this.deps;
    const now = clock();
    if (!trusted() || dataFolder !== this.deps.dataFolder() || retryAt > now) return false;
    return isDue(minutesBetween(appliedAt, now), done);
  }

  private async lookAt(entry: Watched): Promise<void> {
    try {
      const ratio = await measureAnswer(entry, this.deps);
      if (!this.entries.includes(entry)) return; // it was applied again meanwhile
      if (ratio === 'unreadable') return this.later(entry);
      // As it is now, also where that is much later than its mark: the one look stands for all marks that are past.
      const afterMinutes = minutesBetween(entry.appliedAt, this.deps.clock());
      const { candidate } = entry;
      if (ratio !== 'untold')
        await this.deps.client.call('survival.record', { candidate, afterMinutes, ratio });
      entry.done = marksPassed(afterMinutes);
      const over = nextDueAt(entry.appliedAt, entry.done) === undefined;
      this.keep(over ? this.entries.filter((other) => other !== entry) : this.entries);
    } catch (error) {
      // One measurement fewer is nothing that the user must know of.
      if (GONE.has(toAppError(error).code)) this.keep(this.entries.filter((other) => other !== entry));
      else this.later(entry);
    }
  }

  /** What was just written is of this answer: it looked as if code of an earlier, similar one had been pasted. */
  private notPasted({ uri, start, end }: Piece): void {
    for (const place of this.entries.flatMap(({ places }) => places)) {
      place.pieces = place.pieces.filter(
        (other, at) => at === 0 || other.uri !== uri || other.start !== start || other.end !== end,
      );
    }
  }

  private later(entry: Watched): void {
    entry.retryAt = this.deps.clock() + RETRY_MS;
  }

  private pieces(): Piece[] {
    return this.entries.flatMap(({ places }) => places.flatMap(({ pieces }) => pieces));
  }

  /** A document that opens with another text was changed where nobody looked: its offsets are no longer known. */
  private verify(piece: Piece, text: string | undefined): void {
    if (text !== undefined && textCheck(text) !== piece.check) piece.loose = true;
  }

  private keep(entries: Watched[]): void {
    const kept = new Set<Pending>(bounded(entries, this.deps.clock()));
    this.entries = entries.filter((entry) => kept.has(entry));
    this.save();
  }

  private saveSoon(): void {
    this.cancelSave ??= this.deps.schedule(SAVE_AFTER_MS, () => this.save());
  }

  private save(): void {
    this.cancelSave?.();
    this.cancelSave = undefined;
    for (const piece of this.pieces()) {
      const text = this.deps.openText(piece.uri);
      if (text !== undefined) piece.check = textCheck(text);
    }
    this.deps.save(
      this.entries.map(({ codes: _codes, retryAt: _retryAt, ...pending }) => structuredClone(pending)),
    );
  }

  private plan(): void {
    this.cancelLook();
    if (this.disposed || this.entries.length === 0) return;
    const now = this.deps.clock();
    const waits = this.entries.map((entry) => {
      const wait = (nextDueAt(entry.appliedAt, entry.done) ?? now) - now;
      // Due, but not to be looked at now, as in another data folder: not at once again.
      return wait > 0 || this.mayLook(entry) ? wait : MAX_WAIT_MS;
    });
    this.cancelLook = this.deps.schedule(Math.max(0, Math.min(MAX_WAIT_MS, ...waits)), () => {
      this.look();
    });
  }
}

/** Where the edit wrote; loose where the document has become another one since. */
function placed(uri: string, { before, from, to, text }: CodeEdit, open: string | undefined): Piece {
  const now = open ?? before.slice(0, from) + text + before.slice(to);
  const at = now.startsWith(text, from) ? from : now.indexOf(text);
  const known = at >= 0;
  const start = known ? at : 0;
  return { uri, start, end: known ? at + text.length : 0, loose: !known, check: textCheck(now) };
}
