// The oldest Node that a supported VS Code brings: the contract tests run on it too.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cachedFolder } from './cache.mjs';
import { PartMissing } from './partMissing.mjs';
import { run, runOrThrow, which } from './process.mjs';

/** The path of a Node 20: one on PATH, else the npm package in the cache. */
export async function node20({ install, say }) {
  const onPath = which('node');
  if (onPath && (await isNode20(onPath))) return onPath;
  const binary = (folder) => join(folder, 'node_modules', '.bin', 'node');
  const folder = await cachedFolder(
    'node-20',
    async (candidate) => existsSync(binary(candidate)) && (await isNode20(binary(candidate))),
    async (target) => {
      if (!install)
        throw new PartMissing('node20', 'Node 20 is not on PATH and not in the cache: npm test installs it');
      say('installing Node 20 into the cache (60 MB)');
      const npm = [
        'install',
        '--prefix',
        target,
        '--no-audit',
        '--no-fund',
        '--allow-scripts=node',
        'node@20',
      ];
      await runOrThrow(which('npm'), npm, { cwd: target });
    },
  );
  return binary(folder);
}

async function isNode20(node) {
  const { output } = await run(node, ['--version']);
  return output.startsWith('v20.');
}
