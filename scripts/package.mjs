// npm run package: a production build, packed to whetstone-<version>.vsix. Fails above the size budget.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { onToolNode, root } from './test/install.mjs';
import { binOf, runNode } from './test/tools.mjs';

const LIMIT_BYTES = 2 * 1024 * 1024;

async function main() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const outAt = process.argv.indexOf('--out');
  const vsix = outAt < 0 ? join(root, `whetstone-${version}.vsix`) : process.argv[outAt + 1];
  await step(['scripts/build.mjs', '--production']);
  await step([
    binOf('@vscode/vsce', 'vsce'),
    'package',
    '--no-dependencies',
    '--allow-missing-repository',
    '--out',
    vsix,
  ]);
  const { size } = statSync(vsix);
  console.log(`${vsix}: ${(size / 1024).toFixed(0)} KB of ${LIMIT_BYTES / 1024} KB`);
  if (size > LIMIT_BYTES) throw new Error('the package is above its size budget');
}

async function step(args) {
  const code = await runNode(args);
  if (code !== 0) process.exit(code);
}

await onToolNode(import.meta.url, main);
