import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eventBodySchema } from '../../sidecar/memory/events.ts';
import { DATABASE_TABLES } from '../../sidecar/memory/views/databaseSchema.ts';
import { ROOT } from './sourceTree.ts';

const lines = readFileSync(join(ROOT, 'docs', 'data.md'), 'utf8').split('\n');

/** What the table with that header has: the names in its first column, and those in its last. */
function described(header: string): Map<string, readonly string[]> {
  const from = lines.indexOf(header);
  const rows = new Map<string, readonly string[]>();
  for (const line of from < 0 ? [] : lines.slice(from + 2)) {
    if (!line.startsWith('|')) break;
    const cells = line.split('|').map((cell) => cell.trim());
    rows.set(wordOf(cells[1] ?? ''), namesIn(cells.at(-2) ?? ''));
  }
  return rows;
}

/** The names of a list; what stands in brackets says more about one of them. */
const namesIn = (cell: string): string[] =>
  cell
    .replaceAll(/ \([^)]*\)/g, '')
    .split(', ')
    .map(wordOf);
const wordOf = (cell: string): string => cell.replaceAll('`', '');

const tables = described('| table | rows | columns |');
const columns = Object.entries(DATABASE_TABLES).map(([table, text]) => ({
  table,
  names: text.split(', ').map((column) => column.split(' ')[0] ?? ''),
}));
const events = described('| kind | what happened | fields |');
const fields = eventBodySchema.options.map(({ shape }) => ({
  kind: shape.kind.value,
  names: Object.keys(shape).filter((name) => name !== 'kind'),
}));

it('data.md has the tables of the database and no others', () => {
  expect([...tables.keys()].sort()).toEqual(columns.map(({ table }) => table).sort());
});

it.each(columns)('data.md has the columns of $table in their order', ({ table, names }) => {
  expect(tables.get(table)).toEqual(names);
});

it('data.md has the kinds of events and no others', () => {
  expect([...events.keys()].sort()).toEqual(fields.map(({ kind }) => kind).sort());
});

it.each(fields)('data.md has the fields of the event $kind and no others', ({ kind, names }) => {
  expect([...(events.get(kind) ?? [])].sort()).toEqual([...names].sort());
});
