import { AppError } from '../../protocol/errors.ts';
import {
  type BodyOf,
  type EventBody,
  type EventKind,
  type EventOf,
  eventBodySchema,
  JOURNAL_VERSION,
} from '../events.ts';
import type { WritableMemoryIndex } from '../index/createMemoryIndex.ts';
import { encodeLine, MAX_LINE_BYTES } from './lineCodec.ts';
import type { Place } from './place.ts';

export interface AppendPorts {
  readonly writer: string;
  readonly clock: () => number;
  readonly ids: () => string;
  /** Resolves when the line is on disk. */
  readonly write: (line: Buffer) => Promise<Place>;
  readonly index: WritableMemoryIndex;
  readonly read: (id: string) => Promise<(EventBody & { readonly id: string }) | undefined>;
  /** Called after the line is durable and before the append resolves. */
  readonly onAppended: (event: EventOf<EventKind>, place: Place) => void;
  /** True for the body of an event about something forgotten: a late answer, or a click that is sent again. */
  readonly hides: (body: EventBody) => boolean;
  /** The error that forbids writing at all, where there is one. */
  readonly refusal: () => AppError | undefined;
}

export type Append = <K extends EventKind>(body: BodyOf<K>, id?: string) => Promise<EventOf<K>>;

/** Stamps, checks and appends events; an id or decision that is already recorded or on its way is not written again. */
export function createAppend(ports: AppendPorts): Append {
  const pending = new Map<string, Promise<EventOf<EventKind>>>();
  const stamp = createStamp(ports.clock);

  async function write<K extends EventKind>(body: BodyOf<K>, id: string): Promise<EventOf<K>> {
    const { writer } = ports;
    const at = stamp(body.kind, timeBefore(ports.index, body));
    const event: EventOf<K> = { v: JOURNAL_VERSION, id, at, writer, ...body };
    const line = encodeLine(event);
    if (line.length > MAX_LINE_BYTES) {
      throw new AppError(
        'input.tooLarge',
        `This ${body.kind} is too large to record: ${line.length} bytes.`,
        {
          next: `Keep it below ${MAX_LINE_BYTES} bytes.`,
        },
      );
    }
    ports.onAppended(event, await ports.write(line));
    return event;
  }

  async function known<K extends EventKind>(
    body: BodyOf<K>,
    id: string,
    decision: string | undefined,
  ): Promise<EventOf<K> | undefined> {
    const recorded = decision === undefined ? undefined : ports.index.decision(decision)?.event;
    const event = recorded ?? (ports.index.has(id) ? id : undefined);
    if (event === undefined) return undefined;
    const found = await ports.read(event);
    if (found === undefined || isKind(found, body.kind)) return found;
    throw new AppError('rpc.invalid', `The id ${id} belongs to something else.`);
  }

  return async <K extends EventKind>(body: BodyOf<K>, givenId?: string): Promise<EventOf<K>> => {
    const refusal = ports.refusal();
    if (refusal) throw refusal;
    const checked = eventBodySchema.safeParse(body);
    if (!checked.success) {
      throw new AppError('rpc.invalid', `This ${body.kind} is not complete.`, {
        why: checked.error.message.slice(0, 4_000),
      });
    }
    if (ports.hides(checked.data)) throw forgotten(body.kind);
    const decision = checked.data.kind === 'decision' ? checked.data.decision : undefined;
    const id = givenId ?? decision ?? ports.ids();
    const before = await known(body, id, decision);
    if (before) return before;
    const waiting = pending.get(id);
    if (waiting) {
      const event = await waiting;
      if (isKind(event, body.kind)) return event;
      throw new AppError('rpc.invalid', `The id ${id} belongs to something else.`);
    }
    const writing = write(body, id);
    pending.set(id, writing);
    try {
      return await writing;
    } finally {
      pending.delete(id);
    }
  };
}

function isKind<K extends EventKind>(
  event: { readonly kind: string } | undefined,
  kind: K,
): event is EventOf<K> {
  return event?.kind === kind;
}

const forgotten = (kind: string): AppError =>
  new AppError(
    'request.forgotten',
    `This ${kind} belongs to a request that was forgotten. It was not recorded.`,
    {
      next: 'Ask again to start anew.',
    },
  );

/** Time of the latest event that this one must come after, in milliseconds since 1970; 0 where there is none. */
function timeBefore(index: WritableMemoryIndex, body: EventBody): number {
  const at = lastOfSubject(index, body)?.at;
  return at === undefined ? 0 : Date.parse(at);
}

/** Of these the last one counts. */
function lastOfSubject(index: WritableMemoryIndex, body: EventBody): { readonly at: string } | undefined {
  switch (body.kind) {
    case 'decision':
      return index.request(body.request)?.decisions.at(-1);
    case 'version':
      return index.versions().at(-1);
    case 'state':
      return index.states().findLast((each) => each.of === body.of);
    case 'run':
      return index.runs().findLast((each) => each.run === body.run);
    default:
      return undefined;
  }
}

/**
 * Times that never go back, and that differ between two decisions: the order of verdicts must be the order of clicks.
 * `after` is the time of the event before on the same subject, which may lie ahead where the clock was set back since.
 */
function createStamp(clock: () => number): (kind: EventKind, after: number) => string {
  let last = 0;
  let lastDecision = 0;
  return (kind, after) => {
    last = Math.max(last, Math.floor(clock()));
    if (kind === 'decision') {
      last = Math.max(last, lastDecision + 1);
      lastDecision = last;
    }
    return new Date(Math.max(last, after === 0 ? 0 : after + 1)).toISOString();
  };
}
