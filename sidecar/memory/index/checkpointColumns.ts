import type { Column } from './column.ts';
import { type IdTable, WORDS_OF_ID } from './idTable.ts';
import { BYTES_OF_SHA256, type IndexTables } from './indexTables.ts';
import type { RowOrder } from './rowOrder.ts';

export interface CheckpointColumn {
  readonly name: string;
  readonly column: Column;
  /** Numbers in it. */
  readonly cells: number;
}

/** Numbers in a row, where there is more than one. */
const WIDTH: Readonly<Record<string, number>> = { sha256: BYTES_OF_SHA256 };

/**
 * The columns of the tables in a fixed order. With `rows` for tables that are still empty: fill each column's room,
 * then call `settle`.
 */
export function checkpointColumns(
  tables: IndexTables,
  rows: Readonly<Record<string, number>> = rowsOf(tables),
): { columns: CheckpointColumn[]; rows: Record<string, number>; settle: () => void } {
  const columns: CheckpointColumn[] = [];
  const settled: (() => void)[] = [];
  const rowsFor = (name: string): number => rows[name] ?? 0;
  const addIds = (name: string, ids: IdTable): void => {
    columns.push({ name: `${name}.ids`, column: ids.words, cells: rowsFor(name) * WORDS_OF_ID });
    settled.push(() => ids.restore(rowsFor(name)));
  };
  const addColumns = (name: string, table: Readonly<Record<string, Column>>): void => {
    for (const [field, column] of Object.entries(table))
      columns.push({ name: `${name}.${field}`, column, cells: rowsFor(name) * (WIDTH[field] ?? 1) });
  };
  const addOrder = (name: string, order: RowOrder): void => {
    columns.push({ name, column: order.cells, cells: rowsFor(name) });
    settled.push(() => order.restore(rowsFor(name)));
  };

  addIds('threads', tables.threads);
  for (const name of ['events', 'requests', 'candidates', 'decisions'] as const) {
    const { ids, ...table } = tables[name];
    addIds(name, ids);
    addColumns(name, table);
  }
  const { count, ...marks } = tables.marks;
  addColumns('marks', marks);
  settled.push(() => {
    count.rows = rowsFor('marks');
  });
  addOrder('requestOrder', tables.requestOrder);
  addOrder('decisionOrder', tables.decisionOrder);
  return {
    columns,
    rows: { ...rows },
    settle: () => {
      for (const each of settled) each();
    },
  };
}

function rowsOf(tables: IndexTables): Record<string, number> {
  return {
    threads: tables.threads.rows,
    events: tables.events.ids.rows,
    requests: tables.requests.ids.rows,
    candidates: tables.candidates.ids.rows,
    decisions: tables.decisions.ids.rows,
    marks: tables.marks.count.rows,
    requestOrder: tables.requestOrder.count,
    decisionOrder: tables.decisionOrder.count,
  };
}
