import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { atMost, type BenchRow, noted } from './benchRow.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const KB_IN_MB = 1_000_000 / 1024;

/** Builds the package and weighs it and its bundles. Budget: 2 MB without grammars, 4 MB with. */
export async function run(): Promise<BenchRow[]> {
  const said = execFileSync(process.execPath, [join(ROOT, 'scripts', 'package.mjs')], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 2],
  });
  const rows = [
    atMost('size', 'vsix', weight(said, /\.vsix: (\d+) KB/), 'MB', 4),
    atMost('size', 'vsix without grammars', weight(said, /without its grammars: (\d+) KB/), 'MB', 2),
  ];
  for (const name of readdirSync(join(ROOT, 'dist')).filter((file) => /\.(cjs|wasm)$/.test(file))) {
    rows.push(noted('size', name, statSync(join(ROOT, 'dist', name)).size / 1_000, 'kB'));
  }
  return rows;
}

/** Megabytes, of the kilobytes of 1,024 that the packer tells. */
function weight(said: string, line: RegExp): number {
  const kilobytes = line.exec(said)?.[1];
  if (kilobytes === undefined) throw new Error('npm run package did not tell what the vsix weighs.');
  return Number(kilobytes) / KB_IN_MB;
}
