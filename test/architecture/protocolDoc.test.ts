import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ERROR_CODES } from '../../sidecar/protocol/errors.ts';
import { METHODS } from '../../sidecar/protocol/methods.ts';
import { ROOT } from './sourceTree.ts';

it('docs/PROTOCOL.md is what the method table says', () => {
  const script = join(ROOT, 'scripts', 'protocolDoc.mjs');
  const checked = spawnSync(process.execPath, [script, '--check'], { cwd: ROOT, encoding: 'utf8' });
  expect(checked.stderr).toBe('');
  expect(checked.status).toBe(0);
});

it('it names every method and every error', () => {
  const page = readFileSync(join(ROOT, 'docs', 'PROTOCOL.md'), 'utf8');
  for (const name of Object.keys(METHODS)) expect(page).toContain(`### ${name}\n`);
  for (const code of ERROR_CODES) expect(page).toContain(`| \`${code}\` |`);
});
