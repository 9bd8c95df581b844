import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import initSqlJs from 'sql.js';
import { describe, expect, it } from 'vitest';
import { readDatabase } from '../../../../sidecar/memory/import/readDatabase.ts';
import { all, NOW, records, refusals } from './bytesOf.ts';

const wasm = readFileSync(resolve(import.meta.dirname, '../../../../node_modules/sql.js/dist/sql-wasm.wasm'));

async function imageOf(...statements: readonly string[]): Promise<Buffer> {
  const sql = await initSqlJs({ wasmBinary: Uint8Array.from(wasm).buffer });
  const db = new sql.Database();
  for (const statement of statements) db.run(statement);
  const image = Buffer.from(db.export());
  db.close();
  return image;
}
const read = (image: Buffer) => all(readDatabase(image, wasm, NOW));

const PLANS =
  'CREATE TABLE plans (id INTEGER PRIMARY KEY, prompt TEXT, output TEXT, score REAL, created_at TEXT)';
const FEEDBACK =
  'CREATE TABLE feedback (id INTEGER PRIMARY KEY, run_id INTEGER, feedback TEXT, tags TEXT, created_at TEXT)';
const PLAN_1 = "INSERT INTO plans VALUES (1, 'Plan a trip', 'Step 1', 0.8, '2025-05-01 10:00:00')";

describe('a preference workflow', () => {
  it('gives plans without a verdict, and feedback with its tags', async () => {
    const image = await imageOf(
      PLANS,
      FEEDBACK,
      PLAN_1,
      "INSERT INTO plans VALUES (2, NULL, 'x', 0, NULL), (3, 'p', x'00ff', 0, NULL)",
      `INSERT INTO feedback VALUES (1, 1, 'very helpful', '["pos","+1"]', '2025-05-01 11:00:00'), (2, 99, 'x', 'neg', NULL)`,
    );
    const found = await read(image);
    expect(records(found)).toMatchObject([
      { kind: 'answer', prompt: 'Plan a trip', response: 'Step 1', verdict: undefined, sourceScore: 0.8 },
      {
        kind: 'feedback',
        prompt: 'Plan a trip',
        text: 'very helpful',
        tags: ['pos', '+1'],
        feedbackAt: Date.UTC(2025, 4, 1, 11),
      },
    ]);
    expect(refusals(found)).toEqual([
      'plans row 2: it has no prompt',
      'plans row 3: output is not a text',
      'feedback row 2: it belongs to no plan of this file',
    ]);
  });

  it('reads feedback and pair tables that stand alone', async () => {
    const image = await imageOf(
      'CREATE TABLE agent_feedback (id TEXT, prompt TEXT, response TEXT, corrections TEXT, feedback_type TEXT, score INTEGER)',
      "INSERT INTO agent_feedback VALUES ('1', 'p', 'r', 'c', 'edit', 5)",
      'CREATE TABLE preference_pairs (prompt TEXT, chosen TEXT, rejected TEXT)',
      "INSERT INTO preference_pairs VALUES ('p', 'a', 'b')",
    );
    expect(records(await read(image))).toMatchObject([
      { corrections: 'c', feedbackType: 'edit', score: 5 },
      { corrections: 'a', response: 'b', feedbackType: 'pair' },
    ]);
  });

  it('leaves views alone, which could compute without end', async () => {
    const image = await imageOf(
      "CREATE VIEW plans AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id, 'p' AS prompt, 'o' AS output FROM n",
    );
    expect(await read(image)).toEqual([]);
  });

  it('reads a database in write-ahead mode and leaves its bytes as they are', async () => {
    const image = await imageOf(PLANS, PLAN_1);
    image.fill(2, 18, 20);
    const before = Buffer.from(image);
    expect(records(await read(image))).toHaveLength(1);
    expect(image.equals(before)).toBe(true);
  });

  it('refuses a file that only looks like a database, with a reason', async () => {
    const image = Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(2_000, 7)]);
    await expect(read(image)).rejects.toMatchObject({ code: 'import.unreadable' });
  });

  it('reads what it can of a database that is cut off', async () => {
    const rows = Array.from({ length: 400 }, (_, n) => `(${n + 1}, 'p${n}', '${'o'.repeat(500)}', 0, NULL)`);
    const image = await imageOf(PLANS, `INSERT INTO plans VALUES ${rows.join(',')}`);
    const found = await read(image.subarray(0, image.length / 2)).catch((error: unknown) => error);
    // Either some rows and a word on the damage, or a typed refusal; never a fault.
    if (Array.isArray(found)) expect(found.some(({ what }) => what !== 'record')).toBe(true);
    else expect(found).toMatchObject({ code: 'import.unreadable' });
  });
});
