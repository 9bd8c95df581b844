import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, gunzipSync, gzipSync, inflateRawSync } from 'node:zlib';
import { monotonicFactory } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../../../sidecar/protocol/methods.ts';
import { createStage, never, type Stage, type Store } from './exchangeStage.ts';

/** Bytes of a gzip header without a name. */
const GZIP_HEADER = 10;
const RUN = monotonicFactory()();
const LINE = /^[0-9a-f]{8} \{.*\}$/;

let stage: Stage;
let bytes: Buffer;
let tar: Buffer;
/** Every line of the journal in it. */
let lines: ReadonlySet<string>;
/** By path, the content of each other file in it. */
const files = new Map<string, string>();
let opened = 0;

beforeAll(async () => {
  stage = await createStage();
  const store = await stage.open('data');
  for (let n = 0; n < 12; n += 1) {
    // What does not repeat itself can't be packed into a few bytes.
    const text = randomBytes(150 + 40 * n).toString('base64');
    await store.decide(`Prompt ${n}: ${text}`, n % 3 === 0 ? 'edited' : 'approved', `Answer ${n}: ${text}`);
  }
  const root = store.memory.folder('root');
  await root.write('Modelfile.trained', `FROM small\n# ${randomBytes(300).toString('base64')}\n`);
  await root.write('training_log.md', `# Log\n${randomBytes(300).toString('base64')}\n`);
  const run = root.folder('runs').folder(RUN);
  await run.write('training_run.json', JSON.stringify({ note: randomBytes(300).toString('base64') }));
  for (const path of ['Modelfile.trained', 'training_log.md', `runs/${RUN}/training_run.json`])
    files.set(path, await readFile(join(store.folder, path), 'utf8'));
  const path = join(stage.base, 'whole.tar.gz');
  await store.exports.run({ kind: 'all', path, redact: false }, never);
  bytes = await readFile(path);
  tar = gunzipSync(bytes);
  lines = new Set(journalLines(tar));
});
afterAll(() => stage.strike());

/** Whole lines of a journal in these bytes, without the first line of each segment. */
function journalLines(content: Buffer): string[] {
  const parts = content.toString('utf8').split('\n').slice(0, -1);
  return parts.filter((line) => LINE.test(line) && !line.includes('"kind":"segment"') && isSound(line));
}

function isSound(line: string): boolean {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(line.slice(9), 'utf8')) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ((crc ^ 0xffffffff) >>> 0).toString(16).padStart(8, '0') === line.slice(0, 8);
}

interface Outcome {
  readonly store: Store;
  readonly result: Result<'import.run'> | undefined;
  readonly code: string | undefined;
  readonly taken: readonly string[];
}

async function importOf(content: Buffer): Promise<Outcome> {
  opened += 1;
  const store = await stage.open(`fresh-${opened}`);
  const source = await stage.file(`source-${opened}`, content);
  let [result, code]: [Outcome['result'], Outcome['code']] = [undefined, undefined];
  try {
    result = await store.take(source);
  } catch (error) {
    code = String(Reflect.get(Object(error), 'code'));
  }
  const journal = join(store.folder, 'journal');
  const taken: string[] = [];
  for (const name of await readdir(journal)) taken.push(...journalLines(await readFile(join(journal, name))));
  await store.memory.dispose();
  return { store, result, code, taken };
}

/** Nothing that was not in the whole backup may be there; the folder is removed. */
async function expectNothingWrong({ store, result, taken }: Outcome, what: string): Promise<void> {
  expect(
    taken.filter((line) => !lines.has(line)),
    what,
  ).toEqual([]);
  expect(new Set(taken).size, what).toBe(taken.length);
  for (const path of result?.files ?? [])
    expect(await readFile(join(store.folder, path), 'utf8'), `${what}, ${path}`).toBe(files.get(path));
  const count = (result?.taken ?? []).reduce((sum, each) => sum + each.count, 0);
  expect(count, what).toBe(taken.length);
  await rm(store.folder, { recursive: true });
}

/** What the beginning of a gzip file unpacks to. */
function unpackedUpTo(packed: Buffer, end: number): Buffer {
  if (end <= GZIP_HEADER) return Buffer.alloc(0);
  return inflateRawSync(packed.subarray(GZIP_HEADER, end), { finishFlush: constants.Z_SYNC_FLUSH });
}

function expectTold({ result, code, taken }: Outcome, what: string): void {
  if (result) expect(result.damaged || result.refused.count > 0, what).toBe(true);
  else expect(['import.unreadable', 'import.unknownFormat'], what).toContain(code);
  if (!result) expect(taken, what).toEqual([]);
}

describe('a backup that is cut off', () => {
  it('gives each whole line before the cut, says so, and is an error where there is none', {
    timeout: 120_000,
  }, async () => {
    let [whole, none] = [0, 0];
    for (let cut = 0; cut < bytes.length; cut += 250) {
      const outcome = await importOf(bytes.subarray(0, cut));
      const readable = journalLines(unpackedUpTo(bytes, cut));
      expect([...outcome.taken].sort(), `cut at ${cut}`).toEqual(readable.sort());
      if (readable.length > 0) {
        expect(outcome.result?.damaged, `cut at ${cut}`).toBe(true);
        expect(outcome.result?.remarks.join(), `cut at ${cut}`).toContain(`Events read: ${readable.length}`);
        whole += 1;
      } else none += 1;
      expectTold(outcome, `cut at ${cut}`);
      await expectNothingWrong(outcome, `cut at ${cut}`);
    }
    expect(whole).toBeGreaterThan(15);
    expect(none).toBeGreaterThan(1);
  });

  it('gives whole files too', async () => {
    const at = tar.indexOf('manifest.json');
    const outcome = await importOf(gzipSync(tar.subarray(0, at)));
    expect(outcome.result).toMatchObject({ damaged: true, files: [...files.keys()] });
    await expectNothingWrong(outcome, 'without its list');
  });

  it('is told in the preview as well, and can be taken in again whole', async () => {
    const store = await stage.open('again');
    const source = await stage.file('again.tar.gz', bytes.subarray(0, Math.floor(bytes.length / 2)));
    const preview = await store.take(source, true);
    expect(preview.damaged).toBe(true);
    expect((await store.take(source)).taken).toEqual(preview.taken);
    const rest = await store.take(join(stage.base, 'whole.tar.gz'));
    expect(rest).toMatchObject({ damaged: false, refused: { count: 0 } });
    expect(store.memory.index.liveDecisions()).toHaveLength(12);
  });
});

describe('a backup with a changed byte', () => {
  it('gives each whole line before it, and nothing that was not there', { timeout: 120_000 }, async () => {
    let told = 0;
    let behind = 0;
    for (let at = 0; at < bytes.length; at += 257) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      const outcome = await importOf(changed);
      const readable = journalLines(unpackedUpTo(bytes, at));
      const what = `byte ${at} of ${bytes.length}`;
      expect(
        readable.filter((line) => !outcome.taken.includes(line)),
        what,
      ).toEqual([]);
      if (outcome.taken.length > readable.length) behind += 1;
      // Times and flags in the head of a gzip file carry nothing.
      const isHarmless = at < GZIP_HEADER && outcome.taken.length === lines.size;
      if (!isHarmless) {
        expectTold(outcome, what);
        told += 1;
      }
      await expectNothingWrong(outcome, what);
    }
    expect(told).toBeGreaterThan(25);
    expect(behind).toBeGreaterThan(0);
  });

  it('in the archive itself loses what the byte is in, and nothing else', { timeout: 120_000 }, async () => {
    for (let at = 0; at < tar.length; at += 997) {
      const changed = Buffer.from(tar);
      changed[at] = (changed[at] ?? 0) ^ 4;
      const outcome = await importOf(gzipSync(changed));
      const what = `byte ${at} of ${tar.length}`;
      expect(outcome.taken.length, what).toBeGreaterThanOrEqual(lines.size - 2);
      const isWhole = outcome.taken.length === lines.size && outcome.result?.files.length === files.size;
      if (!isWhole) expectTold(outcome, what);
      await expectNothingWrong(outcome, what);
    }
  });

  it('goes on behind bytes that were lost or that came in between', async () => {
    const [at, digest] = [tar.indexOf('Answer 5'), createHash('sha256')];
    for (const gap of [1, 7, 300, -5, -30]) {
      const rest = tar.subarray(at + Math.max(gap, 0));
      const noise = digest.copy().update(String(gap)).digest().subarray(0, Math.max(0, -gap));
      const outcome = await importOf(gzipSync(Buffer.concat([tar.subarray(0, at), noise, rest])));
      const what = `${gap} bytes`;
      expectTold(outcome, what);
      expect(outcome.taken.length, what).toBeGreaterThanOrEqual(lines.size - 3);
      expect(outcome.result?.files, what).toEqual([...files.keys()]);
      await expectNothingWrong(outcome, what);
    }
  });
});
