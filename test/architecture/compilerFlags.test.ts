import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { filesIn, PRODUCT_FOLDERS, ROOT } from './sourceTree.ts';

const FLAGS = [
  'strict',
  'noUncheckedIndexedAccess',
  'exactOptionalPropertyTypes',
  'noImplicitOverride',
  'noImplicitReturns',
  'noPropertyAccessFromIndexSignature',
  'noFallthroughCasesInSwitch',
  'noUnusedLocals',
  'noUnusedParameters',
  'useUnknownInCatchVariables',
  'erasableSyntaxOnly',
  'verbatimModuleSyntax',
  'isolatedModules',
] as const;

const configSchema = z.object({
  extends: z.string().optional(),
  compilerOptions: z.record(z.string(), z.unknown()).default({}),
});
const read = (text: string) => configSchema.parse(JSON.parse(text));
const base = read(readFileSync(join(ROOT, 'tsconfig.base.json'), 'utf8'));
const configs = filesIn([...PRODUCT_FOLDERS, 'test'], /^tsconfig.*\.json$/);

it('the base has every strict flag', () => {
  for (const flag of FLAGS) expect(base.compilerOptions[flag], flag).toBe(true);
});

describe.each(configs.map(({ path, text }) => ({ path, config: read(text) })))(
  '$path',
  ({ path, config }) => {
    it('builds on the base and loosens nothing', () => {
      expect(config.extends).toMatch(/tsconfig\.base\.json$/);
      for (const flag of FLAGS) expect(config.compilerOptions[flag], flag).toBeUndefined();
    });

    it('has only the ambient types of its layer', () => {
      const types = config.compilerOptions['types'] ?? [];
      if (path.startsWith('sidecar/protocol/') || path.startsWith('webview/')) expect(types).toEqual([]);
      else if (path.startsWith('sidecar/')) expect(types).toEqual(['node']);
    });
  },
);
