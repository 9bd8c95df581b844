import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { monotonicFactory } from 'ulid';
import { describe, expect, it } from 'vitest';
import { TAR_END, tarEntry } from '../../../sidecar/memory/export/tarFormat.ts';
import { sha256OfBytes } from '../../../sidecar/memory/import/sha256OfBytes.ts';
import { encodeLine } from '../../../sidecar/memory/journal/lineCodec.ts';
import { counts, known, never, type Stage, type Store, stageForEach } from './exchangeStage.ts';

const ids = monotonicFactory();
const RUN = ids();
let stage: Stage;
let store: Store;
stageForEach((fresh, data) => {
  stage = fresh;
  store = data;
});

interface Odd {
  readonly type?: string;
  readonly link?: string;
  /** The field for the size as it is written. */
  readonly size?: Buffer;
}

/** One entry of an archive, with fields that no honest writer puts there; its checksum fits. */
function entry(path: string, text: string | Buffer, { type = '0', link = '', size }: Odd = {}): Buffer {
  const made = tarEntry(path, Buffer.from(text), 0);
  made.write(type, 156);
  made.write(link, 157);
  size?.copy(made, 124);
  made.fill(0x20, 148, 156);
  const sum = made.subarray(0, 512).reduce((all, byte) => all + byte, 0);
  made.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return made;
}

const archive = (...entries: readonly Buffer[]): Promise<string> =>
  stage.file(`odd-${ids()}.tar.gz`, gzipSync(Buffer.concat([...entries, TAR_END])));

const line = (kind: string, more: object = {}): Buffer =>
  encodeLine({ v: 1, id: ids(), at: '2026-01-01T00:00:00.000Z', writer: ids(), kind, ...more });

const everything = async (): Promise<string[]> => (await readdir(stage.base, { recursive: true })).sort();

describe('an archive', () => {
  it.each([
    ['absolute paths', '/tmp/whetstone-evil', '/journal/x.jsonl', '/Modelfile.trained'],
    ['paths upwards', '../evil', '../../Modelfile.trained', 'runs/../evil', `runs/${RUN}/../../evil`],
    [
      'paths upwards in a folder',
      'journal/../evil.jsonl',
      'a/../../training_log.md',
      './../Modelfile.trained',
    ],
    ['other separators', '..\\evil', `runs\\${RUN}\\x`, `runs/${RUN}/..\\evil`, `runs/${RUN}/a:b`],
    ['names that are no names', `runs/${RUN}/a\nb`, `runs/${RUN}/\u001b[2J`, `runs/${RUN}/.`, ''],
    ['views and index', 'agent_memory.json', 'index/checkpoint', 'locks/exclusive.sock', 'quarantine/x'],
  ])('writes nothing for %s', async (_, ...paths) => {
    const path = await archive(...paths.map((name) => entry(name, 'evil')));
    const before = await everything();
    await store.take(path).catch(() => undefined);
    expect(await everything()).toEqual(before);
    await expect(stat('/tmp/whetstone-evil')).rejects.toThrow();
  });

  it('with links follows and makes none', async () => {
    const outside = join(stage.base, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'secret'), 'secret');
    const path = await archive(
      entry('Modelfile.trained', '', { type: '2', link: join(outside, 'secret') }),
      entry('training_log.md', '', { type: '1', link: join(outside, 'secret') }),
      entry(`runs/${RUN}`, '', { type: '2', link: outside }),
      entry(`runs/${RUN}/evil`, 'evil'),
      entry('journal', '', { type: '2', link: outside }),
      entry('journal/x.jsonl', line('later')),
    );
    const result = await store.take(path);
    expect(result).toMatchObject({ taken: [{ kind: 'later', count: 1 }], files: [`runs/${RUN}/evil`] });
    expect(await readdir(outside)).toEqual(['secret']);
    await expect(stat(join(store.folder, 'Modelfile.trained'))).rejects.toThrow();
    expect((await stat(join(store.folder, 'runs', RUN))).isDirectory()).toBe(true);
  });

  it('in a folder takes no links either', async () => {
    const other = await stage.open('other');
    await other.decide('Sort', 'approved');
    await other.memory.dispose();
    await writeFile(join(stage.base, 'secret'), 'secret');
    await symlink(join(stage.base, 'secret'), join(other.folder, 'training_log.md'));
    await symlink(join(stage.base, 'secret'), join(other.folder, 'journal', `${ids()}.jsonl`));
    await mkdir(join(other.folder, 'runs', RUN), { recursive: true });
    await symlink(join(stage.base, 'secret'), join(other.folder, 'runs', RUN, 'Modelfile'));
    expect(await store.take(other.folder)).toMatchObject({ files: [], refused: { count: 0 } });
  });

  it.each([
    ['8 GB', Buffer.from('77777777777\0')],
    ['a size in base 256', Buffer.from([0x80, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
    ['a negative size', Buffer.from('-0000000001\0')],
    ['120 MB', Buffer.from('00717000000\0')],
  ])('that says it has %s is damaged, and the rest is read', async (_, size) => {
    const result = await store.take(
      await archive(
        entry('journal/a.jsonl', line('early')),
        entry('journal/b.jsonl', line('later'), { size }),
      ),
    );
    expect(result.damaged).toBe(true);
    expect(counts(result)['early']).toBe(1);
  });

  it('that unpacks to very much is left where that shows', { timeout: 60_000 }, async () => {
    const zeros = gzipSync(Buffer.alloc(8 * 1024 * 1024));
    const start = gzipSync(entry('journal/a.jsonl', line('early')));
    const path = await stage.file(
      'bomb.gz',
      Buffer.concat([start, ...Array.from({ length: 12 }, () => zeros)]),
    );
    const result = await store.take(path);
    expect(result.remarks.join()).toContain('it unpacks to far more than a backup does');
    expect(result.damaged).toBe(true);
    expect(counts(result)).toEqual({ early: 1 });
  });

  it('can not write on a terminal, or hide what it says', async () => {
    const name = 'journal/\u001b]0;evil\u0007\u202e.jsonl';
    const damaged = Buffer.from(line('x').toString('latin1').replace(/^./, 'z'), 'latin1');
    const path = await archive(
      entry(name, Buffer.concat([damaged, line('\u001b[2J'), line('\u202ekind\n')])),
      entry(`${'a'.repeat(60)}\u009b/journal/y.jsonl`, damaged),
    );
    const result = await store.take(path);
    expect(result.refused.count).toBe(2);
    expect(result.taken).toHaveLength(2);
    expect(JSON.stringify(result)).not.toMatch(/[\p{Cc}\p{Cf}]|\\u00|\\n/u);
  });

  it('with two files of one name restores neither, or the one that its list names', async () => {
    const [first, second] = ['FROM first\n', 'FROM second\n'];
    const twice = [entry('Modelfile.trained', first), entry('Modelfile.trained', second)];
    const journal = line('later');
    const unlisted = await store.take(await archive(entry('journal/x.jsonl', journal), ...twice));
    expect(unlisted).toMatchObject({
      files: [],
      refused: { first: [{ place: 'Modelfile.trained', reason: 'it stands there more than once' }] },
    });
    const files = [second, journal].map((text, n) => ({
      path: n === 0 ? 'Modelfile.trained' : 'journal/x.jsonl',
      bytes: Buffer.byteLength(text),
      sha256: sha256OfBytes(Buffer.from(text)),
    }));
    const manifest = JSON.stringify({
      ...{ format: 'whetstone-backup', version: 1, createdAt: '2026-01-01', asOf: null, events: 1 },
      ...{ redacted: false, files },
    });
    const listed = await archive(
      entry('journal/x.jsonl', journal),
      ...twice,
      entry('manifest.json', manifest),
    );
    const fresh = await stage.open('fresh');
    expect(await fresh.take(listed)).toMatchObject({ files: ['Modelfile.trained'] });
    expect(await readFile(join(fresh.folder, 'Modelfile.trained'), 'utf8')).toBe(second);
  });

  it('with a changed file, damage and no list restores no file', async () => {
    const path = await archive(
      entry('journal/x.jsonl', line('later')),
      entry('Modelfile.trained', 'FROM changed\n'),
      Buffer.alloc(512, 1),
    );
    expect(await store.take(path)).toMatchObject({
      damaged: true,
      files: [],
      taken: [{ kind: 'later', count: 1 }],
      refused: { first: [{ place: 'Modelfile.trained' }] },
    });
  });

  it('with lines of our own writer changes nothing of what this process wrote', async () => {
    const decision = await store.decide('Mine', 'approved');
    const { writer } = store.memory;
    const own = join(store.folder, 'journal', `${writer}.jsonl`);
    const [before, state] = [await readFile(own), known(store.memory).live];
    const same = { ...(await store.memory.read(store.memory.index.decision(decision)?.event ?? '')) };
    const lines = [
      line('later', { writer }),
      // An id that is taken, with another verdict.
      line('decision', { ...same, verdict: 'denied', writer }),
    ];
    const path = await archive(entry(`journal/${writer}.jsonl`, Buffer.concat(lines)));
    expect(await store.take(path)).toMatchObject({ taken: [{ kind: 'later', count: 1 }], known: 1 });
    expect((await readFile(own)).subarray(0, before.length)).toEqual(before);
    expect(known(store.memory).live).toEqual(state);
    await store.decide('Next', 'denied');
    expect(await store.memory.verify()).toMatchObject({ damaged: 0 });
    await store.memory.dispose();
    expect((await stage.open('data')).memory.index.liveDecisions()).toHaveLength(2);
  });

  it('that would make forget something says so before', async () => {
    const decision = await store.decide('Mine', 'approved');
    const requests = [store.memory.index.decision(decision)?.request ?? ''];
    const none = { candidates: [], decisions: [], events: [], versions: [] };
    const path = await archive(entry('journal/x.jsonl', line('forget', { requests, ...none, why: 'asked' })));
    const preview = await store.take(path, true, never);
    expect(preview.remarks.join()).toContain('1 request recorded here should be forgotten');
    expect(store.memory.index.liveDecisions()).toHaveLength(1);
  });

  it('with nothing of ours is no source', async () => {
    await expect(store.take(await archive(entry('readme.md', 'x')))).rejects.toMatchObject({
      code: 'import.unknownFormat',
    });
  });
});
