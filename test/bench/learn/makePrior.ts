// node test/bench/learn/makePrior.ts FOLDER: fits the prior that ships on all three files of FOLDER and writes it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPublicData } from './publicData.ts';
import { publicPrior } from './publicPrior.ts';

const TARGET = join(
  import.meta.dirname,
  '..',
  '..',
  '..',
  'sidecar',
  'learn',
  'preference',
  'shippedPrior.ts',
);

const folder = process.argv[2];
const data = folder === undefined ? undefined : readPublicData(folder);
if (!data || Object.values(data).some((rows) => rows.length === 0)) {
  console.error('Name a folder with all three files of public data.');
  process.exitCode = 2;
} else {
  const prior = publicPrior(data);
  const head = `import type { PreferencePrior } from './preferencePrior.ts';

/** Public taste, fitted by ${prior.provenance.script}; docs/learning.md names its data. Not to be edited by hand. */
export const SHIPPED_PRIOR: PreferencePrior = `;
  writeFileSync(TARGET, `${head}${JSON.stringify(prior, null, 2)};\n`);
  console.log(`Written. Format it: npx biome check --write ${TARGET}`);
}
