import type { Import } from './sourceTree.ts';

const SIDECAR = ['protocol', 'memory', 'models', 'learn', 'generate', 'train', 'rpc', 'cli'];

/** Which layers a layer may import from; itself is always allowed. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  memory: ['protocol'],
  models: ['protocol'],
  learn: ['protocol', 'memory', 'models'],
  generate: ['protocol', 'learn', 'memory', 'models'],
  train: ['protocol', 'generate', 'learn', 'memory', 'models'],
  rpc: ['protocol'],
  cli: ['protocol'],
  sidecar: SIDECAR,
  webviewProtocol: ['protocol'],
  webview: ['protocol', 'webviewProtocol'],
  extension: ['protocol', 'webviewProtocol'],
};

/** The layer of a file, or undefined for what is no part of the product. */
export function layerOf(path: string): string | undefined {
  // The terminal's entry is a composition root, like those of the sidecar.
  if (path === 'sidecar/cli/main.ts') return 'sidecar';
  if (/^webview\/(protocol|reportProtocol|knowledgeProtocol)\.ts$/.test(path)) return 'webviewProtocol';
  const [top = '', folder = ''] = path.split('/');
  if (top === 'sidecar') return SIDECAR.includes(folder) ? folder : 'sidecar';
  return top === 'webview' || top === 'extension' ? top : undefined;
}

/** What is wrong with an import, or undefined. */
export function brokenRule({ from, to }: Pick<Import, 'from' | 'to'>): string | undefined {
  const layer = layerOf(from);
  if (layer === undefined) return undefined;
  const told = `${from} imports ${to}`;
  if (to === '<runtime>') return undefined; // the bundler's own helpers
  if (to === 'vscode') return layer === 'extension' ? undefined : `${told}: only extension/ may`;
  const target = layerOf(to);
  if (target === undefined) {
    const ours = /^(test|scripts)\//.test(to);
    if (ours) return `${told}: the product may not import tests or scripts`;
    if (layer === 'protocol' && to !== 'zod' && !to.startsWith('node_modules/zod/'))
      return `${told}: the protocol imports zod only`;
    return undefined;
  }
  return target === layer || ALLOWED[layer]?.includes(target)
    ? undefined
    : `${told}: ${layer} may not import ${target}`;
}
