// Every tier of `npm test` in order: the real parts it needs, whether it needs a build, and how it is run.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { crashTier } from './crashTier.mjs';
import { root } from './install.mjs';
import { binOf, runNode } from './tools.mjs';
import { vitestTier } from './vitestTier.mjs';

const one = (code) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 });

/** `{name, parts, built, run({grep, parts, env}) -> {passed, failed, skipped, failures?}}`; `env` tells the tests where the parts are. */
export const tiers = [
  {
    name: 'typecheck',
    parts: [],
    built: false,
    run: async () => one(await runNode([binOf('typescript', 'bin/tsc'), '-b'])),
  },
  { name: 'lint', parts: [], built: false, run: lint },
  { name: 'build', parts: [], built: false, run: async () => one(await runNode(['scripts/build.mjs'])) },
  { name: 'unit', parts: [], built: false, run: (context) => vitestTier('unit', context) },
  { name: 'contract', parts: ['node20'], built: true, run: contract },
  { name: 'architecture', parts: [], built: true, run: (context) => vitestTier('architecture', context) },
  { name: 'crash', parts: ['strace'], built: true, run: (context) => crashTier(context) },
  {
    name: 'integration',
    parts: ['ollama', 'model', 'engine'],
    built: true,
    run: (context) => vitestTier('integration', context),
  },
  { name: 'host', parts: ['codeServer', 'chromium'], built: true, run: host },
  {
    name: 'e2e',
    parts: ['codeServer', 'chromium', 'ollama', 'model', 'engine'],
    built: true,
    run: (context) => vitestTier('e2e', context),
  },
  { name: 'bench', parts: ['ollama', 'model', 'codeServer', 'chromium'], built: true, run: bench },
];

async function lint() {
  const colors = process.stdout.isTTY ? [] : ['--colors=off'];
  return one(
    await runNode([binOf('@biomejs/biome', 'bin/biome'), 'ci', '--error-on-warnings', ...colors, '.']),
  );
}

// Once on the tools' Node and once on the Node of the oldest supported VS Code.
async function contract({ grep, parts, env }) {
  const now = await vitestTier('contract', { grep, env });
  return add(now, await vitestTier('contract', { grep, env, node: parts.node20 }));
}

async function host({ grep, env }) {
  const args = ['scripts/hostTier.mjs', ...(grep ? ['--grep', grep] : [])];
  return reported('host', (report) => runNode(args, { env: { ...env, ...report } }));
}

async function bench({ grep, env }) {
  if (grep) return { passed: 0, failed: 0, skipped: 0 }; // a bench has no test names
  return reported('bench', (report) =>
    runNode(['scripts/bench.mjs', '--short'], { env: { ...env, ...report } }),
  );
}

/** Runs a script that writes its own counts to the file named by WHETSTONE_REPORT. */
async function reported(name, start) {
  const report = join(root, 'dist', 'test', `${name}-${process.pid}.json`);
  mkdirSync(join(root, 'dist', 'test'), { recursive: true });
  const code = await start({ WHETSTONE_REPORT: report });
  const counted = existsSync(report)
    ? JSON.parse(readFileSync(report, 'utf8'))
    : { passed: 0, failed: 0, skipped: 0 };
  rmSync(report, { force: true });
  return code !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
}

/** The sum of two counts. */
export function add(a, b) {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    failures: [...(a.failures ?? []), ...(b.failures ?? [])],
  };
}
