import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { brokenRule } from './layerRules.ts';
import { importsOf, productFiles, ROOT } from './sourceTree.ts';

const metafileSchema = z.object({
  inputs: z.record(
    z.string(),
    z.object({ imports: z.array(z.object({ path: z.string(), external: z.boolean().optional() })) }),
  ),
});

/** Functions of node:fs that change the disk. */
const WRITES =
  /^(write|append|rename|rm|unlink|mkdir|mkdtemp|truncate|ftruncate|copyFile|cp|symlink|link|chmod|open|createWriteStream)/;

/** Files outside sidecar/memory/ that may write, and where. None of them touches journal or views. */
const WRITERS: Readonly<Record<string, string>> = {
  'sidecar/cli/nodeTerminal.ts': "a temporary file for the user's editor",
};
const WRITER_FOLDERS = ['sidecar/memory/', 'sidecar/models/embedded/', 'extension/'];

const files = productFiles();
const imports = files.flatMap(importsOf);

describe('imports go one way', () => {
  it.each([
    ['sidecar/memory/x.ts', 'sidecar/learn/y.ts'],
    ['sidecar/models/x.ts', 'sidecar/memory/y.ts'],
    ['sidecar/protocol/x.ts', 'node:fs'],
    ['sidecar/protocol/x.ts', 'sidecar/memory/y.ts'],
    ['sidecar/cli/runCli.ts', 'sidecar/app.ts'],
    ['sidecar/train/x.ts', 'vscode'],
    ['webview/x.ts', 'vscode'],
    ['webview/x.ts', 'sidecar/memory/y.ts'],
    ['extension/x.ts', 'webview/panel.ts'],
    ['extension/x.ts', 'test/helpers/until.ts'],
  ])('the rule refuses %s -> %s', (from, to) => {
    expect(brokenRule({ from, to })).toBeDefined();
  });

  it('in the sources', () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(imports.flatMap((one) => brokenRule(one) ?? [])).toEqual([]);
  });

  it('in the bundles', () => {
    const folder = join(ROOT, 'dist', 'meta');
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('host-')) : [];
    const broken = names.flatMap((name) => {
      const { inputs } = metafileSchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
      return Object.entries(inputs).flatMap(([from, input]) =>
        input.imports.flatMap(({ path: to }) => brokenRule({ from, to }) ?? []),
      );
    });
    expect(broken).toEqual([]);
  });
});

describe('who may write files', () => {
  it('is sidecar/memory, and the files of the list', () => {
    const writers = imports.filter(
      ({ from, to, names, typeOnly }) =>
        !typeOnly &&
        /^(node:)?fs(\/promises)?$/.test(to) &&
        names.some((name) => name === '*' || name === 'promises' || WRITES.test(name)) &&
        !WRITER_FOLDERS.some((folder) => from.startsWith(folder)) &&
        !Object.hasOwn(WRITERS, from),
    );
    expect(writers.map(({ from, names }) => `${from}: ${names.join(', ')}`)).toEqual([]);
  });
});

describe('who may talk to the network', () => {
  it('is sidecar/models', () => {
    const modules = /^(node:)?(http|https|http2|dgram|tls|undici)$|^ollama$/;
    const talkers = imports.filter(({ from, to }) => modules.test(to) && !from.startsWith('sidecar/models/'));
    expect(talkers.map(({ from, to }) => `${from}: ${to}`)).toEqual([]);
    const fetchers = files.filter(
      ({ path, text }) => !path.startsWith('sidecar/models/') && /(?<![\w.])fetch\(/.test(text),
    );
    expect(fetchers.map(({ path }) => path)).toEqual([]);
  });
});
