// Every tier of `npm test` in order: the real parts it needs, whether it needs a build, and how it is run.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';
import { binOf, runNode } from './tools.mjs';
import { vitestTier } from './vitestTier.mjs';

const one = (code) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 });

/** `{name, parts, built, run({grep, parts}) -> {passed, failed, skipped}}` */
export const tiers = [
  {
    name: 'typecheck',
    parts: [],
    built: false,
    run: async () => one(await runNode([binOf('typescript', 'bin/tsc'), '-b'])),
  },
  {
    name: 'lint',
    parts: [],
    built: false,
    run: async () => one(await runNode([binOf('@biomejs/biome', 'bin/biome'), 'ci', '.'])),
  },
  { name: 'build', parts: [], built: false, run: async () => one(await runNode(['scripts/build.mjs'])) },
  { name: 'unit', parts: [], built: false, run: ({ grep }) => vitestTier('unit', { grep }) },
  { name: 'contract', parts: ['node20'], built: true, run: contract },
  { name: 'architecture', parts: [], built: true, run: ({ grep }) => vitestTier('architecture', { grep }) },
  { name: 'crash', parts: [], built: true, run: ({ grep }) => vitestTier('crash', { grep }) },
  {
    name: 'integration',
    parts: ['ollama', 'model', 'engine'],
    built: true,
    run: ({ grep }) => vitestTier('integration', { grep }),
  },
  { name: 'host', parts: ['codeServer', 'chromium'], built: true, run: host },
  {
    name: 'e2e',
    parts: ['codeServer', 'chromium', 'ollama', 'model', 'engine'],
    built: true,
    run: ({ grep }) => vitestTier('e2e', { grep }),
  },
  { name: 'bench', parts: ['ollama', 'model'], built: true, run: bench },
];

// Once on the tools' Node and once on the Node of the oldest supported VS Code.
async function contract({ grep, parts }) {
  const [now, oldest] = [
    await vitestTier('contract', { grep }),
    await vitestTier('contract', { grep, node: parts.node20 }),
  ];
  return add(now, oldest);
}

async function host({ grep }) {
  return reported('host', (report) =>
    runNode(['scripts/hostTier.mjs', ...(grep ? ['--grep', grep] : [])], { env: report }),
  );
}

async function bench({ grep }) {
  if (grep) return { passed: 0, failed: 0, skipped: 0 }; // a bench has no test names
  return reported('bench', (report) => runNode(['scripts/bench.mjs', '--short'], { env: report }));
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

export function add(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}
