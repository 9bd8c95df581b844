// npm run bench -- [NAME...] [--json] [--short] [--plot] [--OPTION VALUE...]: measures and compares with the budgets of
// test/bench/NAME.ts. Each exports run(options): Promise<BenchRow[]>, a row being {bench, metric, value, unit, budget, ok};
// options are the words behind `--` with their values, a flag's being '1'.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onToolNode, root } from './test/install.mjs';
import { runNode } from './test/tools.mjs';

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

const FLAGS = new Set(['json', 'short', 'plot']);

/** Names of benches, options with their values, and the options that have none. */
function parsed(args) {
  const [asked, options, bare] = [[], {}, []];
  for (let i = 0; i < args.length; i += 1) {
    const option = args[i].startsWith('--') ? args[i].slice(2) : undefined;
    if (option === undefined) asked.push(args[i]);
    else if (FLAGS.has(option)) options[option] = '1';
    else if (args[i + 1] === undefined || args[i + 1].startsWith('--')) bare.push(args[i]);
    else options[option] = args[++i];
  }
  return { asked, options, bare };
}

async function main(args) {
  const { asked, options, bare } = parsed(args);
  if (bare.length > 0) {
    console.error(`no value behind ${bare.join(', ')}`);
    return 2;
  }
  const unknown = asked.filter((name) => !benchNames().includes(name));
  if (unknown.length > 0) {
    console.error(`no bench ${unknown.join(', ')}; there are: ${benchNames().join(' ')}`);
    return 2;
  }
  // What is measured is what ships, as the sources stand now; standard output is for the table.
  const built = await runNode(['scripts/build.mjs'], { stdio: ['ignore', 2, 2] });
  if (built !== 0) return built;
  const rows = [];
  for (const name of asked.length > 0 ? asked : benchNames()) {
    const { run } = await import(pathToFileURL(join(folder, `${name}.ts`)).href);
    const measured = await run(options);
    rows.push(...measured);
    if (options.json) print(measured, true);
  }
  if (!options.json) print(rows, false);
  // Short runs are part of npm test, on machines that do other work too: there a time above its budget is shown and
  // is no failure. A full run on a quiet machine holds every budget.
  const failed = rows.filter((row) => row.ok === false && !(options.short && TIMINGS.has(row.unit))).length;
  const report = process.env.WHETSTONE_REPORT;
  if (report) writeFileSync(report, JSON.stringify({ passed: rows.length - failed, failed, skipped: 0 }));
  return rows.length > 0 && failed === 0 ? 0 : 1;
}

await onToolNode(import.meta.url, async () => {
  process.exitCode = await main(process.argv.slice(2));
});
