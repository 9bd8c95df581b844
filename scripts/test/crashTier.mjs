import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';
import { vitestTier } from './vitestTier.mjs';

/** Runs the crash tests and then shows on one line each what they tried. `full` takes every point there is. */
export async function crashTier(context, full = false) {
  const report = join(root, 'dist', 'test', `crash-lines-${process.pid}.txt`);
  mkdirSync(join(root, 'dist', 'test'), { recursive: true });
  rmSync(report, { force: true });
  const env = { ...context.env, WHETSTONE_CRASH: full ? 'full' : 'short', WHETSTONE_CRASH_REPORT: report };
  const result = await vitestTier('crash', { ...context, env });
  if (existsSync(report)) process.stdout.write(`\n${readFileSync(report, 'utf8')}`);
  rmSync(report, { force: true });
  return result;
}
