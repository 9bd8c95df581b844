import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { extensionVersion, startCodeServer } from '../helpers/codeServer.ts';
import { openWorkbench, startBrowser } from '../helpers/driver.ts';
import { repositoryRoot } from '../helpers/parts.ts';

const scratch = mkdtempSync(join(tmpdir(), 'whetstone-vsix-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('the packed extension is small, installs into a clean profile and opens its panel there', async () => {
  const vsix = join(scratch, 'whetstone.vsix');
  const args = [join(repositoryRoot, 'scripts', 'package.mjs'), '--out', vsix];
  const packed = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(packed.status, packed.stdout + packed.stderr).toBe(0);
  expect(statSync(vsix).size).toBeLessThan(4 * 1024 * 1024);
  const listed = packed.stdout
    .split('\n')
    .filter((line) => /\b(meta|types|test|node_modules|\w+\.map|\w+\.ts)\b/.test(line));
  expect(listed).toEqual([]);

  const folder = join(scratch, 'workspace');
  mkdirSync(folder);
  const server = await startCodeServer({
    folder,
    extension: `${vsix.slice(0, -5)}.vsix`,
    env: { WHETSTONE_DATA: join(scratch, 'data') },
  });
  const browser = await startBrowser();
  try {
    expect(server.command(['--list-extensions', '--show-versions'])).toContain(
      `whetstone.whetstone@${extensionVersion()}`,
    );
    const workbench = await openWorkbench(browser, server.url);
    await workbench.runCommand('Whetstone: Ask');
    const panel = await workbench.webview('textarea, vscode-text-area');
    expect(await panel.title()).not.toBe('');
  } finally {
    await browser.close();
    await server.stop();
  }
});
