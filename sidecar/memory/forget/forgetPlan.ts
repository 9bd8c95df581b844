import { join } from 'node:path';
import type { DataFolder } from '../disk/dataFolder.ts';
import type { FsPort } from '../disk/fsPort.ts';
import type { Envelope } from '../events.ts';
import type { MemoryIndex } from '../index/memoryIndex.ts';
import { listSegments } from '../journal/journalReader.ts';
import { segmentPieces } from '../journal/segmentPieces.ts';
import { goneWithMemories } from './forgetMemories.ts';
import { isTrainedOn, SUBJECTS, subjectOf, textsOf } from './forgetRules.ts';
import { createForgotten, type Forgotten } from './forgotten.ts';

/** What is to be forgotten: by id, by a text that it contains, or both. */
export interface ForgetWhat {
  /** Of requests, answers, decisions (all of which mean the whole request) or of other events. */
  readonly ids: readonly string[];
  /** Compared without regard to case. */
  readonly about?: string | undefined;
}

export interface ForgetPlan {
  readonly requests: readonly string[];
  readonly candidates: readonly string[];
  readonly decisions: readonly string[];
  /** Feedback, rules and other events that go by themselves. */
  readonly events: readonly string[];
  /** Versions that were trained on something of it. */
  readonly versions: readonly string[];
  /** Given ids that nothing here has. */
  readonly unknown: readonly string[];
}

export interface ForgetPlanPorts {
  readonly fs: FsPort;
  readonly folder: DataFolder;
  /** Without what is forgotten already. */
  readonly index: MemoryIndex;
}

/** Finds everything that forgetting would take. Changes nothing; reads the journal only where a text is looked for. */
export async function planForgetting(ports: ForgetPlanPorts, what: ForgetWhat): Promise<ForgetPlan> {
  const found = new Found(ports.index);
  const wanted = new Set(what.ids);
  for (const id of wanted) found.takeId(id);
  const unknown = new Set([...wanted].filter((id) => !found.covers(id)));
  const about = what.about?.toLowerCase();
  if (about !== undefined && about !== '') {
    await found.takeLines(ports.fs, ports.folder.journal, (line) => mentions(line, about));
  }
  // What a reset moved away is in no index; its lines are looked at one by one.
  for (const journal of await resetJournals(ports.fs, ports.folder)) {
    if (about === undefined && unknown.size === 0) break;
    const matches = (line: Envelope): boolean =>
      (about !== undefined && mentions(line, about)) ||
      unknown.has(line.id) ||
      SUBJECTS.some((field) => unknown.has(subjectOf(line, field) ?? ''));
    await found.takeLines(ports.fs, journal, matches);
  }
  return found.plan([...unknown].filter((id) => !found.covers(id)));
}

/** Journals that Reset Training moved to quarantine. */
export async function resetJournals(fs: FsPort, folder: DataFolder): Promise<string[]> {
  const names = await fs.list(folder.quarantine).catch((): string[] => []);
  return names
    .filter((name) => name.startsWith('reset-'))
    .sort()
    .map((name) => join(folder.quarantine, name, 'journal'));
}

function mentions(line: Envelope, about: string): boolean {
  return textsOf(line).some((text) => text.toLowerCase().includes(about));
}

class Found {
  readonly #index: MemoryIndex;
  readonly #forgotten: Forgotten;
  readonly #requests = new Set<string>();
  readonly #answers = new Set<string>();
  readonly #decisions = new Set<string>();
  readonly #others = new Set<string>();

  constructor(index: MemoryIndex) {
    this.#index = index;
    this.#forgotten = createForgotten(() => index.forgets());
  }

  covers(id: string): boolean {
    if (this.#forgotten.ids.has(id)) return true;
    return [this.#requests, this.#answers, this.#decisions, this.#others].some((ids) => ids.has(id));
  }

  takeId(id: string): void {
    const request = this.#requestOf(id);
    if (request !== undefined) this.#takeRequest(request);
    else if (this.#index.has(id)) this.#others.add(id);
  }

  /** Takes what the matching lines of a journal belong to. Two passes: a line can stand before the one that places it. */
  async takeLines(fs: FsPort, journal: string, matches: (line: Envelope) => boolean): Promise<void> {
    const requestOf = new Map<string, string>();
    const matched: Envelope[] = [];
    for await (const line of linesOf(fs, journal)) {
      if (line.kind === 'forgotten' || this.#forgotten.hides(line)) continue;
      noteRequest(line, requestOf);
      if (matches(line)) matched.push(withoutTexts(line));
    }
    for (const line of matched) this.#takeLine(line, requestOf);
    for (const [id, request] of requestOf) {
      // Answers and decisions alike: what an id is does not matter to what is erased, only to the count.
      if (!this.#requests.has(request) || this.covers(id)) continue;
      if (this.#index.decision(id)) this.#decisions.add(id);
      else this.#answers.add(id);
    }
  }

  plan(unknown: readonly string[]): ForgetPlan {
    const ids = new Set([...this.#requests, ...this.#answers, ...this.#decisions, ...this.#others]);
    for (const id of goneWithMemories(this.#index, ids)) {
      this.#others.add(id);
      ids.add(id);
    }
    const versions = this.#index
      .versions()
      .filter((event) => event.detail && (ids.has(event.id) || isTrainedOn(event.detail, ids)))
      .map((event) => event.version);
    return {
      requests: [...this.#requests],
      candidates: [...this.#answers],
      decisions: [...this.#decisions],
      events: [...this.#others],
      versions: [...new Set(versions)],
      unknown,
    };
  }

  #takeLine(line: Envelope, requestOf: ReadonlyMap<string, string>): void {
    const subject = subjectOf(line, 'request') ?? subjectOf(line, 'decision') ?? subjectOf(line, 'candidate');
    const request =
      subjectOf(line, 'request') ??
      (subject === undefined ? undefined : (this.#requestOf(subject) ?? requestOf.get(subject)));
    if (request !== undefined) this.#takeRequest(request);
    else this.#others.add(line.id);
  }

  #takeRequest(request: string): void {
    this.#requests.add(request);
    const entry = this.#index.request(request);
    for (const { candidate } of entry?.candidates ?? []) this.#answers.add(candidate);
    for (const { decision } of entry?.decisions ?? []) this.#decisions.add(decision);
  }

  #requestOf(id: string): string | undefined {
    const index = this.#index;
    return index.request(id)?.request ?? index.candidate(id)?.request ?? index.decision(id)?.request;
  }
}

/** Answers and decisions name their request; what comes later names only them. */
function noteRequest(line: Envelope, requestOf: Map<string, string>): void {
  const request = subjectOf(line, 'request');
  if (request === undefined) return;
  for (const field of ['candidate', 'decision'] as const) {
    const id = subjectOf(line, field);
    if (id !== undefined) requestOf.set(id, request);
  }
}

async function* linesOf(fs: FsPort, journal: string): AsyncGenerator<Envelope> {
  for (const name of await listSegments(fs, journal)) {
    for await (const pieces of segmentPieces(fs, join(journal, name)))
      for (const piece of pieces) if (piece.kind === 'line') yield piece.event;
  }
}

/** Only what is needed to place it: thousands of matches would fill the memory with texts. */
function withoutTexts(line: Envelope): Envelope {
  const { v, id, at, writer, kind } = line;
  const subjects = SUBJECTS.map((field) => [field, subjectOf(line, field)]);
  return { v, id, at, writer, kind, ...Object.fromEntries(subjects) };
}
