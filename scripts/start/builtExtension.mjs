// As a script: node scripts/start/builtExtension.mjs EXTENSIONS_FOLDER
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SHIPPED = ['package.json', 'media', 'dist', 'README.md', 'CHANGELOG.md', 'LICENSE'];
const UNSHIPPED = ['types', 'meta', 'test'].map((name) => join(root, 'dist', name));

/** Puts what was built into a folder of extensions, in place of an earlier copy, without packaging it first. */
export function copyBuiltExtension(extensionsDir) {
  const target = join(extensionsDir, 'whetstone.whetstone-0.0.0');
  rmSync(target, { recursive: true, force: true });
  for (const name of SHIPPED.filter((each) => existsSync(join(root, each)))) {
    cpSync(join(root, name), join(target, name), {
      recursive: true,
      filter: (path) => !UNSHIPPED.includes(path),
    });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) copyBuiltExtension(process.argv[2]);
