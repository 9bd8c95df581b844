import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { Card, HostMessage, Intent, PanelState } from '../../webview/protocol.ts';
import { chromiumBinary } from './parts.ts';

/*
 * The built pages in a real Chromium, under the very policy that the extension sets, with the colours that VS Code's
 * own themes give to webviews and a scripted host. What VS Code itself adds is tested end to end elsewhere.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RENDER_ID = 'render-1';
const WAIT_MS = 10_000;

export type Theme = 'dark' | 'light' | 'highContrast';
export interface OpenOptions {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  /** What `getState` answers: the page's own store after a reload. */
  readonly saved?: unknown;
  readonly context?: BrowserContextOptions;
}
export interface OpenPage {
  readonly page: Page;
  /** Posts a message as the host would; the render id is added. */
  send(message: Record<string, unknown>): Promise<void>;
  /** Everything the page posted so far. */
  posts(): Promise<readonly { renderId: string; intent: Intent }[]>;
  /** Waits for an intent of a type and returns the newest one of it. */
  intent<T extends Intent['type']>(type: T): Promise<Extract<Intent, { type: T }>>;
  /** Reports of the content security policy, Trusted Types included. */
  violations(): Promise<readonly string[]>;
  saved(): Promise<unknown>;
  close(): Promise<void>;
}
export interface Harness {
  open(options?: OpenOptions): Promise<OpenPage>;
  close(): Promise<void>;
}
/** A message without its render id. */
export type Sendable = HostMessage extends infer M
  ? M extends HostMessage
    ? Omit<M, 'renderId'>
    : never
  : never;

/** Bundles a page from source, serves it on loopback and opens it as often as asked. */
export async function startHarness(entry: 'panel' | 'report' | 'knowledge' = 'panel'): Promise<Harness> {
  const files = await bundle(entry);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const theme = url.searchParams.get('theme') ?? 'dark';
    if (url.pathname === '/') {
      const nonce = 'dGVzdA';
      response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy(nonce) });
      return response.end(html(entry, theme, nonce));
    }
    const body = url.pathname === '/theme.css' ? themeCss(theme) : files.get(url.pathname.slice(1));
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': contentType(url.pathname) });
    return response.end(body ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const browser = await chromium.launch({ executablePath: chromiumBinary(), args: ['--no-sandbox'] });
  return {
    open: (options = {}) => openPage(browser, `http://127.0.0.1:${port}/`, options),
    close: async () => {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bundle(entry: string): Promise<Map<string, string | Uint8Array>> {
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: [`webview/${entry}Main.ts`],
    outfile: `${entry}.js`,
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    target: 'chrome114',
    logLevel: 'silent',
  });
  const codicons = join(ROOT, 'node_modules/@vscode/codicons/dist');
  return new Map<string, string | Uint8Array>([
    ...result.outputFiles.map((file) => [file.path.split(/[\\/]/).at(-1) ?? '', file.contents] as const),
    ['codicon.css', readFileSync(join(codicons, 'codicon.css'), 'utf8')],
    ['codicon.ttf', readFileSync(join(codicons, 'codicon.ttf'))],
  ]);
}

function policy(nonce: string): string {
  return [
    `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'self'; font-src 'self'; img-src 'self'`,
    `connect-src 'none'; form-action 'none'; base-uri 'none'`,
    `require-trusted-types-for 'script'; trusted-types fast-html dompurify`,
  ].join('; ');
}

function html(entry: string, theme: string, nonce: string): string {
  const kind =
    { dark: 'vscode-dark', light: 'vscode-light', highContrast: 'vscode-high-contrast' }[theme] ?? '';
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Whetstone</title>
<link rel="stylesheet" href="/theme.css?theme=${theme}"><link rel="stylesheet" href="/codicon.css">
<link rel="stylesheet" href="/${entry}.css"></head>
<body class="${kind}" data-render-id="${RENDER_ID}"><script nonce="${nonce}" src="/${entry}.js"></script></body></html>`;
}

/** The variables of a theme, and what VS Code puts into every webview before the page's own styles. */
function themeCss(theme: string): string {
  const variables: unknown = JSON.parse(
    readFileSync(join(ROOT, `test/fixtures/themes/${theme}.json`), 'utf8'),
  );
  const lines = Object.entries(variables ?? {}).map(([name, value]) => `${name}: ${value};`);
  return `:root { ${lines.join('\n')}
  --vscode-font-family: "DejaVu Sans", sans-serif; --vscode-font-size: 13px; --vscode-font-weight: normal;
  --vscode-editor-font-family: "DejaVu Sans Mono", monospace; --vscode-editor-font-size: 13px; }
@layer vscode-default {
  body { margin: 0; padding: 0 20px; color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size); background-color: transparent; }
  a { color: var(--vscode-textLink-foreground); }
  a:focus, input:focus, select:focus, textarea:focus { outline: 1px solid -webkit-focus-ring-color; outline-offset: -1px; }
  code { font-family: monospace; color: var(--vscode-textPreformat-foreground);
    background-color: var(--vscode-textPreformat-background); padding: 1px 3px; border-radius: 4px; }
  pre code { padding: 0; }
  kbd { background: var(--vscode-keybindingLabel-background); box-shadow: inset 0 -1px 0 var(--vscode-widget-shadow);
    vertical-align: middle; padding: 1px 3px; border: 1px solid; border-radius: 3px; }
}`;
}

function contentType(path: string): string {
  if (path.endsWith('.css')) return 'text/css';
  return path.endsWith('.js') ? 'text/javascript' : 'font/ttf';
}

interface PageHost {
  posts: { renderId: string; intent: Intent }[];
  violations: string[];
  state: unknown;
}
declare global {
  interface Window {
    testHost: PageHost;
  }
}

/** Runs in the page before anything of it. */
function installHost(saved: unknown): void {
  const host: PageHost = { posts: [], violations: [], state: saved ?? undefined };
  window.testHost = host;
  document.addEventListener('securitypolicyviolation', (event) => {
    host.violations.push(
      `${event.violatedDirective} ${event.blockedURI} ${event.sample} ${event.sourceFile}:${event.lineNumber}`,
    );
  });
  const api = {
    postMessage: (message: PageHost['posts'][number]) => host.posts.push(structuredClone(message)),
    getState: () => host.state,
    setState: (state: unknown) => {
      host.state = structuredClone(state);
    },
  };
  Object.assign(window, { acquireVsCodeApi: () => api });
}

async function openPage(browser: Browser, url: string, options: OpenOptions): Promise<OpenPage> {
  const { theme = 'dark', width = 720, height = 800 } = options;
  const context = await browser.newContext({ viewport: { width, height }, ...options.context });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  await page.addInitScript(installHost, options.saved);
  await page.goto(`${url}?theme=${theme}`);
  const posts = () => page.evaluate(() => window.testHost.posts);
  return {
    page,
    posts,
    send: (message) =>
      page.evaluate(([data, renderId]) => window.postMessage({ renderId, ...data }, '*'), [
        message,
        RENDER_ID,
      ] as const),
    intent: async (type) => {
      await page.waitForFunction(
        (wanted) => window.testHost.posts.some(({ intent }) => intent.type === wanted),
        type,
      );
      const found = (await posts()).map(({ intent }) => intent).findLast((intent) => intent.type === type);
      if (!found || !isOfType(found, type)) throw new Error(`no ${type}`);
      return found;
    },
    violations: () => page.evaluate(() => window.testHost.violations),
    saved: () => page.evaluate(() => window.testHost.state),
    close: () => context.close(),
  };
}

function isOfType<T extends Intent['type']>(intent: Intent, type: T): intent is Extract<Intent, { type: T }> {
  return intent.type === type;
}

export type { Card, PanelState };
