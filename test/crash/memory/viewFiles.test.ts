import { readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import initSqlJs from 'sql.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Memory } from '../../../sidecar/memory/memory.ts';
import { DATABASE_SCHEMA } from '../../../sidecar/memory/views/databaseSchema.ts';
import { VIEW_FILES } from '../../../sidecar/memory/views/viewState.ts';
import { until } from '../../helpers/until.ts';
import { createMemoryStage, decide, type MemoryStage, viewWriter } from './memoryStage.ts';

describe('the views', { timeout: 60_000 }, () => {
  let stage: MemoryStage;
  let memory: Memory;
  let codes: string[];
  beforeEach(async () => {
    stage = await createMemoryStage();
    memory = await stage.open({ viewWriter: viewWriter() });
    codes = [];
    memory.onNotice((notice) => codes.push(notice.code));
  });
  afterEach(() => stage.strike());

  const json = async (): Promise<string> => readFile(join(stage.folder, 'agent_memory.json'), 'utf8');

  it('hold every decision, in the file modes of private data, and open as a database', async () => {
    const first = await decide(memory, 'approved', 'one');
    await decide(memory, 'denied', 'two');
    await memory.flushViews(20_000);
    expect(JSON.parse(await json())).toMatchObject({
      conversation_history: [
        { response: 'one', approved: true, decision_id: first },
        { response: 'two', approved: false },
      ],
      as_of: memory.index.asOf,
    });
    for (const name of VIEW_FILES) expect((await stat(join(stage.folder, name))).mode & 0o777).toBe(0o600);
    const sql = await initSqlJs();
    const db = new sql.Database(await readFile(join(stage.folder, 'whetstone.db')));
    expect(db.exec('PRAGMA integrity_check')[0]?.values).toEqual([['ok']]);
    expect(db.exec('SELECT verdict, live FROM decisions ORDER BY created_at')[0]?.values).toEqual([
      ['approved', 1],
      ['denied', 1],
    ]);
    expect(db.exec('SELECT * FROM preference_pairs ORDER BY created_at DESC LIMIT 20')).toEqual([]);
    expect(db.exec('SELECT schema, as_of FROM meta')[0]?.values).toEqual([
      [DATABASE_SCHEMA, memory.index.asOf],
    ]);
    db.close();
    expect((await readdir(stage.folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(codes).toEqual([]);
  });

  it('follow a decision by themselves, and a deletion too', async () => {
    const decision = await decide(memory);
    await until('the view', async () => (await json().catch(() => '')).includes(decision));
    await until('the note of it', async () =>
      (await readFile(join(stage.folder, 'index/views.json'), 'utf8')).includes('"asOf"'),
    );
    await rm(join(stage.folder, 'agent_memory.json'));
    await until('the view again', async () => (await json().catch(() => '')).includes(decision));
    await until('the notice', () => codes.length > 0);
    expect(codes).toEqual(['memory.viewRebuilt']);
  });

  it('that were deleted come back with one notice', async () => {
    await decide(memory);
    await memory.flushViews(20_000);
    for (const name of VIEW_FILES) await rm(join(stage.folder, name));
    await memory.flushViews(20_000);
    expect(JSON.parse(await json())).toMatchObject({ conversation_history: [{ approved: true }] });
    await decide(memory);
    await memory.flushViews(20_000);
    expect(codes).toEqual(['memory.viewRebuilt']);
  });

  it('that a person changed are kept aside and told once', async () => {
    await decide(memory);
    await memory.flushViews(20_000);
    await writeFile(join(stage.folder, 'agent_memory.json'), '{"mine": true}');
    await decide(memory);
    await memory.flushViews(20_000);
    await decide(memory);
    await memory.flushViews(20_000);
    expect(codes).toEqual(['memory.viewEdited']);
    const aside = join(stage.folder, 'quarantine/views');
    const [copy = ''] = await readdir(aside);
    expect(await readFile(join(aside, copy), 'utf8')).toBe('{"mine": true}');
    expect(JSON.parse(await json())['conversation_history']).toHaveLength(3);
  });

  it('are kept aside when the journal they were made from is gone', async () => {
    await decide(memory);
    await memory.flushViews(20_000);
    const before = await json();
    await rm(join(stage.folder, 'journal'), { recursive: true });
    await memory.refresh();
    await memory.flushViews(20_000);
    const aside = await readdir(join(stage.folder, 'quarantine/views'));
    const copy = aside.find((name) => name.endsWith('agent_memory.json')) ?? '';
    expect(await readFile(join(stage.folder, 'quarantine/views', copy), 'utf8')).toBe(before);
    expect(codes).toContain('memory.journalShrunk');
  });

  it('are not written into a folder that is a link', async () => {
    await symlink(stage.folder, `${stage.folder}.link`);
    await expect(stage.open({ dataFolder: `${stage.folder}.link` })).rejects.toMatchObject({
      code: 'memory.folderUnsafe',
    });
    await expect(stage.open({ uid: 4_242 })).rejects.toMatchObject({ code: 'memory.folderUnsafe' });
  });
});
