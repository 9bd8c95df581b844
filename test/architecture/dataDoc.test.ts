import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { modelFileSchema } from '../../sidecar/learn/preference/modelFile.ts';
import { type EventBody, eventBodySchema, type JournalEvent } from '../../sidecar/memory/events.ts';
import { agentMemoryView } from '../../sidecar/memory/views/agentMemoryView.ts';
import { DATABASE_TABLES } from '../../sidecar/memory/views/databaseSchema.ts';
import { hypothesesLines, personaLines } from '../../sidecar/memory/views/learningLogs.ts';
import { trainingDataView } from '../../sidecar/memory/views/trainingDataView.ts';
import { VIEW_FILES } from '../../sidecar/memory/views/viewState.ts';
import { candidate, decision, event, request, ulid } from '../unit/memory/memoryEvents.ts';
import { sourceOf, textOf } from '../unit/memory/viewSource.ts';
import { fieldsOf } from './fieldTypes.ts';
import { ROOT } from './sourceTree.ts';

const lines = readFileSync(join(ROOT, 'docs', 'data.md'), 'utf8').split('\n');

interface Row {
  readonly name: string;
  readonly type: string;
  readonly meaning: string;
}

/** The rows of the table under a heading. */
function rowsUnder(heading: string): Row[] {
  const rows: Row[] = [];
  for (const line of lines.slice(lines.indexOf(heading) + 1)) {
    if (line.startsWith('#')) break;
    const [, name = '', type = '', meaning = ''] = line.split('|').map((cell) => cell.trim());
    if (name.startsWith('`')) rows.push({ name: name.replaceAll('`', ''), type, meaning });
  }
  return rows;
}

const typed = (rows: readonly Row[]): string[] => rows.map(({ name, type }) => `${name}: ${type}`);
const headings = (level: string, like: RegExp): string[] =>
  lines
    .filter((line) => line.startsWith(`${level} `) && like.test(line))
    .map((line) => line.slice(level.length + 1));

const kinds = eventBodySchema.options.map(({ shape }) => shape.kind.value);
const tables = Object.entries(DATABASE_TABLES).map(([table, columns]) => ({ table, columns }));

it('has every kind of event, twice: in the overview and with its fields, and no others', () => {
  expect(rowsUnder('## Events of the journal').map(({ name }) => name)).toEqual(kinds);
  expect(headings('####', /^#### [a-z]+$/)).toEqual(kinds);
});

it.each(eventBodySchema.options.map((option) => ({ kind: option.shape.kind.value, option })))(
  'has the fields of the event $kind with their types, and no others',
  ({ kind, option }) => {
    const fields = fieldsOf(option).filter(({ name }) => name !== 'kind');
    expect(typed(rowsUnder(`#### ${kind}`))).toEqual(fields.map(({ name, type }) => `${name}: ${type}`));
  },
);

it('has the tables of the database, and no others', () => {
  expect(headings('####', /^#### Table /)).toEqual(tables.map(({ table }) => `Table ${table}`));
});

it.each(tables)('has the columns of $table with their types, in their order', ({ table, columns }) => {
  const expected = columns.split(', ').map((column) => column.split(' ').slice(0, 2).join(': '));
  expect(typed(rowsUnder(`#### Table ${table}`))).toEqual(expected);
});

it('has the fields of preference_model.json with their types, and no others', () => {
  const fields = fieldsOf(modelFileSchema).map(({ name, type }) => `${name}: ${type}`);
  expect(typed(rowsUnder('### preference_model.json'))).toEqual(fields);
});

it('has the views, and no file by another name', () => {
  const files = rowsUnder('## Files').map(({ name }) => name);
  for (const view of VIEW_FILES) expect(files).toContain(view);
});

const STORY: JournalEvent[] = [
  request(10, 'first'),
  candidate(11, 10, 'one'),
  decision(12, { request: 10, candidate: 11 }, 'edited', { editedText: 'two', reasons: ['clear'] }),
  event(13, {
    kind: 'hypotheses',
    request: ulid(10),
    hypotheses: [{ id: 'h1', question: 'Which?', confidence: 0.5 }],
  }),
  event(14, { kind: 'choice', request: ulid(10), selected: 'h1', automatic: false }),
  event(15, personaOf({ request: ulid(10), decision: ulid(12) })),
];

function personaOf(of: { readonly request: string; readonly decision: string }): EventBody {
  return { kind: 'persona', oldFacets: {}, newFacets: {}, facetDeltas: {}, signals: {}, ...of };
}

/** Objects and lists that are documented as a whole. */
const WHOLE = new Set(['context', 'old_facets', 'new_facets', 'facet_deltas', 'signals']);

/** Names as the page writes them; what stands under a request's id is under `<request_id>`. */
function namesOf(value: unknown, prefix = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => {
    const name = `${prefix}${key === ulid(10) ? '<request_id>' : key}`;
    if (Array.isArray(each)) return namesOf(each[0], `${name}[].`);
    return typeof each === 'object' && each !== null && !WHOLE.has(key) ? namesOf(each, `${name}.`) : [name];
  });
}

it.each([
  { file: 'agent_memory.json', text: () => textOf(agentMemoryView(sourceOf(STORY))) },
  { file: 'training_data.jsonl', text: () => textOf(trainingDataView(sourceOf(STORY))) },
  { file: 'hypotheses_data.jsonl', text: () => textOf(hypothesesLines(sourceOf(STORY))) },
  { file: 'persona_updates.jsonl', text: () => textOf(personaLines(sourceOf(STORY))) },
])('has the fields of $file, and no others', async ({ file, text }) => {
  const names = namesOf(JSON.parse(await text()));
  expect(
    rowsUnder(`### ${file}`)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(names.sort());
});

it('says of every field what it means', () => {
  const from = lines.indexOf('## Every field');
  const rows = lines.slice(from).filter((line) => line.startsWith('| `'));
  expect(rows.length).toBeGreaterThan(200);
  for (const row of rows) expect(row.split('|').map((cell) => cell.trim())[3], row).toMatch(/\w{2}/);
});
