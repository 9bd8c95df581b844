// Writes sidecar/models/embedded/engineManifest.json: which packages make up the built-in engine on each platform.
// Versions and checksums come from the lock file that npm writes in a scratch folder; sizes from the packages
// themselves, which are fetched through the npm client and its own registry setting.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ENGINE = 'node-llama-cpp';
const VERSION = process.argv[2] ?? '3.22.1';
const OUT = new URL('../sidecar/models/embedded/engineManifest.json', import.meta.url);
// Builds for the processor, and Metal on Apple's own chips.
const PLATFORMS = {
  'linux-x64': '@node-llama-cpp/linux-x64',
  'linux-arm64': '@node-llama-cpp/linux-arm64',
  'darwin-arm64': '@node-llama-cpp/mac-arm64-metal',
  'darwin-x64': '@node-llama-cpp/mac-x64',
  'win32-x64': '@node-llama-cpp/win-x64',
  'win32-arm64': '@node-llama-cpp/win-arm64',
};

const scratch = mkdtempSync(join(tmpdir(), 'whetstone-engine-'));
const npm = (...args) =>
  execFileSync('npm', args, {
    cwd: scratch,
    encoding: 'utf8',
    maxBuffer: 1e8,
    stdio: ['ignore', 'pipe', 'inherit'],
  });

try {
  writeFileSync(
    join(scratch, 'package.json'),
    JSON.stringify({ private: true, dependencies: { [ENGINE]: VERSION } }),
  );
  npm('install', '--package-lock-only', '--ignore-scripts');
  const lock = JSON.parse(readFileSync(join(scratch, 'package-lock.json'), 'utf8')).packages;
  const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const common = Object.keys(lock).filter((path) => path !== '' && !lock[path].optional && !lock[path].peer);
  const special = Object.fromEntries(
    Object.entries(PLATFORMS).map(([platform, name]) => [platform, `node_modules/${name}`]),
  );
  // A registry may not carry every platform. Those left out are refused at run time with a plain message.
  const left = Object.keys(special).filter((platform) => !lock[special[platform]]);
  for (const platform of left) delete special[platform];

  const specs = [...common, ...Object.values(special)].map((path) => `${nameOf(path)}@${lock[path].version}`);
  const packed = JSON.parse(npm('pack', '--json', '--ignore-scripts', ...new Set(specs)));
  const list = Array.isArray(packed) ? packed : Object.values(packed);
  const sizes = new Map(list.map((one) => [`${one.name}@${one.version}`, one]));
  const describe = (path) => {
    const { version, integrity } = lock[path];
    const size = sizes.get(`${nameOf(path)}@${version}`);
    if (!integrity?.startsWith('sha512-')) throw new Error(`${path} has no sha512.`);
    if (size.integrity !== integrity) throw new Error(`${path}: the lock file and the package differ.`);
    return {
      path,
      name: nameOf(path),
      version,
      integrity,
      bytes: size.size,
      unpackedBytes: size.unpackedSize,
    };
  };
  const manifest = {
    engine: ENGINE,
    version: VERSION,
    main: `node_modules/${ENGINE}/dist/index.js`,
    common: common.sort().map(describe),
    platforms: Object.fromEntries(
      Object.entries(special).map(([platform, path]) => [platform, [describe(path)]]),
    ),
  };
  writeFileSync(OUT, `${JSON.stringify(manifest, null, 1)}\n`);
  console.log(
    `${manifest.common.length} packages and ${Object.keys(special).length} platforms of ${ENGINE} ${VERSION}`,
  );
  if (left.length > 0) console.log(`Not offered by this registry, so left out: ${left.join(', ')}`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
