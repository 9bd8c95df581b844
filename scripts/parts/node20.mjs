// The oldest Node that a supported VS Code brings: the contract tests run on it too.
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cachedFolder } from './cache.mjs';
import { PartMissing } from './partMissing.mjs';
import { run, runOrThrow, which } from './process.mjs';

/** The path of a Node 20: one on PATH (not only the first there), else the npm package in the cache. */
export async function node20({ install, say }) {
  const onPath = await node20OnPath();
  if (onPath) return onPath;
  const binary = (folder) => join(folder, 'node_modules', '.bin', 'node');
  const folder = await cachedFolder(
    'node-20',
    async (candidate) => existsSync(binary(candidate)) && isNode20(binary(candidate)),
    async (target) => {
      if (!install)
        throw new PartMissing('node20', 'Node 20 is not on PATH and not in the cache: npm test installs it');
      say('installing Node 20 into the cache (60 MB)');
      const manifest = { private: true, dependencies: { node: '^20' }, allowScripts: { node: true } };
      writeFileSync(join(target, 'package.json'), JSON.stringify(manifest));
      await runOrThrow(which('npm'), ['install', '--no-audit', '--no-fund'], { cwd: target });
    },
  );
  return binary(folder);
}

async function node20OnPath() {
  for (const folder of new Set((process.env.PATH ?? '').split(delimiter))) {
    const node = which('node', folder);
    if (node && (await isNode20(node))) return node;
  }
  return undefined;
}

async function isNode20(node) {
  const { output } = await run(node, ['--version']);
  return output.startsWith('v20.');
}
