// The real Ollama: one on PATH first, else v0.17.4 built from its Go module into the cache (CPU only).
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import { cachedFolder } from './cache.mjs';
import { PartMissing } from './partMissing.mjs';
import { run, runOrThrow, which } from './process.mjs';
import { ensurePackages } from './systemPackages.mjs';

const VERSION = '0.17.4';
// Adapters need 0.5.5 or newer; they are gone from 0.34.1 on.
const OLDEST = [0, 12, 11];
const TOO_NEW = [0, 34, 1];
const HEADERS = 'github.com/gen2brain/malgo@v0.11.24';
const BINARY = process.platform === 'win32' ? 'ollama.exe' : 'ollama';

/** The path of an `ollama` that the tests can use. */
export async function ollama(options) {
  const found = which('ollama');
  if (found && isFine(await versionOf(found))) return found;
  const isWhole = async (folder) => (await versionOf(join(folder, BINARY)))?.join('.') === VERSION;
  const folder = await cachedFolder(`ollama-${VERSION}`, isWhole, (target) => build(target, options));
  return join(folder, BINARY);
}

async function build(target, { install, say }) {
  if (!install)
    throw new PartMissing('ollama', 'ollama is not on PATH and not in the cache: npm test builds it');
  const go = which('go');
  if (!go) throw new PartMissing('ollama', 'ollama is not on PATH, and building it needs Go 1.24 or newer');
  const headers = ['/usr/include/nlohmann/json.hpp', '/usr/include/stb/stb_image.h'];
  await ensurePackages('ollama', ['nlohmann-json3-dev', 'libstb-dev'], () => headers.every(existsSync), {
    install,
    say,
  });
  say(`building Ollama ${VERSION} with Go (about 5 minutes, 37 MB)`);
  const include = join(target, 'include');
  await linkAudioHeader(go, include);
  const optimise = arch() === 'x64' ? '-O3 -march=x86-64-v3' : '-O3';
  const env = {
    ...process.env,
    CGO_ENABLED: '1',
    CGO_CPPFLAGS: `-I${include}`,
    CGO_CFLAGS: optimise,
    CGO_CXXFLAGS: optimise,
    GOBIN: target,
  };
  const flags = `-ldflags=-s -w -X github.com/ollama/ollama/version.Version=${VERSION}`;
  await runOrThrow(go, ['install', flags, `github.com/ollama/ollama@v${VERSION}`], { env });
}

// Go leaves `vendor` folders out of a module, so this one header comes from the module that it was copied from.
async function linkAudioHeader(go, include) {
  const shown = JSON.parse(await jsonOf(go, ['mod', 'download', '-json', HEADERS]));
  mkdirSync(join(include, 'miniaudio'), { recursive: true });
  for (const name of ['miniaudio.h', join('extras', 'miniaudio.h')]) {
    const header = join(shown.Dir, name);
    if (existsSync(header)) return symlinkSync(header, join(include, 'miniaudio', 'miniaudio.h'));
  }
  throw new Error(`no miniaudio.h in ${shown.Dir}`);
}

// go writes progress to stderr; only the object on stdout is wanted.
async function jsonOf(command, args) {
  const output = await runOrThrow(command, args);
  return output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1);
}

async function versionOf(binary) {
  if (!existsSync(binary)) return undefined;
  const { output } = await run(binary, ['--version'], {
    env: { ...process.env, OLLAMA_HOST: '127.0.0.1:1' },
  });
  return /version is (\d+)\.(\d+)\.(\d+)/.exec(output)?.slice(1, 4).map(Number);
}

function isFine(version) {
  return version !== undefined && compare(version, OLDEST) >= 0 && compare(version, TOO_NEW) < 0;
}

function compare(a, b) {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
