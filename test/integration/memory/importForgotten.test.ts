import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monotonicFactory } from 'ulid';
import { describe, expect, it } from 'vitest';
import { undecidedBefore } from '../../../sidecar/memory/forget/retention.ts';
import { counts, never, type Stage, type Store, stageForEach } from './exchangeStage.ts';

const ids = monotonicFactory();
const SECRET = 'walrus protocol';
const [RUN, OTHER_RUN, LOST_RUN] = [ids(), ids(), ids()];
let stage: Stage;
let store: Store;
stageForEach((fresh, data) => {
  stage = fresh;
  store = data;
});

interface Told {
  readonly secret: string;
  readonly kept: string;
}

/** Decisions, two versions and their files; one version has the secret as its example. */
async function fill({ memory, decide }: Store): Promise<Told> {
  const secret = await decide('Ask about it', 'approved', `Here is the whole ${SECRET} in one answer`);
  const kept = await decide('Sort badgers', 'approved', 'badgers.sort() and nothing else at all');
  await publish(memory, RUN, 1, secret, `Here is the whole ${SECRET} in one answer`);
  await publish(memory, OTHER_RUN, 2, kept, 'badgers.sort() and nothing else at all');
  await writeRun(memory, RUN, `MESSAGE assistant """Here is the whole ${SECRET} in one answer"""\n`);
  await writeRun(memory, OTHER_RUN, 'MESSAGE assistant """badgers.sort() and nothing else at all"""\n');
  const root = memory.folder('root');
  await root.write('Modelfile.trained', `# whetstone run=${RUN} sha256=00\nMESSAGE user """${SECRET}"""\n`);
  await root.write('training_log.md', `- Ask about it (decision ${secret}), ${SECRET}\n`);
  await memory.folder('runs').write('latest-prompt', RUN);
  return { secret, kept };
}

async function writeRun(memory: Store['memory'], run: string, modelfile: string): Promise<void> {
  const folder = memory.folder('runs').folder(run);
  await folder.write('Modelfile', `FROM small\n${modelfile}`);
  await folder.write('training_run.json', JSON.stringify({ run, status: 'succeeded' }));
}

async function publish(
  memory: Store['memory'],
  run: string,
  number: number,
  decision: string,
  response: string,
): Promise<void> {
  const examples = [{ prompt: 'Ask', response, decision }];
  const names = {
    name: 'x',
    activeName: 'x',
    base: 'b',
    engine: 'ollama',
    digest: `sha256:${number}abc`,
  } as const;
  await memory.append<'version'>({
    ...{ kind: 'version', version: ids(), event: 'published' },
    detail: {
      ...names,
      ...{ number, run, runKind: 'prompt', system: '', rules: [], examples, parameters: {}, decisions: 1 },
    },
  });
}

async function backup({ exports }: Store, name: string): Promise<string> {
  const path = join(stage.base, name);
  await exports.run({ kind: 'all', path, redact: false }, never);
  return path;
}

/** Paths of all files whose bytes hold it. */
async function filesWith(folder: string, text: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if ((await readFile(path)).includes(text)) found.push(path.slice(folder.length + 1));
  }
  return found;
}

const runFiles = async (folder: string, run: string): Promise<string[]> =>
  (await readdir(join(folder, 'runs', run)).catch(() => [])).sort();

/** Each of them forgets what the secret stands in. */
const WAYS: readonly (readonly [string, (store: Store, told: Told) => Promise<unknown>])[] = [
  ['by its id', ({ memory }, { secret }) => memory.forget({ ids: [secret] }, 'asked')],
  ['by a text', ({ memory }) => memory.forget({ ids: [], about: 'Walrus PROTOCOL' }, 'asked')],
];

describe.each(WAYS)('what was forgotten %s', (_, forget) => {
  it('does not come back by a backup, a folder or a tar made by hand, in no file', async () => {
    const other = await stage.open('other');
    const told = await fill(other);
    const path = await backup(other, 'wb.tar.gz');
    await store.take(path);
    expect(await filesWith(store.folder, SECRET)).toContain(`runs/${RUN}/Modelfile`);
    await forget(store, told);
    expect(await filesWith(store.folder, SECRET)).toEqual([]);
    for (const source of [path, other.folder]) {
      const preview = await store.take(source, true);
      const result = await store.take(source);
      for (const each of [preview, result]) {
        expect(each).toMatchObject({ taken: [], files: [] });
        expect(each.remarks).toContain('What was forgotten here is not taken in again.');
        expect(each.remarks.join()).toContain(`runs/${RUN}/training_run.json`);
      }
      expect(await filesWith(store.folder, SECRET)).toEqual([]);
      expect(await runFiles(store.folder, RUN)).toEqual([]);
      expect(await runFiles(store.folder, OTHER_RUN)).toEqual(['Modelfile', 'training_run.json']);
    }
    await store.memory.dispose();
    expect(await filesWith((await stage.open('data')).folder, SECRET)).toEqual([]);
  });

  it('does not come with a version that was trained elsewhere', async () => {
    const { decide } = store;
    const secret = await decide('Ask about it', 'approved', `Here is the whole ${SECRET} in one answer`);
    const first = await backup(store, 'first.tar.gz');
    const other = await stage.open('other');
    await other.take(first);
    await publish(other.memory, RUN, 1, secret, `Here is the whole ${SECRET} in one answer`);
    await writeRun(other.memory, RUN, 'in words that nobody finds');
    await writeRun(
      other.memory,
      LOST_RUN,
      `in a run of no version: Here is the whole ${SECRET} in one answer`,
    );
    const root = other.memory.folder('root');
    await root.write('Modelfile.trained', `# whetstone run=${RUN} sha256=00\nin words that nobody finds`);
    await root.write('training_log.md', `- Ask about it (decision ${secret})\n`);
    await forget(store, { secret, kept: '' });
    // Nothing is left here: it is a restore, to which these files belong.
    const result = await store.take(await backup(other, 'second.tar.gz'));
    expect(counts(result)).toEqual({ version: 1 });
    expect(result.files).toEqual([]);
    expect(await filesWith(store.folder, SECRET)).toEqual([]);
    expect(store.memory.index.versions()).toMatchObject([{ detail: { number: 1, examples: [] } }]);
  });

  it('does not come by a dataset or a view', async () => {
    const told = await fill(store);
    const paths: string[] = [];
    for (const kind of ['decisions', 'chat'] as const) {
      const path = join(stage.base, `${kind}.jsonl`);
      await store.exports.run({ kind, path, redact: false }, never);
      expect(await readFile(path, 'utf8')).toContain(SECRET);
      paths.push(path);
    }
    await forget(store, told);
    for (const path of paths) {
      const result = await store.take(path);
      expect(result.remarks).toContain('What was forgotten here is not taken in again.');
      expect(await filesWith(store.folder, SECRET)).toEqual([]);
    }
  });
});

describe('what was forgotten', () => {
  it('goes with a run that no version names, whatever form its texts have there', async () => {
    const { memory, decide } = store;
    const secret = await decide('Add', 'approved', `"""${SECRET}"""\nand so on, in words of its own`);
    const folder = memory.folder('runs').folder(RUN);
    const modelfile = `# whetstone run=${RUN} sha256=00\nMESSAGE assistant """'''${SECRET}'''"""\n`;
    await folder.write('Modelfile', modelfile);
    await folder.write('training_run.json', JSON.stringify({ run: RUN, examples: [secret] }));
    await writeRun(memory, OTHER_RUN, 'MESSAGE user "badgers"');
    await memory.folder('root').write('Modelfile.trained', modelfile);
    const path = await backup(store, 'b.tar.gz');
    await memory.forget({ ids: [secret] }, 'asked');
    expect(await filesWith(store.folder, SECRET)).toEqual([]);
    expect(await runFiles(store.folder, OTHER_RUN)).toHaveLength(2);
    expect(await store.take(path)).toMatchObject({ files: [] });
    expect(await filesWith(store.folder, SECRET)).toEqual([]);
  });

  it('by age does not come back', async () => {
    const { memory } = store;
    const request = ids();
    const prompt = `Nobody decided on the ${SECRET}`;
    await memory.append<'request'>(
      {
        ...{ kind: 'request', thread: request, request, prompt, context: [] },
        ...{ category: 'other', model: 'm', appVersion: '0' },
      },
      request,
    );
    await writeRun(memory, RUN, `MESSAGE user """${prompt}"""`);
    const path = await backup(store, 'b.tar.gz');
    await memory.forget({ ids: undecidedBefore(memory.index, Date.now() + 1_000) }, 'age');
    expect(await filesWith(store.folder, SECRET)).toEqual([]);
    expect(await store.take(path)).toMatchObject({ taken: [], files: [] });
    expect(await filesWith(store.folder, SECRET)).toEqual([]);
  });

  it('stays out although its line is damaged in the backup: the version that held it is known here', async () => {
    const other = await stage.open('other');
    const { secret } = await fill(other);
    await store.take(await backup(other, 'whole.tar.gz'));
    await store.memory.forget({ ids: [secret] }, 'asked');
    await other.memory.dispose();
    const journal = join(other.folder, 'journal');
    for (const name of await readdir(journal)) {
      const lines = (await readFile(join(journal, name), 'utf8')).split('\n');
      const kept = lines.filter((line) => line.includes('badgers') || line.includes('"kind":"segment"'));
      await writeFile(join(journal, name), `${kept.join('\n')}\n`);
    }
    await rm(join(store.folder, 'runs'), { recursive: true });
    const result = await store.take(other.folder);
    expect(result.files).toEqual([`runs/${OTHER_RUN}/Modelfile`, `runs/${OTHER_RUN}/training_run.json`]);
    expect(await filesWith(store.folder, SECRET)).toEqual([]);
  });

  it('here is in no backup, although another window has not erased it yet', async () => {
    const { secret } = await fill(store);
    const entry = store.memory.index.decision(secret);
    const none: string[] = [];
    // As it comes from another window: nothing is erased here before the backup is made.
    const candidates = [entry?.candidate ?? ''];
    await rm(join(store.folder, 'runs'), { recursive: true });
    for (const file of ['Modelfile.trained', 'training_log.md']) await rm(join(store.folder, file));
    await store.memory.append<'forget'>({
      ...{ kind: 'forget', why: 'asked', requests: [entry?.request ?? ''], candidates },
      ...{ decisions: [secret], events: none, versions: none },
    });
    const path = await backup(store, 'b.tar.gz');
    const fresh = await stage.open('fresh');
    await fresh.take(path);
    expect(await filesWith(fresh.folder, SECRET)).toEqual([]);
    expect(fresh.memory.index.liveDecisions()).toHaveLength(1);
  });
});
