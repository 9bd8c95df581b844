import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eventBodySchema } from '../../sidecar/memory/events.ts';
import { DATABASE_TABLES } from '../../sidecar/memory/views/databaseSchema.ts';
import { ROOT } from './sourceTree.ts';

const lines = readFileSync(join(ROOT, 'docs', 'data.md'), 'utf8').split('\n');
const database = lines.indexOf('## whetstone.db');
const events = lines.slice(0, database);
const tables = lines.slice(database);
const rowOf = (part: readonly string[], name: string): string =>
  part.find((line) => line.startsWith(`| \`${name}\` |`)) ?? '';

it.each(Object.entries(DATABASE_TABLES))('data.md has every column of %s', (table, columns) => {
  const named =
    rowOf(tables, table)
      .match(/`\w+`/g)
      ?.map((word) => word.slice(1, -1)) ?? [];
  for (const column of columns.split(', ')) expect(named).toContain(column.split(' ')[0]);
});

it.each(eventBodySchema.options.map(({ shape }) => ({ kind: shape.kind.value, fields: Object.keys(shape) })))(
  'data.md has every field of the event $kind',
  ({ kind, fields }) => {
    for (const field of fields.filter((name) => name !== 'kind'))
      expect(rowOf(events, kind)).toMatch(new RegExp(`\\b${field}\\b`));
  },
);
