import * as nodeModule from 'node:module';
import { homedir } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { openCodeCache } from './memory/disk/codeCache.ts';
import { resolveDataFolder } from './memory/disk/resolveDataFolder.ts';
import { APP_VERSION } from './version.ts';

/** First lines of the forked sidecar: has Node take the program as it was compiled before, then loads it. */
function start(): void {
  // One compiler fewer in memory: what is hot for long gets the best one all the same.
  setFlagsFromString('--no-maglev');
  try {
    keepCompiled();
  } catch {
    // Compiled anew, it only starts later.
  }
  nodeModule.createRequire(__filename)('./sidecarMain.cjs');
}

function keepCompiled(): void {
  // Node has it from 22.1 on.
  if (!('enableCompileCache' in nodeModule) || typeof nodeModule.enableCompileCache !== 'function') return;
  const folder = openCodeCache({
    dataFolder: resolveDataFolder({ env: process.env, home: homedir() }),
    uid: process.getuid?.(),
    name: `${APP_VERSION}-node-${process.versions.node}`,
    now: Date.now(),
  });
  if (folder !== undefined) nodeModule.enableCompileCache(folder);
}

start();
