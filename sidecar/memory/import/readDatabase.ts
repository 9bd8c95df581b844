import initSqlJs from 'sql.js';
import { AppError } from '../../protocol/errors.ts';
import type { Found } from './foreignRecord.ts';
import { readPlans } from './readPlans.ts';
import { foundFields } from './readRows.ts';

/** Rows read before other work gets its turn. */
const ROWS_A_TURN = 200;
/** Most rows that are read of one table. */
const MAX_ROWS = 2_000_000;
/** Tables whose rows say by themselves what they are, in the order in which they are read. */
const ROW_TABLES = ['agent_feedback', 'feedback', 'preference_pairs', 'pairs', 'preferences'];

/** Whetstone's own database: everything that it says about live decisions in one row each. */
const OWN_DECISIONS = `SELECT d.id AS decision_id, d.request_id, d.candidate_id, d.verdict, d.created_at,
  coalesce(d.edited_text, c.text) AS response, CASE WHEN d.edited_text IS NULL THEN NULL ELSE c.text END AS original_response,
  r.prompt, r.category, r.created_at AS requested_at, d.note AS note,
  (SELECT json_group_array(reason) FROM reasons WHERE decision_id = d.id AND reason IS NOT NULL) AS reasons
  FROM decisions d JOIN requests r ON r.id = d.request_id JOIN candidates c ON c.id = d.candidate_id
  WHERE d.live = 1 ORDER BY d.created_at`;

const OWN_FEEDBACK = `SELECT f.*, (SELECT c.id FROM candidates c
  WHERE c.request_id = f.request_id AND c.text = f.response LIMIT 1) AS candidate_id FROM agent_feedback f`;

export type SqlRow = readonly (readonly [string, unknown])[];
export interface Tables {
  /** Columns of each real table; views are left alone, they may compute without end. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  rows(sql: string): AsyncGenerator<SqlRow>;
}

/**
 * Reads a SQLite database from its bytes: a preference workflow's plans and feedback, feedback and pair tables, or a
 * `whetstone.db`. The file itself is never opened by SQLite, so nothing in it changes. Rejects with
 * `import.unreadable` where it is no database that can be read.
 */
export async function* readDatabase(bytes: Buffer, wasm: Uint8Array, now: number): AsyncGenerator<Found> {
  const sql = await initSqlJs({ wasmBinary: wasm.slice().buffer });
  const db = new sql.Database(inRollbackMode(bytes));
  try {
    const tables = { columns: columnsOf(db), rows: (query: string) => rowsOf(db, query) };
    yield* tellDamage(db);
    yield* foundIn(tables, now);
  } catch (error) {
    if (AppError.is(error)) throw error;
    throw new AppError('import.unreadable', 'This SQLite database can not be read.', {
      why: error instanceof Error ? error.message : String(error),
      next: 'Close the program that writes it, copy the file, and import the copy.',
      cause: error,
    });
  } finally {
    db.close();
  }
}

/** A database in write-ahead mode can't be opened from memory; what is in the main file is the same in both modes. */
function inRollbackMode(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  if (copy.length > 19 && copy[18] === 2) copy.fill(1, 18, 20);
  return copy;
}

function columnsOf(db: initSqlJs.Database): Map<string, string[]> {
  const columns = new Map<string, string[]>();
  const [found] = db.exec("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0");
  for (const [name] of found?.values ?? []) {
    if (typeof name !== 'string') continue;
    const [info] = db.exec('SELECT name FROM pragma_table_info(?)', [name]);
    columns.set(
      name,
      (info?.values ?? []).map(([column]) => String(column)),
    );
  }
  return columns;
}

function* tellDamage(db: initSqlJs.Database): Generator<Found> {
  const [check] = db.exec('PRAGMA quick_check(1)');
  if (check?.values[0]?.[0] === 'ok') return;
  yield { what: 'damage', text: 'The database is damaged; rows that can be read are read.' };
}

async function* foundIn(tables: Tables, now: number): AsyncGenerator<Found> {
  const { columns } = tables;
  if (columns.has('meta') && columns.has('decisions') && columns.has('candidates')) {
    yield* tableRows(tables, 'decisions', OWN_DECISIONS, now);
    yield* tableRows(tables, 'agent_feedback', OWN_FEEDBACK, now);
    return;
  }
  if (columns.has('plans')) yield* readPlans(tables, now);
  for (const name of ROW_TABLES) {
    // Feedback on plans was read with them.
    if (!columns.has(name) || (name === 'feedback' && columns.has('plans'))) continue;
    yield* tableRows(tables, name, `SELECT * FROM "${name}"`, now);
  }
}

async function* tableRows(tables: Tables, name: string, sql: string, now: number): AsyncGenerator<Found> {
  let number = 0;
  try {
    for await (const row of tables.rows(sql)) {
      number += 1;
      yield foundFields(`${name} row ${number}`, row, now);
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    yield { what: 'refused', place: `${name} after row ${number}`, reason: 'the database is damaged there' };
  }
}

/** True for what SQLite says of a page that it can't read. */
export function isDamage(error: unknown): boolean {
  return error instanceof Error && /malformed|corrupt|not a database|disk I\/O/.test(error.message);
}

async function* rowsOf(db: initSqlJs.Database, sql: string): AsyncGenerator<SqlRow> {
  const statement = db.prepare(sql);
  try {
    const names = statement.getColumnNames();
    let count = 0;
    while (count < MAX_ROWS && statement.step()) {
      const values = statement.get();
      count += 1;
      if (count % ROWS_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
      yield names.map((name, column) => [name, values[column]] as const);
    }
  } finally {
    statement.free();
  }
}
