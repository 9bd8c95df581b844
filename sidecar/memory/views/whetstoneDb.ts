import initSqlJs from 'sql.js';
import {
  columnCount,
  createStatements,
  DATABASE_SCHEMA,
  DATABASE_TABLES,
  type TableName,
} from './databaseSchema.ts';
import { insertDerived } from './derivedRows.ts';
import { type Insert, insertEvent } from './eventRows.ts';
import type { EventSource } from './eventSource.ts';

/** Several answers fit on a page; on SQLite's usual 4,096 bytes nearly half of each would be left empty. */
const PAGE_BYTES = 16_384;

/**
 * Fills `whetstone.db`; `wasm` are the bytes of `sql-wasm.wasm`. `open` gets the bytes of an empty database and gives
 * those to work on, which may lie in a file.
 */
export async function whetstoneDb(
  source: EventSource,
  wasm: Uint8Array,
  open: (empty: Uint8Array) => Uint8Array,
): Promise<void> {
  const sql = await initSqlJs({ wasmBinary: wasm.slice().buffer });
  const db = new sql.Database(open(emptyDatabase(sql)));
  try {
    // Nobody sees the file before it is whole.
    db.run('PRAGMA journal_mode = OFF');
    db.run('BEGIN');
    const { insert, free } = createInsert(db);
    for await (const event of source.events()) await insertEvent(source, event, insert);
    await insertDerived(source, insert);
    insert('meta', DATABASE_SCHEMA, source.index.asOf);
    free();
    db.run('COMMIT');
  } finally {
    db.close();
  }
}

function emptyDatabase(sql: initSqlJs.SqlJsStatic): Uint8Array {
  const db = new sql.Database();
  try {
    db.run(`PRAGMA page_size = ${PAGE_BYTES}`);
    for (const statement of createStatements()) db.run(statement);
    return db.export();
  } finally {
    db.close();
  }
}

function createInsert(db: initSqlJs.Database): { insert: Insert; free: () => void } {
  const statements = new Map<TableName, initSqlJs.Statement>();
  for (const table of Object.keys(DATABASE_TABLES).filter(isTable)) {
    const marks = Array.from({ length: columnCount(table) }, () => '?').join(', ');
    // An event that lies in two segments is one event.
    statements.set(table, db.prepare(`INSERT OR IGNORE INTO ${table} VALUES (${marks})`));
  }
  return {
    insert: (table, ...values) => {
      statements.get(table)?.run(values.map((value) => value ?? null));
    },
    free: () => {
      for (const statement of statements.values()) statement.free();
    },
  };
}

function isTable(name: string): name is TableName {
  return Object.hasOwn(DATABASE_TABLES, name);
}
