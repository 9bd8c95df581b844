import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import type { Page } from 'playwright-core';
import { type CodeServer, startCodeServer } from './codeServer.ts';
import { startBrowser } from './driver.ts';
import { repositoryRoot } from './parts.ts';

const DEADLINE_MS = 180_000;
const MARK = '[host] ';

export interface HostSuiteOptions {
  /** Absolute path of the extension's folder; this checkout where absent. */
  readonly extensionPath?: string;
  /** Absolute path of the file that exports run(). */
  readonly suitePath?: string;
  /** For the extension host: WHETSTONE_REPORT, WHETSTONE_GREP and the like. */
  readonly env: Readonly<Record<string, string>>;
  /** Gets each line of the suite's report. */
  readonly onLine: (line: string) => void;
}

const builtSuite = join(repositoryRoot, 'dist', 'test', 'host', 'run.cjs');

/** Runs the suite in the extension host of a desktop VS Code; `executable` is its program, not its shell script. */
export async function runHostSuiteOnDesktop(executable: string, options: HostSuiteOptions): Promise<boolean> {
  const home = mkdtempSync(join(tmpdir(), 'whetstone-host-'));
  try {
    const code = await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: options.extensionPath ?? repositoryRoot,
      extensionTestsPath: options.suitePath ?? builtSuite,
      extensionTestsEnv: { ...options.env, WHETSTONE_DATA: join(home, 'data') },
      launchArgs: [hostileWorkspace(home), '--disable-extensions', '--user-data-dir', join(home, 'profile')],
    });
    return code === 0;
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Runs the suite in code-server's extension host. Resolves to true when it passed; throws when it did not end. */
export async function runHostSuiteInCodeServer(options: HostSuiteOptions): Promise<boolean> {
  const home = mkdtempSync(join(tmpdir(), 'whetstone-host-'));
  const env = { ...options.env, WHETSTONE_DATA: join(home, 'data') };
  const server = await startCodeServer({ folder: hostileWorkspace(home), extension: 'none', env });
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    return await runIn(page, server, options);
  } finally {
    await browser.close();
    await server.stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function runIn(page: Page, server: CodeServer, options: HostSuiteOptions): Promise<boolean> {
  const other: string[] = [];
  await page.exposeFunction('codeAutomationLog', (_level: string, args: readonly unknown[]) => {
    const line = args.join(' ');
    if (line.startsWith(MARK)) options.onLine(line.slice(MARK.length));
    else other.push(line);
  });
  const ended = new Promise<number>((resolve, reject) => {
    const tail = (): string => `${other.slice(-40).join('\n')}\n${server.log().slice(-4_000)}`;
    const late = (): void => reject(new Error(`the suite did not end in time:\n${tail()}`));
    const timer = setTimeout(late, DEADLINE_MS);
    const exit = page.exposeFunction('codeAutomationExit', (code: number) => {
      clearTimeout(timer);
      resolve(code);
    });
    exit.catch(reject);
  });
  await page.addInitScript(markUnderTest, {
    authority: `127.0.0.1:${server.port}`,
    extensionPath: options.extensionPath ?? repositoryRoot,
    suitePath: options.suitePath ?? builtSuite,
  });
  await page.goto(server.url);
  const code = await ended;
  if (code !== 0)
    options.onLine(
      other
        .filter((line) => /error/i.test(line))
        .slice(-20)
        .join('\n'),
    );
  return code === 0;
}

/** Runs in the page, before VS Code: names the extension and the suite, as the desktop's command line does. */
function markUnderTest(under: { authority: string; extensionPath: string; suitePath: string }): void {
  const remote = (path: string): object => ({ scheme: 'vscode-remote', authority: under.authority, path });
  new MutationObserver((_changes, observer) => {
    const meta = document.getElementById('vscode-workbench-web-configuration');
    const text = meta?.getAttribute('data-settings');
    if (!meta || !text) return;
    observer.disconnect();
    const settings: Record<string, unknown> = JSON.parse(text);
    settings['developmentOptions'] = {
      ...Object(settings['developmentOptions']),
      extensions: [remote(under.extensionPath)],
      extensionTestsPath: remote(under.suitePath),
    };
    meta.setAttribute('data-settings', JSON.stringify(settings));
  }).observe(document, { childList: true, subtree: true });
}

/** A workspace that tries to redirect the extension by its own settings. */
function hostileWorkspace(home: string): string {
  const folder = join(home, 'workspace');
  mkdirSync(join(folder, '.vscode'), { recursive: true });
  writeFileSync(join(folder, 'sample.ts'), 'export const answer = 42;\n');
  const settings = { 'whetstone.host': 'http://203.0.113.7:11434', 'whetstone.dataFolder': '/nowhere' };
  writeFileSync(join(folder, '.vscode', 'settings.json'), JSON.stringify(settings));
  return folder;
}
