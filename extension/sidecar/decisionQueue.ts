import * as z from 'zod';
import type { AppError, ErrorCode } from '../../sidecar/protocol/errors.ts';
import { noteSchema, ulidSchema } from '../../sidecar/protocol/ids.ts';
import { type Noted, recordParams } from '../../sidecar/protocol/requestSchemas.ts';
import { reasonSchema } from '../../sidecar/protocol/words.ts';
import { retryDelayMs } from './retryPolicy.ts';
import { toAppError } from './rpcErrors.ts';

const reasonParams = z.object({
  decision: ulidSchema,
  reasons: z.array(reasonSchema).max(32),
  note: noteSchema.optional(),
});
const made = {
  key: ulidSchema,
  /** Absolute path of the data folder that the click is for, which no other knows; the queue fills it in. */
  dataFolder: z.string().optional(),
};
/** One click that must reach the journal. `key` is made at the click; sending it twice counts once. */
export const queueEntrySchema = z.discriminatedUnion('method', [
  z.object({ ...made, method: z.literal('decision.record'), params: recordParams }),
  z.object({ ...made, method: z.literal('decision.reason'), params: reasonParams }),
  z.object({
    ...made,
    method: z.literal('decision.undo'),
    params: z.object({ decision: ulidSchema }),
  }),
]);
export type QueueEntry = z.infer<typeof queueEntrySchema>;

/** Answers that no later try would change. Everything else is kept and sent again. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'rpc.invalid',
  'rpc.unknownMethod',
  'rpc.scope',
  'input.tooLarge',
  'request.forgotten',
  'request.unknown',
  'candidate.unknown',
  'decision.unknown',
  'decision.hashMismatch',
]);

export interface DecisionQueueDeps {
  send(entry: QueueEntry): Promise<Noted | undefined>;
  /** Absolute path of the data folder in use now. Clicks for another one are held until it is in use again. */
  dataFolder(): string;
  /** What an earlier window left. Unreadable entries are dropped one by one, never all. */
  load(): unknown;
  save(entries: readonly QueueEntry[]): void;
  schedule(ms: number, run: () => void): () => void;
  onAcknowledged(entry: QueueEntry, noted: Noted | undefined): void;
  onRefused(entry: QueueEntry, error: AppError): void;
  /** The entry stays queued, for this reason. */
  onWaiting(entry: QueueEntry, error: AppError): void;
}

export interface DecisionQueue {
  /** Those for the data folder in use. */
  readonly waiting: readonly QueueEntry[];
  add(entry: QueueEntry): void;
  /** Tries at once: the sidecar is back, the user freed the disk, or another data folder is in use. */
  flush(): void;
  dispose(): void;
}

/** Clicks that are not acknowledged yet, sent in order, one at a time, until each is. */
export function createDecisionQueue(deps: DecisionQueueDeps): DecisionQueue {
  let entries = readEntries(deps.load(), deps.dataFolder());
  let sending = false;
  let failures = 0;
  let cancelRetry = (): void => undefined;
  let disposed = false;

  const sendable = (): QueueEntry[] => {
    const folder = deps.dataFolder();
    return entries.filter((entry) => entry.dataFolder === folder);
  };

  function keep(next: QueueEntry[]): void {
    entries = next;
    deps.save(entries);
  }

  function settled(entry: QueueEntry): void {
    failures = 0;
    keep(entries.filter((other) => other.key !== entry.key));
  }

  async function sendHead(entry: QueueEntry): Promise<boolean> {
    try {
      const noted = await deps.send(entry);
      settled(entry);
      deps.onAcknowledged(entry, noted);
      return true;
    } catch (error) {
      const failure = toAppError(error);
      if (entry.method === 'decision.undo' && failure.code === 'decision.unknown') {
        settled(entry); // it was taken back before, by an earlier try whose answer was lost
        deps.onAcknowledged(entry, undefined);
        return true;
      }
      if (REFUSALS.has(failure.code)) {
        settled(entry);
        deps.onRefused(entry, failure);
        return true;
      }
      deps.onWaiting(entry, failure);
      return false;
    }
  }

  async function drain(): Promise<void> {
    if (sending || disposed) return;
    sending = true;
    cancelRetry();
    let sent = true;
    for (let [head] = sendable(); sent && head !== undefined; [head] = sendable())
      sent = await sendHead(head);
    sending = false;
    if (sent || disposed) return;
    failures += 1;
    cancelRetry = deps.schedule(retryDelayMs(failures), drain);
  }

  return {
    get waiting() {
      return sendable();
    },
    add(entry) {
      keep([...entries, { ...entry, dataFolder: deps.dataFolder() }]);
      drain();
    },
    flush() {
      drain();
    },
    dispose() {
      disposed = true;
      cancelRetry();
    },
  };
}

/** An entry that does not say its data folder is for `dataFolder`. */
function readEntries(stored: unknown, dataFolder: string): QueueEntry[] {
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((item: unknown) => {
    const parsed = queueEntrySchema.safeParse(item);
    return parsed.success ? [{ ...parsed.data, dataFolder: parsed.data.dataFolder ?? dataFolder }] : [];
  });
}

/** True where the failure is of the disk, which the user is told about at once. */
export function isDiskFailure(error: AppError): boolean {
  return error.code.startsWith('memory.');
}
