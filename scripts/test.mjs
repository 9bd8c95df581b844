// npm test [-- TIER...] [--grep TEXT]: every tier from a bare checkout, with a Node 20 and npm to begin with.
// The last line is `N passed, N failed, N skipped` over all tiers. With CI=true what cannot run is a failure.
import { allParts } from './parts/allParts.mjs';
import { PartMissing } from './parts/partMissing.mjs';
import { onToolNode } from './test/install.mjs';
import { add, tiers } from './test/tiers.mjs';

const ci = process.env.CI === 'true';

function parseArguments(args) {
  const grepAt = args.indexOf('--grep');
  const grep = grepAt < 0 ? undefined : args[grepAt + 1];
  const names = args.filter((_, index) => grepAt < 0 || (index !== grepAt && index !== grepAt + 1));
  const unknown = names.filter((name) => !tiers.some((tier) => tier.name === name));
  if (unknown.length > 0 || (grepAt >= 0 && !grep)) {
    console.error(
      `usage: npm test -- [TIER...] [--grep TEXT]   tiers: ${tiers.map((tier) => tier.name).join(' ')}`,
    );
    process.exit(2);
  }
  return { names, grep };
}

/** The named tiers, or all; a tier that reads dist/ brings the build with it. */
function chosenTiers(names) {
  if (names.length === 0) return tiers;
  const needsBuild = tiers.some((tier) => names.includes(tier.name) && tier.built);
  return tiers.filter((tier) => names.includes(tier.name) || (tier.name === 'build' && needsBuild));
}

/** Starts every part that the tiers need at once, so that they are fetched while the first tiers run. */
function startParts(chosen, buildDone) {
  const names = new Set(chosen.flatMap((tier) => tier.parts));
  const started = new Map();
  for (const name of names) {
    const options = { install: true, say: (line) => console.log(`  [${name}] ${line}`) };
    const ready = name === 'engine' ? buildDone : Promise.resolve();
    const part = ready.then(() => allParts[name](options));
    part.catch(() => {}); // reported by the tiers that need it
    started.set(name, part);
  }
  return started;
}

async function awaitParts(tier, started) {
  const entries = await Promise.all(tier.parts.map(async (name) => [name, await started.get(name)]));
  return Object.fromEntries(entries);
}

/** Tells the tests where the parts are, so that none of them looks again. */
function partsEnv(parts) {
  const env = { WHETSTONE_TEST_PARTS: JSON.stringify(parts) };
  if (parts.ollama) env.WHETSTONE_TEST_OLLAMA = parts.ollama;
  if (parts.model) env.WHETSTONE_TEST_GGUF = parts.model;
  return env;
}

async function runTier(tier, started, grep) {
  const begin = Date.now();
  console.log(`\n== ${tier.name}`);
  const result = await resultOf(tier, started, grep);
  const seconds = ((Date.now() - begin) / 1000).toFixed(1);
  return { name: tier.name, seconds, ...result };
}

async function resultOf(tier, started, grep) {
  try {
    const parts = await awaitParts(tier, started);
    const result = await tier.run({ grep, parts, env: partsEnv(parts) });
    if (ci && result.skipped > 0)
      return { ...result, failed: result.failed + 1, note: 'skipped tests fail with CI=true' };
    return result;
  } catch (error) {
    if (!(error instanceof PartMissing)) {
      console.error(error.stack ?? error);
      return { passed: 0, failed: 1, skipped: 0, note: 'could not run' };
    }
    console.log(`not run: ${error.message}`);
    return { passed: 0, failed: ci ? 1 : 0, skipped: ci ? 0 : 1, note: `not run: ${error.message}` };
  }
}

function printSummary(results) {
  console.log('\n== time by tier');
  for (const { name, seconds, passed, failed, skipped, note } of results) {
    const counts = `${passed} passed, ${failed} failed, ${skipped} skipped`.padEnd(38);
    console.log(`${name.padEnd(13)} ${seconds.padStart(7)} s  ${counts} ${note ?? ''}`.trimEnd());
  }
  const total = results.reduce(add, { passed: 0, failed: 0, skipped: 0 });
  for (const failure of total.failures ?? []) console.log(`failed: ${failure}`);
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed === 0 && total.passed > 0;
}

async function main() {
  const { names, grep } = parseArguments(process.argv.slice(2));
  const chosen = chosenTiers(names);
  const buildDone = Promise.withResolvers();
  const started = startParts(chosen, buildDone.promise);
  const results = [];
  for (const tier of chosen) {
    results.push(await runTier(tier, started, grep));
    if (tier.name === 'build') buildDone.resolve();
  }
  // A part that failed to install must not keep the others' installs running after the verdict.
  process.exit(printSummary(results) ? 0 : 1);
}

await onToolNode(import.meta.url, main);
