// npm run test:crash [-- --short] [-- --grep TEXT]: what happens to decisions when the machine fails, at every point
// there is. Prints on one line each what was tried and how much was lost. `--short` is what `npm test` runs.
// WHETSTONE_CRASH_SEED=N repeats the random choices of a run that printed that seed.
import { strace } from './parts/strace.mjs';
import { crashTier } from './test/crashTier.mjs';
import { onToolNode } from './test/install.mjs';
import { runNode } from './test/tools.mjs';

await onToolNode(import.meta.url, async () => {
  const grepAt = process.argv.indexOf('--grep');
  const grep = grepAt < 0 ? undefined : process.argv[grepAt + 1];
  await strace({ install: true, say: (line) => console.log(`  [strace] ${line}`) });
  const built = await runNode(['scripts/build.mjs']);
  if (built !== 0) {
    process.exitCode = built;
    return;
  }
  const { passed, failed, skipped } = await crashTier({ grep }, !process.argv.includes('--short'));
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed === 0 ? 0 : 1;
});
