// VS Code with the extension and the sample folder: the desktop's `code`, else code-server in the browser.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { codeServer } from '../parts/codeServer.mjs';
import { desktopCommand } from '../parts/desktop.mjs';
import { which } from '../parts/process.mjs';
import { root } from '../test/install.mjs';
import { copyBuiltExtension } from './builtExtension.mjs';

const PORT = 8440;
const SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
};

/** Opens the window; resolves to `{process, url?}`: its end is the end of the process. `mine` = the person's profile. */
export async function openWindow({ children, env, say, demo, sample, mine, noOpen }) {
  const code = desktopCommand();
  if (code && !noOpen) return openDesktop({ children, env, say, code, demo, sample, mine });
  return openInBrowser({ children, env, say, demo, sample, noOpen });
}

function openDesktop({ children, env, say, code, demo, sample, mine }) {
  const args = ['--new-window', '--wait', `--extensionDevelopmentPath=${root}`];
  if (!mine) {
    writeDemoSettings(demo);
    args.push('--user-data-dir', join(demo, 'profile'), '--extensions-dir', join(demo, 'extensions'));
  }
  say(`window     VS Code (${code}) with ${sample}; close it or press Ctrl+C to stop`);
  return { process: children.start(code, [...args, sample], { env }) };
}

async function openInBrowser({ children, env, say, demo, sample, noOpen }) {
  const program = await codeServer({ install: true, say: (line) => say(`window     ${line}`) });
  const extensions = join(demo, 'extensions');
  copyBuiltExtension(extensions);
  writeDemoSettings(demo);
  const port = (await isFree(PORT)) ? PORT : 0;
  const bind = [
    '--auth',
    'none',
    '--bind-addr',
    `127.0.0.1:${port}`,
    '--disable-telemetry',
    '--disable-update-check',
  ];
  const dirs = [
    '--disable-workspace-trust',
    '--user-data-dir',
    join(demo, 'profile'),
    '--extensions-dir',
    extensions,
  ];
  let listening;
  const address = new Promise((resolve) => {
    listening = resolve;
  });
  const lines = [];
  const server = children.start(program.node, [program.entry, ...bind, ...dirs, sample], {
    env,
    onLine: (line) => {
      lines.push(line);
      const found = /HTTP server listening on (http:\/\/\S+?)\/?$/.exec(line)?.[1];
      if (found) listening(`${found}/?folder=${encodeURIComponent(sample)}`);
    },
  });
  const ended = new Promise((_, reject) => {
    server.once('close', () => reject(new Error(`code-server ended:\n${lines.slice(-10).join('\n')}`)));
  });
  ended.catch(() => {}); // once it listens, its end is the end of the window and no error
  const url = await Promise.race([address, ended]);
  say(`window     ${url}`);
  if (!noOpen) openBrowser(children, env, url);
  return { process: server, url };
}

function openBrowser(children, env, url) {
  const opener = { darwin: 'open', win32: 'explorer.exe' }[process.platform] ?? 'xdg-open';
  const hasScreen = process.platform !== 'linux' || env.DISPLAY || env.WAYLAND_DISPLAY;
  if (hasScreen && which(opener)) children.start(which(opener), [url], { env });
}

function writeDemoSettings(demo) {
  const file = join(demo, 'profile', 'User', 'settings.json');
  if (existsSync(file)) return; // what the person changed there stays
  mkdirSync(join(demo, 'profile', 'User'), { recursive: true });
  writeFileSync(file, JSON.stringify(SETTINGS, null, 2));
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
