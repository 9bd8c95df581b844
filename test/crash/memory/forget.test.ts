import { once } from 'node:events';
import { lstat, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monotonicFactory } from 'ulid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Memory } from '../../../sidecar/memory/memory.ts';
import { until } from '../../helpers/until.ts';
import { FULL, tried } from './crashScale.ts';
import { filesWith, tell } from './forgetStage.ts';
import {
  createMemoryStage,
  forEachLine,
  type MemoryStage,
  type StageChild,
  viewWriter,
} from './memoryStage.ts';

const SECRET = 'the walrus "protocol"\nunder the \u00e9lan bridge';
/** Forms in which it can lie in a file. */
const FORMS = ['walrus', 'under the \u00e9lan'];

describe('forgetting', () => {
  let stage: MemoryStage;
  beforeEach(async () => {
    stage = await createMemoryStage();
  });
  afterEach(() => stage.strike());

  const said = {
    prompt: `Please ${SECRET}`,
    answer: `Here: ${SECRET}`,
    edit: `Mine: ${SECRET}`,
    note: SECRET,
  };
  const other = { prompt: 'Sort a list of badgers', answer: 'badgers.sort()', note: 'badgers are fine' };

  /** A process of its own that has recorded something and lives on. */
  async function living(text: string): Promise<{ child: StageChild; request: string }> {
    const child = stage.run('forgettingChild.ts', 'tell', text);
    const [chunk] = await once(child.stdout, 'data');
    return { child, request: String(chunk).trim() };
  }
  async function kill(child: StageChild): Promise<void> {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  const clean = (): Promise<true> =>
    until('no file with a byte of it', async () => (await filesWith(stage.folder, ...FORMS)).length === 0);

  it('leaves no byte of a decision in any file, and everything else as it was', {
    timeout: 60_000,
  }, async () => {
    const memory = await stage.open({ viewWriter: viewWriter() });
    const told = await tell(memory, said);
    const kept = await tell(memory, other);
    await memory.flushViews(20_000);
    expect(await filesWith(stage.folder, ...FORMS)).toEqual([
      'agent_memory.json',
      `journal/${memory.writer}.jsonl`,
      'training_data.jsonl',
      'whetstone.db',
    ]);
    const events = memory.index.eventCount;
    const took = await memory.forget({ ids: [told.decision] }, 'asked');
    expect(took).toMatchObject({ requests: 1, answers: 1, decisions: 1, others: 0, unknown: [], waiting: 0 });
    expect(await filesWith(join(stage.folder, 'journal'), ...FORMS)).toEqual([]);
    await memory.flushViews(20_000);
    expect(await filesWith(stage.folder, ...FORMS)).toEqual([]);
    // The forget event itself is one more; nothing else is lost or there twice.
    expect(memory.index.eventCount).toBe(events + 1);
    expect(memory.index.request(told.request)).toBeUndefined();
    expect(memory.index.decision(told.decision)).toBeUndefined();
    expect(memory.index.liveDecisions().map((each) => each.decision)).toEqual([kept.decision]);
    const entry = memory.index.request(kept.request);
    expect(await memory.read(entry?.event ?? '')).toMatchObject({ prompt: other.prompt });
    const view = JSON.parse(await readFile(join(stage.folder, 'agent_memory.json'), 'utf8'));
    expect(view.conversation_history).toHaveLength(1);
    expect((await memory.verify()).events).toBe(events + 1);
    for (const entry of await readdir(stage.folder, { recursive: true, withFileTypes: true })) {
      const { mode } = await lstat(join(entry.parentPath, entry.name));
      if (entry.isSocket()) continue;
      expect([entry.name, mode & 0o777]).toEqual([entry.name, entry.isDirectory() ? 0o700 : 0o600]);
    }
  });

  it('says what it would take and changes nothing', async () => {
    const memory = await stage.open();
    await tell(memory, said);
    await tell(memory, other);
    const before = await filesWith(stage.folder, ...FORMS);
    expect(await memory.previewForget({ ids: [], about: 'WALRUS' })).toMatchObject({
      requests: 1,
      answers: 1,
      decisions: 1,
      waiting: 0,
    });
    expect(await memory.previewForget({ ids: [], about: 'nothing like it' })).toMatchObject({ requests: 0 });
    expect(await memory.previewForget({ ids: ['01ARZ3NDEKTSV4RRFFQ69G5FAV'] })).toMatchObject({
      requests: 0,
      unknown: ['01ARZ3NDEKTSV4RRFFQ69G5FAV'],
    });
    expect(await filesWith(stage.folder, ...FORMS)).toEqual(before);
    expect(memory.index.forgets()).toEqual([]);
  });

  it('refuses the same click sent again, and an answer that comes late', async () => {
    const memory = await stage.open();
    const told = await tell(memory, said);
    await memory.forget({ ids: [told.request] }, 'asked');
    const again = {
      ...told,
      kind: 'decision',
      sha256: 'b'.repeat(64),
      verdict: 'approved',
      reasons: [],
    } as const;
    await expect(memory.append<'decision'>({ ...again, reasons: [] }, told.decision)).rejects.toMatchObject({
      code: 'request.forgotten',
    });
    const late = {
      kind: 'candidate',
      request: told.request,
      candidate: monotonicFactory()(),
      text: SECRET,
      sha256: 'b'.repeat(64),
      model: 'small',
      options: {},
      stopped: 'complete',
      engine: 'ollama',
    } as const;
    await expect(memory.append<'candidate'>(late)).rejects.toMatchObject({ code: 'request.forgotten' });
    expect(await filesWith(stage.folder, ...FORMS)).toEqual([]);
    expect(await memory.forget({ ids: [told.request] }, 'asked')).toMatchObject({ requests: 0, unknown: [] });
  });

  it('reaches segments of ended writers, of living ones, and what lies beside the journal', {
    timeout: 60_000,
  }, async () => {
    const dead = await living(SECRET);
    await kill(dead.child);
    const alive = await living(SECRET);
    const memory = await stage.open();
    const told = await tell(memory, said);
    const keep = await tell(memory, other);
    await putBeside(memory, told.decision);
    expect((await filesWith(stage.folder, ...FORMS)).length).toBeGreaterThan(8);
    const took = await memory.forget({ ids: [], about: 'Walrus' }, 'asked');
    expect(took).toMatchObject({ requests: 3, waiting: 0 });
    await clean();
    expect(memory.index.liveDecisions().map((each) => each.decision)).toEqual([keep.decision]);
    expect(await readFile(join(stage.folder, 'datasets/d.jsonl'), 'utf8')).toBe('{"text":"badgers"}\n');
    expect(await readFile(join(stage.folder, 'quarantine/lines/keep.line'), 'utf8')).toBe('badgers');
    expect(JSON.parse(await readFile(join(stage.folder, 'models/m.json'), 'utf8'))).toEqual({
      name: 'small',
      file: 'w.gguf',
      system: 'Be brief.',
      messages: [],
    });
    // The living process goes on writing.
    expect(alive.child.exitCode).toBeNull();
    await kill(alive.child);
    await memory.dispose();
    const next = await stage.open();
    expect(next.index.liveDecisions().map((each) => each.decision)).toEqual([keep.decision]);
    expect((await next.verify()).damaged).toBe(0);
  });

  /** Copies as other parts of the program, and damage, leave them. */
  async function putBeside(memory: Memory, decision: string): Promise<void> {
    const file = async (path: string, text: string): Promise<void> => {
      await mkdir(join(stage.folder, path, '..'), { recursive: true });
      await writeFile(join(stage.folder, path), text);
    };
    const json = JSON.stringify(SECRET);
    const run = monotonicFactory()();
    await file('datasets/d.jsonl', `{"text":${json}}\n{"text":"badgers"}\n`);
    await file('logs/today.log', `asked: ${json}\n`);
    await file('quarantine/lines/a.line', `garbage ${json.slice(3)}`);
    await file('quarantine/lines/a.reason.txt', 'checksum');
    await file('quarantine/lines/keep.line', 'badgers');
    await file('quarantine/views/old-agent_memory.json', JSON.stringify({ prompt: SECRET }));
    const journal = `quarantine/reset-2026-01-01/journal`;
    const [name = ''] = await readdir(join(stage.folder, 'journal'));
    await file(`${journal}/${name}`, '');
    await writeFile(join(stage.folder, journal, name), await readFile(join(stage.folder, 'journal', name)));
    await file(`runs/${run}/Modelfile`, 'MESSAGE user """Please the WALRUS, changed"""'.toLowerCase());
    await file('Modelfile.trained', `# run ${run}\nMESSAGE user """a walrus"""`);
    const digest = 'c'.repeat(64);
    const model = {
      name: 'small',
      file: 'w.gguf',
      digest,
      messages: [{ role: 'user', content: said.prompt }],
    };
    const { digest: _, ...bare } = model;
    await file('models/m.json', JSON.stringify({ ...bare, system: `Be brief.\nSay ${SECRET.slice(0, 10)}` }));
    await memory.append<'version'>({
      kind: 'version',
      version: monotonicFactory()(),
      event: 'published',
      detail: {
        number: 1,
        name: 'small-trained:v1',
        activeName: 'small-trained:latest',
        base: 'small',
        digest,
        engine: 'ollama',
        run,
        runKind: 'prompt',
        system: `Be brief.\nAlways ${SECRET.slice(0, 10)}.`,
        rules: [{ id: 'use:walrus', text: `Always ${SECRET.slice(0, 10)}.`, evidence: [decision] }],
        examples: [{ prompt: said.prompt, response: said.answer, decision }],
        parameters: {},
        decisions: 2,
      },
    });
  }

  it('flags the versions that were trained on it, and keeps them without the texts', async () => {
    const memory = await stage.open();
    const told = await tell(memory, said);
    await putBeside(memory, told.decision);
    const took = await memory.forget({ ids: [told.decision] }, 'asked');
    expect(took.versions).toHaveLength(1);
    await memory.refresh();
    const [version] = memory.index.versions();
    expect(took.versions).toEqual([version?.version]);
    expect(version?.detail).toMatchObject({ number: 1, system: 'Be brief.', rules: [], examples: [] });
    expect(await filesWith(join(stage.folder, 'runs'), 'walrus')).toEqual([]);
    expect(await filesWith(join(stage.folder, 'journal'), 'walrus')).toEqual([]);
    expect(await readdir(stage.folder)).not.toContain('Modelfile.trained');
  });

  it('is finished by whoever comes next where it was killed, at any change of a file', {
    timeout: 300_000,
  }, async () => {
    let finished = false;
    let points = 0;
    // A prime step, so that neighbours differ in kind; every point with WHETSTONE_CRASH=full.
    const step = FULL ? 1 : 5;
    for (let at = 1; !finished && at < 200; at += step) {
      await stage.strike();
      stage = await createMemoryStage();
      const alive = await living(SECRET);
      // At every third point that writer is alive when the memory is forgotten, at the others it is dead.
      if ((at / step) % 3 > 1) await kill(alive.child);
      const memory = await stage.open();
      const keep = await tell(memory, other);
      const told = await tell(memory, said);
      await putBeside(memory, told.decision);
      await memory.dispose();
      const child = stage.run('forgettingChild.ts', 'forget', 'walrus', String(at));
      const ended = once(child, 'exit');
      let answered = false;
      await forEachLine(child, () => {
        answered = true;
      });
      await ended;
      finished = answered;
      const next = await stage.open();
      // Killed before the forgetting was recorded, nothing was forgotten: asked once more, it is.
      if (next.index.forgets().length === 0) await next.forget({ ids: [], about: 'walrus' }, 'asked');
      expect([at, next.index.liveDecisions().map((each) => each.decision)]).toEqual([at, [keep.decision]]);
      await clean();
      points += 1;
    }
    expect(finished).toBe(true);
    expect(points).toBeGreaterThan(FULL ? 30 : 6);
    tried(`forgetting killed at ${points} changes of files, then taken up again: no byte left, 0 lost`);
  });
});
