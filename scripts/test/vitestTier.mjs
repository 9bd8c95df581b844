import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root, toolNode } from './install.mjs';
import { binOf, runNode } from './tools.mjs';

/** Runs one vitest project and resolves to its counts and the names of what failed. `node` is the Node that runs the tests. */
export async function vitestTier(project, { grep, node = toolNode, env = {} } = {}) {
  const report = join(root, 'dist', 'test', `${project}-${process.pid}.json`);
  mkdirSync(join(root, 'dist', 'test'), { recursive: true });
  const args = [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  if (grep) args.push('--testNamePattern', grep);
  const code = await runNode([binOf('vitest', 'vitest.mjs'), ...args], { node, env });
  try {
    return counts(JSON.parse(readFileSync(report, 'utf8')), code, grep);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return { passed: 0, failed: 1, skipped: 0 }; // it ended before it could report
  } finally {
    rmSync(report, { force: true });
  }
}

function counts(report, code, grep) {
  const failedWhole = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = report.numFailedTests + failedWhole;
  // What --grep left out was not asked for; it is not a skipped test.
  const skipped = grep ? 0 : report.numPendingTests + report.numTodoTests;
  // Errors outside of a test (an unhandled rejection, no test at all) only show in the exit code.
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped,
    failures: failures(report),
  };
}

/** What failed, a line each: its file, its name and the first line of why. */
function failures(report) {
  return report.testResults.flatMap((file) => {
    const tests = file.assertionResults.filter((test) => test.status === 'failed');
    const lines = tests.map((test) => `${test.fullName}: ${test.failureMessages[0] ?? ''}`);
    if (file.status === 'failed' && tests.length === 0) lines.push(file.message);
    return lines.map((line) => `${relative(root, file.name)}: ${line.split('\n', 1)[0]}`);
  });
}
