import type { MemoryIndex } from '../memory/index/memoryIndex.ts';
import type { Meant } from '../protocol/requestSchemas.ts';

/** What each short request was taken as, by the last choice; undefined for one that nothing was asked or said about. */
export function meantReadings(
  index: Pick<MemoryIndex, 'hypotheses' | 'choices'>,
): (request: string) => Meant | undefined {
  const asked = new Map(index.hypotheses().map((event) => [event.request, event]));
  const chosen = new Map(index.choices().map((event) => [event.request, event]));
  return (request) => {
    const [question, choice] = [asked.get(request), chosen.get(request)];
    if (!question || !choice) return undefined;
    const readings = question.hypotheses
      .slice(0, MAX_READINGS)
      .map(({ id, question: words, confidence }) => ({
        id,
        question: words,
        confidence: Math.min(1, Math.max(0, confidence)),
      }));
    const { selected, automatic } = choice;
    // A line of another program may name a reading that is not there.
    if (selected !== null && !readings.some(({ id }) => id === selected)) return undefined;
    return { readings, selected, automatic };
  };
}

/** As many as are asked about; lines of other programs may hold more. */
const MAX_READINGS = 3;
