// The embedded engine, by the product's own installer, so that the tests also prove that installer.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheRoot, withLock } from './cache.mjs';
import { PartMissing } from './partMissing.mjs';
import { run } from './process.mjs';

const CLI = fileURLToPath(new URL('../../dist/cli.cjs', import.meta.url));

/** The data folder whose `engine/` and `models/` the product's installer filled. */
export async function engine({ install, say }) {
  const data = join(cacheRoot(), 'engine-data');
  if (!existsSync(CLI))
    throw new PartMissing('engine', 'the embedded engine needs a build first: npm run build');
  if (!install && !existsSync(join(data, 'engine'))) {
    throw new PartMissing('engine', 'the embedded engine is not in the cache: npm test installs it');
  }
  if (!install) return data;
  return withLock('engine', async () => {
    const env = { ...process.env, WHETSTONE_DATA: data };
    // Idempotent: what is there already is checked and kept.
    const result = await run(process.execPath, [CLI, 'models', 'setup-builtin', '--yes', '--json'], {
      env,
      onLine: say,
    });
    if (result.code !== 0) throw new Error(`the embedded engine could not be set up:\n${result.output}`);
    return data;
  });
}
