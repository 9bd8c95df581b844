import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { atMost, type BenchRow, noted } from './benchRow.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const MEGABYTE = 1_000_000;

/** Builds the package and weighs it and its bundles. Budget: 2 MB without grammars. */
export async function run(): Promise<BenchRow[]> {
  execFileSync(process.execPath, [join(ROOT, 'scripts', 'package.mjs')], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
  });
  const packed = readdirSync(ROOT).find((name) => name.endsWith('.vsix'));
  if (packed === undefined) throw new Error('npm run package left no vsix.');
  const rows = [atMost('size', 'vsix', statSync(join(ROOT, packed)).size / MEGABYTE, 'MB', 2)];
  for (const name of readdirSync(join(ROOT, 'dist')).filter((file) => /\.(cjs|wasm)$/.test(file))) {
    rows.push(noted('size', name, statSync(join(ROOT, 'dist', name)).size / 1_000, 'kB'));
  }
  return rows;
}
