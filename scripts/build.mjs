// npm run build [-- --watch] [-- --production] [-- --out FOLDER]: bundles with esbuild into dist/, metafiles into dist/meta/.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, context } from 'esbuild';
import { COPIED, hostTestBundles, SHIPPED } from './build/bundles.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const outAt = process.argv.indexOf('--out');
const out = outAt < 0 ? join(root, 'dist') : resolve(process.argv[outAt + 1]);
const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

function optionsOf(bundle) {
  return {
    absWorkingDir: root,
    entryPoints: [bundle.entry],
    outfile: join(out, bundle.outfile),
    bundle: true,
    metafile: true,
    minify: production,
    sourcemap: production ? 'external' : 'linked',
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [afterBuild(bundle), lateBuiltins],
    ...bundle.options,
  };
}

/** Writes the metafile and makes the terminal command executable, on the first build and on each of a watch. */
function afterBuild(bundle) {
  return {
    name: 'after-build',
    setup(esbuild) {
      esbuild.onEnd((result) => {
        if (!result.metafile) return;
        writeFileSync(join(out, 'meta', `${bundle.name}.json`), JSON.stringify(result.metafile));
        if (bundle.outfile.endsWith('.cjs')) writeAscii(join(out, bundle.outfile));
        if (bundle.name === 'cli') chmodSync(join(out, bundle.outfile), 0o755);
        if (watch) console.log(`built ${bundle.outfile}`);
      });
    },
  };
}

/**
 * One letter beyond Latin-1, and V8 keeps the whole program in memory at two bytes a letter. esbuild escapes them in
 * strings; what is left stands in regular expressions and comments, where the same escape means the same.
 */
function writeAscii(path) {
  const text = readFileSync(path, 'utf8');
  const escaped = text.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  if (escaped !== text) writeFileSync(path, escaped);
}

/** Parts of Node that cost a start much and that most starts don't need: loaded at their first use. */
const lateBuiltins = {
  name: 'late-builtins',
  setup(esbuild) {
    if (esbuild.initialOptions.platform !== 'node') return;
    esbuild.onResolve({ filter: /^node:https?$/ }, ({ path, namespace }) =>
      namespace === 'late' ? { path, external: true } : { path, namespace: 'late' },
    );
    esbuild.onLoad({ filter: /./, namespace: 'late' }, async ({ path }) => {
      const names = JSON.stringify(Object.keys(await import(path)).filter((name) => name !== 'default'));
      const load = `require(${JSON.stringify(path)})`;
      const define = `Object.defineProperty(exports, name, { enumerable: true, get: () => ${load}[name] })`;
      return { contents: `for (const name of ${names}) ${define};`, loader: 'js' };
    });
  },
};

function copyAssets() {
  for (const [from, to] of COPIED) {
    if (!existsSync(join(root, from))) throw new Error(`${from} is missing: run npm ci`);
    mkdirSync(dirname(join(out, to)), { recursive: true });
    copyFileSync(join(root, from), join(out, to));
  }
}

/** A metafile of a bundle that no longer exists would mislead the tests that read them. */
function removeOldMetafiles(bundles) {
  const current = new Set(bundles.map((bundle) => `${bundle.name}.json`));
  for (const name of readdirSync(join(out, 'meta'))) {
    if (!current.has(name)) rmSync(join(out, 'meta', name), { force: true });
  }
}

const started = Date.now();
const bundles = production ? SHIPPED : [...SHIPPED, ...hostTestBundles(root)];
mkdirSync(join(out, 'meta'), { recursive: true });
removeOldMetafiles(bundles);
copyAssets();
if (watch) {
  await Promise.all(bundles.map(async (bundle) => (await context(optionsOf(bundle))).watch()));
  console.log('watching, Ctrl+C stops');
} else {
  const results = await Promise.allSettled(bundles.map((bundle) => build(optionsOf(bundle))));
  if (results.some((result) => result.status === 'rejected')) process.exit(1); // esbuild has printed the errors
  const size = bundles.reduce((sum, bundle) => sum + statSync(join(out, bundle.outfile)).size, 0);
  console.log(
    `built ${bundles.length} bundles, ${Math.round(size / 1024)} KB, in ${Date.now() - started} ms`,
  );
}
