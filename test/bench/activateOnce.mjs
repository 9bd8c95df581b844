// Loads and activates the built extension once with a double for `vscode`, and sends how long it took.

// Loads and activates the built extension once with a double for `vscode`, and sends how long it took.
import Module, { createRequire } from 'node:module';

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
  });
}

const load = Module._load;
Module._load = (request, ...rest) => (request === 'vscode' ? endless() : load(request, ...rest));
const started = performance.now();
const extension = require('../../dist/extension.cjs');
await extension.activate({
  subscriptions: [],
  globalState: { get: () => undefined, update: async () => {} },
  workspaceState: { get: () => undefined, update: async () => {} },
  extensionUri: endless(),
  extension: endless(),
  globalStorageUri: { fsPath: '/nonexistent' },
});
process.send({ ms: performance.now() - started }, () => process.exit(0));
