// npm run package [-- --out FILE]: a production build, packed to whetstone-<version>.vsix. Fails above the size budget.
// It is staged in a folder of its own, so that a dist/ in use stays as it is.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { weighVsix } from './build/weighVsix.mjs';
import { onToolNode, root } from './test/install.mjs';
import { binOf, runNode } from './test/tools.mjs';

const LIMIT_KB = 4 * 1024;
const LIMIT_WITHOUT_GRAMMARS_KB = 2 * 1024;
const STAGED = [
  'package.json',
  '.vscodeignore',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'media',
  'docs/images',
];

async function main() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const outAt = process.argv.indexOf('--out');
  const vsix = outAt < 0 ? join(root, `whetstone-${version}.vsix`) : resolve(process.argv[outAt + 1]);
  const stage = mkdtempSync(join(tmpdir(), 'whetstone-package-'));
  try {
    process.exitCode = (await pack(stage, vsix)) ? 0 : 1;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

async function pack(stage, vsix) {
  for (const name of STAGED.filter((each) => existsSync(join(root, each)))) {
    cpSync(join(root, name), join(stage, name), { recursive: true });
  }
  if ((await runNode(['scripts/build.mjs', '--production', '--out', join(stage, 'dist')])) !== 0)
    return false;
  const vsce = [
    binOf('@vscode/vsce', 'vsce'),
    'package',
    '--no-dependencies',
    '--allow-missing-repository',
    // The README's picture comes along; there is no address to point its links at.
    '--no-rewrite-relative-links',
    '--out',
    vsix,
  ];
  if ((await runNode(vsce, { cwd: stage })) !== 0) return false;
  const { bytes, grammars } = weighVsix(vsix);
  const all = Math.ceil(bytes / 1024);
  const without = Math.ceil((bytes - grammars) / 1024);
  // The bench reads these two lines.
  console.log(`${vsix}: ${all} KB of ${LIMIT_KB} KB`);
  console.log(`without its grammars: ${without} KB of ${LIMIT_WITHOUT_GRAMMARS_KB} KB`);
  const fits = all <= LIMIT_KB && without <= LIMIT_WITHOUT_GRAMMARS_KB;
  if (!fits) console.error('the package is above its size budget');
  return fits;
}

await onToolNode(import.meta.url, main);
