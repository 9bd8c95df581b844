import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { protocolDoc } from '../../scripts/protocolDoc.mjs';
import { ERROR_CODES } from '../../sidecar/protocol/errors.ts';
import { METHODS } from '../../sidecar/protocol/methods.ts';
import { ROOT } from './sourceTree.ts';

const page = readFileSync(join(ROOT, 'docs', 'PROTOCOL.md'), 'utf8');

it('PROTOCOL.md is what the method table says', () => {
  expect(page, 'run: node scripts/protocolDoc.mjs').toBe(protocolDoc());
});

it('PROTOCOL.md names every method and every error', () => {
  for (const name of Object.keys(METHODS)) expect(page).toContain(`### ${name}\n`);
  for (const code of ERROR_CODES) expect(page).toContain(`| \`${code}\` |`);
});
