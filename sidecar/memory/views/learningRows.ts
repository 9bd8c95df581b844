import type { Insert } from './eventRows.ts';
import type { EventSource } from './eventSource.ts';
import { answeredReadings } from './learningLogs.ts';

/** Inserts what was remembered, blocked, asked back and moved in the persona. */
export function insertLearning(source: EventSource, insert: Insert): void {
  const stateOf = statesOf(source);
  for (const event of source.index.memories()) {
    const { state, text } = stateOf(event.memory);
    insert(
      'memories',
      ...[
        event.id,
        event.memory,
        event.type,
        text ?? event.text,
        JSON.stringify(event.tags),
        event.confidence,
      ],
      ...[event.quote, event.source, event.scope, state, event.request, event.decision],
      ...[JSON.stringify(event.evidence), event.at],
    );
  }
  for (const event of source.index.blocks()) {
    const evidence = JSON.stringify(event.evidence);
    insert('blocks', event.block, event.text, event.scope, stateOf(event.block).state, evidence, event.at);
  }
  for (const event of source.index.persona()) {
    const { id, oldFacets, newFacets, facetDeltas, signals, request, decision, at } = event;
    const facets = [oldFacets, newFacets, facetDeltas, signals].map((each) => JSON.stringify(each));
    insert('persona_updates', id, ...facets, request, decision, at);
  }
  insertReadings(source, insert);
}

function insertReadings({ index }: EventSource, insert: Insert): void {
  const chosen = new Map(answeredReadings(index).map(({ asked, choice }) => [asked.request, choice]));
  for (const { request, hypotheses, at } of index.hypotheses()) {
    const choice = chosen.get(request);
    for (const { id, question, confidence } of hypotheses) {
      const isSelected = choice?.selected === id ? 1 : 0;
      insert('hypotheses', ...[id, request, question, confidence, isSelected, choice?.automatic ? 1 : 0, at]);
    }
  }
}

/** The state of a memory or block, and its text where it was edited. */
function statesOf({
  index,
}: EventSource): (id: string) => { readonly state: string; readonly text?: string } {
  const states = new Map<string, { state: string; text?: string }>();
  for (const { of, state, text } of index.states()) {
    const known = states.get(of) ?? { state: 'on' };
    if (state !== 'edit') states.set(of, { ...known, state });
    else if (text !== undefined) states.set(of, { ...known, text });
  }
  return (id) => states.get(id) ?? { state: 'on' };
}
