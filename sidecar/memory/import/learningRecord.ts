import { EntryRefused, type PersonaRecord, type ReadingsRecord } from './foreignRecord.ts';
import { foreignTime } from './foreignTime.ts';
import { noteOf, objectEntries, type Row, rowOf, textOf } from './foreignValues.ts';

const MAX_READINGS = 10;
const MAX_FACETS = 200;

/** A line of `hypotheses_data.jsonl` or `persona_updates.jsonl`; undefined for a row of another kind. */
export function learningRecord(row: Row, now: number): ReadingsRecord | PersonaRecord | undefined {
  if (row.has('hypotheses') && row.has('userinput')) return readings(row, now);
  if (row.has('newfacets') || row.has('facetdeltas')) return persona(row, now);
  return undefined;
}

function readings(row: Row, now: number): ReadingsRecord {
  const list = row.get('hypotheses');
  if (!Array.isArray(list)) throw new EntryRefused('its hypotheses are not a list');
  if (list.length > MAX_READINGS) throw new EntryRefused(`it has more than ${MAX_READINGS} hypotheses`);
  const prompt = textOf(row, 'userinput') ?? '';
  const selected = row.get('selectedid');
  if (selected !== undefined && (typeof selected !== 'string' || selected.length > 64)) {
    throw new EntryRefused('its selected_id is not a text');
  }
  const context = objectEntries(row.get('context'));
  const found = list.map(reading);
  if (selected !== undefined && !found.some(({ id }) => id === selected)) {
    throw new EntryRefused('it selects a hypothesis that it does not list');
  }
  return {
    kind: 'readings',
    key: '',
    at: foreignTime(row.get('timestamp'), now),
    prompt,
    readings: found,
    // A log line without a selection is a skip: nothing else is logged.
    selected: selected ?? null,
    context: context && Object.fromEntries(context),
  };
}

function reading(value: unknown): { id: string; question: string; confidence: number } {
  const fields = rowOf(objectEntries(value) ?? []);
  const [id, question, confidence] = [fields.get('id'), fields.get('question'), fields.get('confidence')];
  if (typeof id !== 'string' || id.length > 64) throw new EntryRefused('a hypothesis has no id');
  if (typeof question !== 'string') throw new EntryRefused('a hypothesis has no question');
  if (typeof confidence !== 'number' || confidence < 0 || confidence > 1) {
    throw new EntryRefused('a confidence is not a number from 0 to 1');
  }
  return { id, question: noteOf(question, 'question'), confidence };
}

function persona(row: Row, now: number): PersonaRecord {
  return {
    kind: 'persona',
    at: foreignTime(row.get('timestamp'), now),
    oldFacets: facets(row.get('oldfacets')),
    newFacets: facets(row.get('newfacets')),
    facetDeltas: facets(row.get('facetdeltas')),
    signals: Object.fromEntries(objectEntries(row.get('signals')) ?? []),
  };
}

function facets(value: unknown): Record<string, number> {
  if (value === undefined) return {};
  const entries = objectEntries(value);
  if (!entries) throw new EntryRefused('its facets are not an object');
  if (entries.length > MAX_FACETS) throw new EntryRefused(`it has more than ${MAX_FACETS} facets`);
  const numbers = entries.map(([name, each]): [string, number] => {
    if (typeof each !== 'number' || name.length > 64) throw new EntryRefused('a facet is not a number');
    return [name, each];
  });
  // fromEntries defines own properties, so that a facet called __proto__ is only a name.
  return Object.fromEntries(numbers);
}
