import { describe, expect, test } from 'vitest';
import {
  isOnPath,
  nodePrograms,
  SHIM_MARK,
  shimPath,
  shimText,
} from '../../../extension/commands/terminalShim.ts';
import { createDisposableBag } from '../../../extension/disposableBag.ts';
import { capText } from '../../../extension/editor/capText.ts';
import { formatBytes } from '../../../extension/formatBytes.ts';
import { type BannerFacts, bannerOf } from '../../../extension/panel/banners.ts';
import { panelHtml } from '../../../extension/panel/panelHtml.ts';

describe('disposable bag', () => {
  test('disposes last first, and at once what comes too late', () => {
    const order: string[] = [];
    const item = (name: string) => ({ dispose: () => order.push(name) });
    const bag = createDisposableBag();
    bag.add(item('first'));
    bag.add(item('second'));
    bag.dispose();
    bag.dispose();
    bag.add(item('late'));
    expect(order).toEqual(['second', 'first', 'late']);
  });

  test('one failing item does not keep the others', () => {
    const order: string[] = [];
    const bag = createDisposableBag();
    bag.add({ dispose: () => order.push('first') });
    bag.add({
      dispose: () => {
        throw new Error('no');
      },
    });
    expect(() => bag.dispose()).toThrow('Some parts');
    expect(order).toEqual(['first']);
  });
});

describe('panel page', () => {
  const html = panelHtml({
    cspSource: 'https://csp',
    nonce: 'N0NCE',
    renderId: 'r1',
    title: 'T',
    script: 's.js',
    styles: ['a.css'],
  });

  test('allows its own script and styles and nothing else', () => {
    const csp = /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1]?.split('; ');
    expect(csp).toEqual([
      "default-src 'none'",
      "script-src 'nonce-N0NCE'",
      'style-src https://csp',
      'font-src https://csp',
      'img-src https://csp',
      "connect-src 'none'",
      "form-action 'none'",
      "base-uri 'none'",
      "require-trusted-types-for 'script'",
      'trusted-types fast-html dompurify',
    ]);
  });

  test('has no inline script or style', () => {
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).toContain('<script nonce="N0NCE" src="s.js"></script>');
    expect(html).not.toContain('<style');
    expect(html).not.toContain('style=');
  });
});

describe('banner', () => {
  const error = { code: 'server.unreachable', what: 'No answer.' } as const;
  const models = {
    server: { engine: 'ollama' as const, state: 'ready' as const, address: 'a' },
    models: [],
    recommended: [{ name: 'm', size: 4.7e9, memory: 6e9, note: 'n' }],
    builtIn: { installed: false, supported: true },
  };
  const facts: BannerFacts = {
    sidecar: { kind: 'ready' },
    models: undefined,
    notSaved: undefined,
    pulling: undefined,
    trusted: true,
  };

  test('what stops the user most comes first', () => {
    const notSaved = { error: { code: 'memory.diskFull', what: 'Full.' } as const, waiting: 2 };
    const all: BannerFacts = {
      ...facts,
      sidecar: { kind: 'stopped', error },
      notSaved,
      models,
      trusted: false,
    };
    expect(bannerOf(all).kind).toBe('stopped');
    expect(bannerOf({ ...all, sidecar: { kind: 'restarting' } }).kind).toBe('notSaved');
    expect(bannerOf({ ...all, sidecar: { kind: 'restarting' }, notSaved: undefined }).kind).toBe(
      'restarting',
    );
    expect(bannerOf({ ...all, sidecar: { kind: 'ready' }, notSaved: undefined }).kind).toBe('noModels');
    expect(bannerOf({ ...facts, trusted: false }).kind).toBe('restricted');
    expect(bannerOf(facts).kind).toBe('none');
    const one = { name: 'm', digest: '', size: 1, engine: 'ollama' as const, ours: false };
    const server = { ...models.server, advice: 'Update it.' };
    const unsafe = { ...facts, models: { ...models, models: [one], server } };
    expect(bannerOf(unsafe)).toEqual({ kind: 'advice', message: 'Update it.' });
    expect(bannerOf({ ...unsafe, trusted: false }).kind).toBe('restricted');
  });

  test('a server that does not answer is said with its buttons', () => {
    const down = { ...models, server: { ...models.server, state: 'unavailable' as const, error } };
    const banner = bannerOf({ ...facts, models: down });
    expect(banner.kind === 'noServer' && banner.error.buttons.map((button) => button.action)).toEqual([
      'startOllama',
      'changeHost',
      'useBuiltIn',
      'retry',
    ]);
  });
});

describe('terminal command', () => {
  test('a node is looked for where the PATH says, never in the current folder', () => {
    expect(nodePrograms('/usr/bin::.:bin:node_modules/.bin:/opt/n:/usr/bin', 'linux')).toEqual([
      '/usr/bin/node',
      '/opt/n/node',
    ]);
    expect(nodePrograms('C:\\n;.;bin', 'win32')).toEqual(['C:\\n\\node.exe']);
    expect(nodePrograms(undefined, 'linux')).toEqual([]);
  });

  test('a path with quotes, spaces and dollars can not break out of the script', () => {
    const text = shimText({
      platform: 'linux',
      cli: "/a b/it's/$HOME/cli.cjs",
      program: '/n',
      electron: true,
    });
    expect(text).toBe(
      `#!/bin/sh\n# ${SHIM_MARK}\nELECTRON_RUN_AS_NODE=1 exec '/n' '/a b/it'\\''s/$HOME/cli.cjs' "$@"\n`,
    );
  });

  test('Windows gets a command file', () => {
    const text = shimText({
      platform: 'win32',
      cli: 'C:\\x%y\\cli.cjs',
      program: 'C:\\node.exe',
      electron: false,
    });
    expect(text).toContain('"C:\\node.exe" "C:\\x%%y\\cli.cjs" %*\r\n');
    expect(text).not.toContain('ELECTRON');
    expect(shimPath('win32', 'C:\\Users\\u')).toBe('C:\\Users\\u\\.local\\bin\\whetstone.cmd');
  });

  test('knows whether the folder is on the path', () => {
    expect(isOnPath('/h/.local/bin', '/bin:/h/.local/bin/:/x', 'linux')).toBe(true);
    expect(isOnPath('/h/.local/bin', '/bin:/h/.local', 'linux')).toBe(false);
    expect(isOnPath('C:\\H\\bin', 'c:\\h\\BIN;D:\\', 'win32')).toBe(true);
    expect(isOnPath('/h', undefined, 'linux')).toBe(false);
  });
});

test('long context is cut at a line end and says so', () => {
  expect(capText('short', 10)).toBe('short');
  expect(capText('one\ntwo\nthree', 9)).toBe('one\ntwo\n[cut: 6 more characters]');
});

test('sizes are written as a person does', () => {
  expect([999, 98_000_000, 4_700_000_000, 12_000_000_000].map(formatBytes)).toEqual([
    '999 B',
    '98 MB',
    '4.7 GB',
    '12 GB',
  ]);
});
