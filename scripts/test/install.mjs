// What a bare checkout needs before any tool can run: `npm ci`, and the Node of the tools. Plain JS for Node 20.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
/** The Node that runs the tools: the npm package `node`, so that a Node 20 is enough to begin with. */
export const toolNode = join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);
const stamp = join(root, 'node_modules', '.whetstone-lock');

/** Runs `npm ci` when node_modules is missing or was made from another lock file. Exits when that fails. */
function ensureInstalled() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(toolNode) && existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log('installing the npm packages (npm ci)');
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) process.exit(result.status ?? 1);
  writeFileSync(stamp, lock);
}

/** Installs what is missing and runs `main` on the tools' Node: here, or in this script started again on it. */
export async function onToolNode(script, main) {
  ensureInstalled();
  if (Number(process.versions.node.split('.')[0]) >= 24) return main();
  const again = spawn(toolNode, [fileURLToPath(script), ...process.argv.slice(2)], { stdio: 'inherit' });
  // Whoever stops this process means the one that does the work.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => again.kill(name));
  process.exitCode = await new Promise((resolve) => again.once('close', (code) => resolve(code ?? 1)));
}
