import type { EventOf } from '../events.ts';
import { readKind } from './decidedAnswers.ts';
import type { EventSource } from './eventSource.ts';

/** One data folder has one user; readers of these files expect the field. */
const USER_ID = 'local';

/** `hypotheses_data.jsonl`: a line for each request whose readings were answered, in order of the answers. */
export async function* hypothesesLines(source: EventSource): AsyncGenerator<string> {
  for (const { asked, choice } of answeredReadings(source.index)) {
    const request = source.index.request(asked.request);
    const recorded = asked.prompt ?? (await readKind(source, request?.event, 'request'))?.prompt;
    const selected = asked.hypotheses.find(({ id }) => id === choice.selected);
    yield lineOf({
      timestamp: choice.at,
      user_id: USER_ID,
      user_input: recorded ?? '',
      context: asked.context ?? {},
      hypotheses: asked.hypotheses,
      selected_id: choice.selected,
      selected_confidence: selected?.confidence ?? null,
      label: choice.selected === null ? 'skipped' : 'positive',
      automatic: choice.automatic,
      request_id: asked.request,
    });
  }
}

/** `persona_updates.jsonl`: a line for each change of the facets, in order of time. */
export function personaLines({ index }: EventSource): string[] {
  return index.persona().map(({ at, oldFacets, newFacets, facetDeltas, signals, request, decision }) =>
    lineOf({
      timestamp: at,
      user_id: USER_ID,
      old_facets: oldFacets,
      new_facets: newFacets,
      facet_deltas: facetDeltas,
      signals,
      ...(request !== undefined && { request_id: request }),
      ...(decision !== undefined && { decision_id: decision }),
    }),
  );
}

const lineOf = (line: Readonly<Record<string, unknown>>): string => `${JSON.stringify(line)}\n`;

export interface AnsweredReadings {
  readonly asked: EventOf<'hypotheses'>;
  /** The last one: choosing again replaces what was chosen. */
  readonly choice: EventOf<'choice'>;
}

/** Readings with the choice that counts, in order of the choices. */
export function answeredReadings(index: EventSource['index']): AnsweredReadings[] {
  const asked = new Map(index.hypotheses().map((event) => [event.request, event]));
  const last = new Map<string, EventOf<'choice'>>();
  for (const choice of index.choices()) {
    last.delete(choice.request);
    last.set(choice.request, choice);
  }
  return [...last.values()].flatMap((choice) => {
    const readings = asked.get(choice.request);
    return readings ? [{ asked: readings, choice }] : [];
  });
}
