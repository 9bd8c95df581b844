import type { FolderHandle } from '../../memory/memory.ts';

/** What the log can say; ids and numbers only, never a text. */
export type LearningEvent =
  | 'training_data_logged'
  | 'goal_learned_from_hypothesis'
  | 'goal_learned'
  | 'preference_learned'
  | 'persona_updated'
  | 'enrichment_complete'
  | 'learning_loop_complete';

export type LearningFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface LearningLog {
  /** Notes an event. Never rejects: a log that can't be written stops nothing. */
  note(event: LearningEvent, fields: LearningFields): Promise<void>;
}

export interface LearningLogDeps {
  /** The folder `logs`. */
  readonly folder: FolderHandle;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Told once where the log can't be written. */
  readonly onFailure: (message: string) => void;
}

export const LEARNING_LOG = 'learning.jsonl';
/** Bytes at which the older half goes. */
const MAX_BYTES = 512_000;

/** JSON lines in `logs/learning.jsonl`, bounded in size. */
export function createLearningLog({ folder, clock, onFailure }: LearningLogDeps): LearningLog {
  let turn: Promise<void> = Promise.resolve();
  let isTold = false;

  async function write(line: string): Promise<void> {
    try {
      if ((await folder.append(LEARNING_LOG, line)) <= MAX_BYTES) return;
      const whole = (await folder.read(LEARNING_LOG)) ?? '';
      const half = whole.slice(whole.length >> 1);
      await folder.write(LEARNING_LOG, half.slice(half.indexOf('\n') + 1));
    } catch (error) {
      if (!isTold) onFailure(`The learning log can't be written: ${String(error)}`);
      isTold = true;
    }
  }

  return {
    note: (event, fields) => {
      const line = `${JSON.stringify({ timestamp: new Date(clock()).toISOString(), event, ...fields })}\n`;
      turn = turn.then(() => write(line));
      return turn;
    },
  };
}
