import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';

/** Marks the lines of this suite among all that an extension host logs. */
const MARK = '[host] ';
const TIMEOUT_MS = 60_000;

/**
 * The entry that VS Code calls, both under @vscode/test-electron and in code-server's extension host.
 * Runs every suite beside it; writes the counts to the file named by WHETSTONE_REPORT; rejects when a test failed.
 */
export function run(): Promise<void> {
  const grep = process.env['WHETSTONE_GREP'];
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: TIMEOUT_MS,
    color: false,
    reporter: 'spec',
    ...(grep === undefined ? {} : { grep }),
  });
  const names = readdirSync(__dirname).filter((name) => name.endsWith('.test.cjs'));
  for (const name of names.sort()) mocha.addFile(join(__dirname, name));
  markLines(Mocha.reporters.Base);
  return new Promise((resolve, reject) => {
    const runner = mocha.run((failures) => {
      const { passes = 0, pending = 0 } = runner.stats ?? {};
      const report = process.env['WHETSTONE_REPORT'];
      if (report !== undefined)
        writeFileSync(report, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
      if (failures > 0) reject(new Error(`${failures} tests failed`));
      else if (passes === 0) reject(new Error('no test ran'));
      else resolve();
    });
  });
}

// Several workbench logs reach the same console; and it does not format, so that is done here.
function markLines(base: { consoleLog(...args: unknown[]): void }): void {
  const print = base.consoleLog;
  base.consoleLog = (...args) => {
    for (const line of format(...args).split('\n')) print(MARK + line);
  };
}
