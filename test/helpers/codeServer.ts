import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeServerProgram, repositoryRoot } from './parts.ts';
import { until } from './until.ts';

/** What the tests want of every window: no greeting, no second side bar, no network. */
const QUIET_SETTINGS: Readonly<Record<string, unknown>> = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.colorTheme': 'Dark Modern',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.startupPrompt': 'never',
};

export interface CodeServerOptions {
  /** Absolute path of the folder that the window opens. */
  readonly folder: string;
  /** User settings beside the quiet ones; names as in settings.json. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** For the extension host, for example WHETSTONE_DATA and OLLAMA_HOST. */
  readonly env?: Readonly<Record<string, string>>;
  /** `built` (default): the dist/ of this checkout; `none`; or the absolute path of a vsix. */
  readonly extension?: 'built' | 'none' | `${string}.vsix`;
  /** True starts in Restricted Mode, where the folder can be trusted by hand; false (default) trusts every folder. */
  readonly restricted?: boolean;
}

export interface CodeServer {
  /** The window with the folder, for a browser. */
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  readonly extensionsDir: string;
  /** HOME of the server and of everything that it starts. */
  readonly home: string;
  /** Environment and arguments of a further call of code-server on the same profile; returns its output. */
  command(args: readonly string[]): string;
  log(): string;
  /** Ends the server and every process that it started, and deletes its profile. */
  stop(): Promise<void>;
}

/** Starts code-server on a free port with a profile of its own and waits until it listens. */
export async function startCodeServer(options: CodeServerOptions): Promise<CodeServer> {
  const home = mkdtempSync(join(tmpdir(), 'whetstone-window-'));
  const program = codeServerProgram();
  const userDataDir = join(home, 'profile');
  const extensionsDir = join(home, 'extensions');
  mkdirSync(extensionsDir, { recursive: true });
  writeSettings(userDataDir, options.settings ?? {});
  const env = windowEnv(home, options.env ?? {});
  const command = (args: readonly string[]): string => {
    const dirs = ['--user-data-dir', userDataDir, '--extensions-dir', extensionsDir];
    const result = spawnSync(program.node, [program.entry, ...dirs, ...args], { env, encoding: 'utf8' });
    if (result.status !== 0)
      throw new Error(`code-server ${args.join(' ')} failed:\n${result.stdout}${result.stderr}`);
    return result.stdout;
  };
  addExtension(options.extension ?? 'built', extensionsDir, command);
  const args = [
    '--auth',
    'none',
    '--bind-addr',
    '127.0.0.1:0',
    '--disable-telemetry',
    '--disable-update-check',
  ];
  if (options.restricted !== true) args.push('--disable-workspace-trust');
  const dirs = ['--user-data-dir', userDataDir, '--extensions-dir', extensionsDir];
  const child = spawn(program.node, [program.entry, ...args, ...dirs, options.folder], {
    env,
    cwd: home,
    detached: true, // a process group of its own, so that stop reaches the extension hosts too
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const endAtExit = (): void => killGroup(child, 'SIGKILL');
  process.once('exit', endAtExit);
  const log = collect(child);
  const port = await listening(child, log);
  return {
    url: `http://127.0.0.1:${port}/?folder=${encodeURIComponent(options.folder)}`,
    port,
    folder: options.folder,
    extensionsDir,
    home,
    command,
    log,
    stop: async () => {
      process.off('exit', endAtExit);
      await endGroup(child);
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

// Machine-scope settings count only in the server's own file, all others only in the user's.
function writeSettings(userDataDir: string, settings: Readonly<Record<string, unknown>>): void {
  for (const scope of ['User', 'Machine']) {
    mkdirSync(join(userDataDir, scope), { recursive: true });
    const all = scope === 'User' ? { ...QUIET_SETTINGS, ...settings } : settings;
    writeFileSync(join(userDataDir, scope, 'settings.json'), JSON.stringify(all, null, 2));
  }
}

function windowEnv(home: string, extra: Readonly<Record<string, string>>): Record<string, string> {
  const kept = ['PATH', 'LANG', 'TMPDIR'].map((name) => [name, process.env[name] ?? ''] as const);
  return { ...Object.fromEntries(kept.filter(([, value]) => value !== '')), HOME: home, ...extra };
}

function addExtension(extension: string, extensionsDir: string, command: (args: string[]) => string): void {
  if (extension === 'none') return;
  if (extension !== 'built') {
    command(['--install-extension', extension]);
    return;
  }
  const script = join(repositoryRoot, 'scripts', 'start', 'builtExtension.mjs');
  const copied = spawnSync(process.execPath, [script, extensionsDir], { encoding: 'utf8' });
  if (copied.status !== 0) throw new Error(`the built extension could not be copied:\n${copied.stderr}`);
}

function collect(child: ChildProcess): () => string {
  let text = '';
  const take = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-500_000);
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  return () => text;
}

async function listening(child: ChildProcess, log: () => string): Promise<number> {
  return until('code-server to listen', () => {
    if (child.exitCode !== null) throw new Error(`code-server ended with ${child.exitCode}:\n${log()}`);
    const found = /HTTP server listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(log())?.[1];
    return found === undefined ? undefined : Number(found);
  });
}

async function endGroup(child: ChildProcess): Promise<void> {
  killGroup(child, 'SIGTERM');
  const ended = until(
    'code-server to end',
    () => child.exitCode !== null || child.signalCode !== null,
    5_000,
  );
  await ended.catch(() => undefined);
  killGroup(child, 'SIGKILL');
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // the whole group is gone
  }
}

/** The version in package.json, which names the vsix. */
export function extensionVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
    return String(manifest.version);
  throw new Error('package.json has no version');
}
