import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngineInstaller, installedEngine } from '../../../sidecar/models/embedded/engineInstaller.ts';
import type { EngineManifest } from '../../../sidecar/models/embedded/engineManifest.ts';
import { createNpmClient } from '../../../sidecar/models/embedded/npmClient.ts';
import { tarOf } from '../../helpers/tarOf.ts';
import { until } from '../../helpers/until.ts';

const never = (): AbortSignal => new AbortController().signal;
const archive = gzipSync(tarOf([{ path: 'package/dist/index.js', text: 'export {};' }]));
const packed = (path: string, name: string, content = archive) => ({
  path,
  name,
  version: '1.0.0',
  integrity: `sha512-${createHash('sha512').update(content).digest('base64')}`,
  bytes: content.length,
  unpackedBytes: 10,
});
const manifest: EngineManifest = {
  engine: 'main',
  version: '1.0.0',
  main: 'node_modules/main/dist/index.js',
  common: [packed('node_modules/main', 'main'), packed('node_modules/main/node_modules/other', 'other')],
  platforms: { 'linux-x64': [packed('node_modules/@native/linux', '@native/linux')] },
};

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'whetstone-install-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** A program in npm's place that does what real registries cannot be told to: the body sees `specs` and `fs`. */
async function fakeNpm(body: string): Promise<string> {
  const program = join(home, 'npm');
  const script = `#!${process.execPath}
const fs = require('node:fs');
if (process.argv[2] === 'config') { console.log('https://packages.example.org/path/'); process.exit(0); }
const specs = process.argv.slice(2).filter((arg) => /@1\\.0\\.0$/.test(arg));
const archive = Buffer.from('${archive.toString('base64')}', 'base64');
const nameOf = (spec) => spec.replace(/^@/, '').replace('/', '-').replace('@', '-') + '.tgz';
const put = (content) => specs.forEach((spec) => fs.writeFileSync(nameOf(spec), content));
${body}`;
  await writeFile(program, script);
  await chmod(program, 0o755);
  return program;
}

const installer = (program: string) =>
  createEngineInstaller({
    folder: join(home, 'engine'),
    npm: createNpmClient({ program }),
    log: () => undefined,
    manifest,
    platform: 'linux',
    arch: 'x64',
  });
const left = () => readdir(join(home, 'engine')).catch(() => []);

describe('installing the engine', () => {
  it('asks first: host and bytes, and fetches nothing for that', async () => {
    const plan = await installer(await fakeNpm('process.exit(1)')).plan(never());
    expect(plan).toEqual({ host: 'packages.example.org', bytes: 3 * archive.length, unpackedBytes: 30 });
    expect(await left()).toEqual([]);
  });

  it('puts everything in place, with progress, and only once', async () => {
    const install = installer(
      await fakeNpm("put(archive); fs.appendFileSync(__filename + '.log', specs.join(' ') + '\\n');"),
    );
    const seen: (number | undefined)[] = [];
    const made = await install.install(({ completedBytes }) => seen.push(completedBytes), never());
    expect(await readFile(made.file, 'utf8')).toBe('export {};');
    expect(seen[0]).toBe(0);
    expect(seen.at(-1)).toBe(3 * archive.length);
    expect(await left()).toEqual(['1.0.0']);
    const log = await readFile(join(home, 'npm.log'), 'utf8');
    expect(await install.install(() => undefined, never())).toEqual(made);
    expect(await install.plan(never())).toBeUndefined();
    expect(await readFile(join(home, 'npm.log'), 'utf8')).toBe(log);
    expect(await readdir(join(home, 'engine/1.0.0/node_modules/main/node_modules'))).toEqual(['other']);
  });

  it('refuses a package that is not the expected one', async () => {
    const install = installer(await fakeNpm("put(Buffer.concat([archive, Buffer.from('x')]));"));
    await expect(install.install(() => undefined, never())).rejects.toMatchObject({
      code: 'engine.checksum',
    });
    expect(await left()).toEqual([]);
  });

  it.each([
    ["console.error('npm error code ENOTFOUND'); process.exit(1);", 'network'],
    ["console.error('npm error code ENOSPC'); process.exit(1);", 'disk'],
    ['process.exit(0);', 'files'],
  ])('%s', async (body, reason) => {
    const install = installer(await fakeNpm(body));
    await expect(install.install(() => undefined, never())).rejects.toMatchObject({
      code: 'engine.installFailed',
      details: { reason },
    });
    expect(await left()).toEqual([]);
  });

  it('tells a registry that is out of reach, as the real npm says it', async () => {
    const env = { ...process.env, npm_config_registry: 'http://127.0.0.1:9/', npm_config_fetch_retries: '0' };
    const npm = createNpmClient({ env });
    expect(await npm.host(never())).toBe('127.0.0.1:9');
    await expect(npm.pack(manifest.common, home, never())).rejects.toMatchObject({
      details: { reason: 'network' },
    });
  }, 60_000);

  it('tells when there is no npm', async () => {
    const install = installer(join(home, 'nothing'));
    expect((await install.plan(never()))?.host).toBe('your npm registry');
    await expect(install.install(() => undefined, never())).rejects.toMatchObject({
      details: { reason: 'npmMissing' },
    });
  });

  it('can be stopped, which ends npm', async () => {
    const install = installer(
      await fakeNpm(
        "fs.writeFileSync(__filename + '.pid', String(process.pid)); setInterval(() => {}, 1000);",
      ),
    );
    const stop = new AbortController();
    const work = install.install(() => undefined, stop.signal);
    work.catch(() => undefined);
    const pid = await until(
      'npm runs',
      async () => Number(await readFile(join(home, 'npm.pid'), 'utf8').catch(() => '')) || undefined,
    );
    stop.abort();
    await expect(work).rejects.toMatchObject({ code: 'rpc.cancelled' });
    expect(() => process.kill(pid, 0)).toThrow();
    expect(await left()).toEqual([]);
  });

  it('clears what an earlier try left behind, but not what another window is at', async () => {
    const old = join(home, 'engine/.unpacking-old');
    await mkdir(old, { recursive: true });
    await utimes(old, new Date(0), new Date(0));
    await mkdir(join(home, 'engine/.unpacking-new'));
    await installer(await fakeNpm('put(archive);')).install(() => undefined, never());
    expect((await left()).sort()).toEqual(['.unpacking-new', '1.0.0']);
    expect(await installedEngine(join(home, 'engine'), manifest)).toBeDefined();
  });
});
