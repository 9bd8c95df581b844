// npm run bench -- [NAME...] [--json] [--short] [--OPTION VALUE...]: measures and compares with the budgets of
// test/bench/NAME.ts. Each exports run(options): Promise<BenchRow[]>, a row being {bench, metric, value, unit, budget, ok};
// options are those that take a value, by name, and `json` where it was given.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onToolNode, root } from './test/install.mjs';

const folder = join(root, 'test', 'bench');
/** Units of what a busy machine changes. */
const TIMINGS = new Set(['ms', 's', '1/s', 'ratio']);
const COLUMNS = ['bench', 'metric', 'value', 'unit', 'budget', 'ok'];

/** Helpers of the benches stand beside them; a bench is a file that exports run(). */
function benchNames() {
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const benches = files.filter((name) =>
    /^export (async )?function run\b/m.test(readFileSync(join(folder, name), 'utf8')),
  );
  return benches.map((name) => name.slice(0, -'.ts'.length)).sort();
}

function print(rows, asJson) {
  if (asJson) {
    for (const row of rows) console.log(JSON.stringify(row));
    return;
  }
  const cells = rows.map((row) => COLUMNS.map((column) => shown(row[column])));
  const widths = COLUMNS.map((column, i) => Math.max(column.length, ...cells.map((line) => line[i].length)));
  for (const line of [COLUMNS, ...cells]) {
    console.log(
      line
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    );
  }
}

function shown(value) {
  if (typeof value === 'number') return String(Math.round(value * 1000) / 1000);
  if (typeof value === 'boolean') return value ? 'yes' : 'NO';
  return value === undefined || value === null ? '' : String(value);
}

const FLAGS = new Set(['--json', '--short']);

/** Names of benches, and options with their values. */
function parsed(args) {
  const asked = [];
  const options = args.includes('--json') ? { json: '1' } : {};
  for (let i = 0; i < args.length; i += 1) {
    if (FLAGS.has(args[i])) continue;
    if (!args[i].startsWith('--')) asked.push(args[i]);
    else options[args[i].slice(2)] = args[++i];
  }
  return { asked, options };
}

async function main(args) {
  const { asked, options } = parsed(args);
  const unknown = asked.filter((name) => !benchNames().includes(name));
  if (unknown.length > 0) {
    console.error(`no bench ${unknown.join(', ')}; there are: ${benchNames().join(' ')}`);
    return 2;
  }
  if (args.includes('--short')) process.env.WHETSTONE_BENCH_SHORT = '1';
  const rows = [];
  for (const name of asked.length > 0 ? asked : benchNames()) {
    const { run } = await import(pathToFileURL(join(folder, `${name}.ts`)).href);
    const measured = await run(options);
    rows.push(...measured);
    if (args.includes('--json')) print(measured, true);
  }
  if (!args.includes('--json')) print(rows, false);
  // Short runs are part of npm test, on machines that do other work too: there a time above its budget is shown and
  // is no failure. A full run on a quiet machine holds every budget.
  const short = args.includes('--short');
  const failed = rows.filter((row) => row.ok === false && !(short && TIMINGS.has(row.unit))).length;
  const report = process.env.WHETSTONE_REPORT;
  if (report) writeFileSync(report, JSON.stringify({ passed: rows.length - failed, failed, skipped: 0 }));
  return rows.length > 0 && failed === 0 ? 0 : 1;
}

await onToolNode(import.meta.url, async () => {
  process.exitCode = await main(process.argv.slice(2));
});
