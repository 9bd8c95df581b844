import { countOf } from '../../protocol/countOf.ts';
import { AppError } from '../../protocol/errors.ts';
import type { Category } from '../../protocol/words.ts';
import { type Envelope, JOURNAL_VERSION } from '../events.ts';
import { afterForgetting } from '../forget/forgetRules.ts';
import { createForgotten } from '../forget/forgotten.ts';
import { encodeLine, MAX_LINE_BYTES } from '../journal/lineCodec.ts';
import type { Memory } from '../memory.ts';
import type { ForeignRecord, Found } from './foreignRecord.ts';
import type { ImportTally } from './importTally.ts';
import { recordEvents } from './recordEvents.ts';

export interface TakeInPorts {
  readonly memory: Memory;
  readonly tally: ImportTally;
  readonly now: number;
  readonly writer: string;
  /** Id of the event that says where foreign entries came from. */
  readonly import: string;
  readonly detectCategory: (prompt: string) => Category;
  /** True where activations of versions are taken over as well. */
  readonly isRestore: boolean;
}

/** Entries without a time are spread over so much time before the import, a millisecond each. */
const UNTIMED_SPAN_MS = 3_600_000;

/** True for an event that would switch the model that answers here. */
export function isActivation({ kind, ...event }: Envelope): boolean {
  return kind === 'version' && (event['event'] === 'activated' || event['event'] === 'deactivated');
}

export interface TakeIn {
  /** Events of another journal that are recorded here already. */
  readonly knownEvents: number;
  /** The lines to be written for what was found; none where it is known or refused. Counts either way. */
  found(found: FoundEntry): Promise<Buffer[]>;
}

/** Everything but files. */
export type FoundEntry = Exclude<Found, { what: 'file' | 'sound' }>;

/** Decides for each thing found whether it is new. */
export function createTakeIn(ports: TakeInPorts): TakeIn {
  const { memory, tally } = ports;
  const sieve = createSieve(memory, tally);
  let entries = 0;

  function journalLine(place: string, event: Envelope): Buffer[] {
    if (event.v > JOURNAL_VERSION) throw newerVersion();
    if (!ports.isRestore && isActivation(event) && !memory.index.has(event.id)) {
      tally.remark('Which version was active there is not taken over: nothing is activated by itself.');
      return [];
    }
    if (event.kind === 'forget' && !memory.index.has(event.id)) tellForgetting(event);
    return sieve.linesOf(place, [event]);
  }

  /** A person has to see it in the preview: what is forgotten in a source goes here too. */
  function tellForgetting({ requests }: Envelope): void {
    const ids: readonly unknown[] = Array.isArray(requests) ? requests : [];
    const here = ids.filter((id) => typeof id === 'string' && memory.index.request(id) !== undefined).length;
    if (here === 0) return;
    tally.remark(
      `It says that ${countOf(here, 'request')} recorded here should be forgotten: taking it in deletes them.`,
    );
  }

  async function record(place: string, entry: ForeignRecord): Promise<Buffer[]> {
    const { now, writer } = ports;
    const index = memory.index;
    // Entries without a time stay in the order of their file, all of them before now.
    const untimed = Math.min(now - UNTIMED_SPAN_MS + entries, now);
    entries += 1;
    const events = await recordEvents(
      {
        index,
        decidedText: (id) => decidedText({ index, read: (event) => memory.read(event) }, id),
        detectCategory: ports.detectCategory,
        now,
        untimed,
        writer,
        import: ports.import,
      },
      entry,
    );
    return sieve.linesOf(place, events);
  }

  return {
    get knownEvents() {
      return sieve.known;
    },
    found: async (found) => {
      if (found.what === 'remark') tally.remark(found.text);
      if (found.what === 'damage') tally.damage(found.text);
      if (found.what === 'refused') tally.refuse(found.place, found.reason);
      if (found.what !== 'line' && found.what !== 'record') return [];
      try {
        if (found.what === 'line') return journalLine(found.place, found.event);
        return await record(found.place, found.record);
      } catch (error) {
        // JSON reads what is nested deeper than it can write.
        if (!(error instanceof RangeError)) throw error;
        tally.refuse(found.place, 'it is nested too deeply');
        return [];
      }
    },
  };
}

interface Sieve {
  /** Events met that are recorded here already. */
  readonly known: number;
  /** Lines of what is new among the events of one entry. */
  linesOf(place: string, events: readonly Envelope[]): Buffer[];
}

function createSieve(memory: Memory, tally: ImportTally): Sieve {
  const seen = new Set<string>();
  const forgotten = createForgotten(() => memory.index.forgets());
  let known = 0;

  function fresh({ id }: Envelope): boolean {
    if (seen.has(id)) return false;
    seen.add(id);
    if (!memory.index.has(id)) return true;
    known += 1;
    return false;
  }

  return {
    get known() {
      return known;
    },
    linesOf: (place, events) => {
      // Versions stay, without what they hold of it.
      const lines = events.map((event) => ({
        event,
        line: encodeLine(event.kind === 'version' ? afterForgetting(event, forgotten.ids) : event),
      }));
      if (lines.some(({ line }) => line.length > MAX_LINE_BYTES)) {
        tally.refuse(place, 'it is larger than an event can be');
        return [];
      }
      const added = lines.filter(({ event }) => fresh(event));
      // One forgotten part is enough: the others of an entry hold the same texts, perhaps under ids of their own.
      const isGone = events.some((event) => forgotten.hides(event));
      if (isGone) tally.remark('What was forgotten here is not taken in again.');
      if (isGone || added.length === 0) {
        tally.know();
        return [];
      }
      for (const { event } of added) tally.take(event.kind);
      return added.map(({ line }) => line);
    },
  };
}

/** The text that a recorded decision was made on, the corrected one where it was edited. */
async function decidedText(
  { index, read }: Pick<Memory, 'index' | 'read'>,
  id: string,
): Promise<string | undefined> {
  const entry = index.decision(id);
  const decision = entry && (await read(entry.event));
  if (decision?.kind === 'decision' && decision.editedText !== undefined) return decision.editedText;
  const candidate = entry && index.candidate(entry.candidate)?.event;
  const answer = candidate === undefined ? undefined : await read(candidate);
  return answer?.kind === 'candidate' ? answer.text : undefined;
}

const newerVersion = (): AppError =>
  new AppError('memory.newerVersion', 'A newer Whetstone wrote this.', {
    why: 'This version could misread what the newer one recorded.',
    next: 'Update Whetstone, then import it.',
  });
