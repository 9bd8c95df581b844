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

/** The image of `whetstone.db`; `wasm` are the bytes of `sql-wasm.wasm`. */
export async function whetstoneDb(source: EventSource, wasm: Uint8Array): Promise<Uint8Array> {
  const sql = await initSqlJs({ wasmBinary: wasm.slice().buffer });
  const db = new sql.Database();
  try {
    db.run(`PRAGMA page_size = ${PAGE_BYTES}`);
    db.run('BEGIN');
    for (const statement of createStatements()) db.run(statement);
    const { insert, free } = createInsert(db);
    for await (const event of source.events()) await insertEvent(source, event, insert);
    await insertDerived(source, insert);
    insert('meta', DATABASE_SCHEMA, source.index.asOf);
    free();
    db.run('COMMIT');
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
