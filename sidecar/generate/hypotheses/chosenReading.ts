import type { Memory } from '../../memory/memory.ts';
import { type AskedBack, recordedAskedBack } from './readingLog.ts';

/** The question that the user said yes to, of what was asked back; undefined where it was skipped or not asked. */
export function chosenQuestion(asked: AskedBack | undefined): string | undefined {
  const selected = asked?.choice?.selected;
  return selected == null ? undefined : asked?.readings.find(({ id }) => id === selected)?.question;
}

/** The reading that an answer to this request follows, as recorded. */
export function readingOf({ index }: Pick<Memory, 'index'>, request: string): string | undefined {
  return chosenQuestion(recordedAskedBack(index, request));
}
