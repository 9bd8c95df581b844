// Loads and activates the built extension once with a double for `vscode`, and sends how long it took.

// Loads and activates the built extension once with a double for `vscode`, and sends how long it took.
import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

/** Anything asked of it is callable, constructible and has every property; enough to activate against. */
function endless() {
  const target = function anything() {
    return endless();
  };
  return new Proxy(target, {
    get: (_, key) =>
      key === Symbol.toPrimitive
        ? () => ''
        : key === Symbol.iterator
          ? [][Symbol.iterator]
          : key === 'then'
            ? undefined
            : endless(),
    construct: () => endless(),
    set: () => true,
  });
}

// The bundle copies the module's own properties, so the double must own each name that is used.
const bundle = fileURLToPath(new URL('../../dist/extension.cjs', import.meta.url));
const used = readFileSync(bundle, 'utf8').matchAll(/\bvscode\d*\.(\w+)/g);
const vscode = Object.fromEntries([...used].map(([, name]) => [name, endless()]));
const load = Module._load;
Module._load = (request, ...rest) => (request === 'vscode' ? vscode : load(request, ...rest));
const started = performance.now();
const extension = require('../../dist/extension.cjs');
await extension.activate({
  subscriptions: [],
  globalState: { get: (_, otherwise) => otherwise, update: async () => {} },
  workspaceState: { get: (_, otherwise) => otherwise, update: async () => {} },
  extensionUri: endless(),
  extension: endless(),
  globalStorageUri: { fsPath: '/nonexistent' },
});
process.send({ ms: performance.now() - started }, () => process.exit(0));
