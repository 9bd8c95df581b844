import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'rolldown/parseAst';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface SourceFile {
  /** From the repository root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  readonly from: string;
  /** A path from the root for our own files, else the name as written. */
  readonly to: string;
  readonly names: readonly string[];
  readonly typeOnly: boolean;
}

export interface FunctionSize {
  readonly path: string;
  readonly line: number;
  readonly lines: number;
}

export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** Files below the folders whose name ends so. */
export function filesIn(folders: readonly string[], ending: RegExp): SourceFile[] {
  const found: SourceFile[] = [];
  for (const folder of folders) {
    for (const entry of readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !ending.test(entry.name)) continue;
      const full = join(entry.parentPath, entry.name);
      found.push({ path: relative(ROOT, full).replaceAll('\\', '/'), text: readFileSync(full, 'utf8') });
    }
  }
  return found;
}

export const PRODUCT_FOLDERS = ['extension', 'webview', 'sidecar'];
export const productFiles = (): SourceFile[] => filesIn(PRODUCT_FOLDERS, /\.ts$/);
export const allTypeScript = (): SourceFile[] => filesIn([...PRODUCT_FOLDERS, 'test'], /\.ts$/);

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** Every node of a file, parents first. */
export function nodesOf(file: SourceFile): Node[] {
  const nodes: Node[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isNode(value)) return;
    nodes.push(value);
    for (const child of Object.values(value)) if (typeof child === 'object') visit(child);
  };
  visit(parseAst(file.text, { lang: 'ts' }, file.path));
  return nodes;
}

const stringOf = (value: unknown): string | undefined =>
  isNode(value) && typeof value['value'] === 'string' ? value['value'] : undefined;

function resolved(from: string, to: string): string {
  return to.startsWith('.') ? join(dirname(from), to).replaceAll('\\', '/') : to;
}

function importedNames(node: Node): string[] {
  const specifiers = Array.isArray(node['specifiers']) ? node['specifiers'] : [];
  return specifiers.flatMap((specifier) => {
    const name = isNode(specifier) ? specifier['imported'] : undefined;
    return isNode(name) && typeof name['name'] === 'string' ? [name['name']] : ['*'];
  });
}

/** Static and dynamic imports, and re-exports. */
export function importsOf(file: SourceFile): Import[] {
  const kinds = ['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration', 'ImportExpression'];
  return nodesOf(file).flatMap((node) => {
    const to = kinds.includes(node.type) ? stringOf(node['source']) : undefined;
    if (to === undefined) return [];
    const typeOnly = node['importKind'] === 'type' || node['exportKind'] === 'type';
    return [{ from: file.path, to: resolved(file.path, to), names: importedNames(node), typeOnly }];
  });
}

const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];

/** Every function with its number of lines. */
export function functionSizes(file: SourceFile): FunctionSize[] {
  const lineAt = (offset: number): number => file.text.slice(0, offset).split('\n').length;
  return nodesOf(file)
    .filter((node) => FUNCTIONS.includes(node.type))
    .map((node) => {
      const line = lineAt(node.start);
      return { path: file.path, line, lines: lineAt(node.end) - line + 1 };
    });
}
