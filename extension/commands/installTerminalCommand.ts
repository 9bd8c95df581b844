import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { isOnPath, nodePrograms, SHIM_MARK, shimPath, shimText } from './terminalShim.ts';

const MIN_NODE = 20;

/** Writes the script that makes `whetstone` a command of the terminal. Asks before it replaces another's file. */
export async function installTerminalCommand(extensionPath: string): Promise<void> {
  const target = shimPath(process.platform, homedir());
  if (!(await mayWrite(target))) return;
  const node = await findNode();
  const text = shimText({
    platform: process.platform,
    cli: join(extensionPath, 'dist', 'cli.cjs'),
    program: node ?? process.execPath,
    electron: node === undefined,
  });
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, text, { mode: 0o755 });
  await chmod(target, 0o755); // the mode above counts for a new file only
  const folder = dirname(target);
  const found = isOnPath(folder, process.env['PATH'], process.platform);
  const advice = found
    ? 'Type `whetstone` in a new terminal.'
    : `Add ${folder} to your PATH, then type \`whetstone\`.`;
  const open = 'Open terminal';
  const chosen = await vscode.window.showInformationMessage(`The command is at ${target}. ${advice}`, open);
  if (chosen === open) vscode.window.createTerminal('whetstone').show();
}

async function mayWrite(target: string): Promise<boolean> {
  const there = await readFile(target, 'utf8').catch((error: unknown) => {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? undefined : '';
  });
  if (there === undefined || there.includes(SHIM_MARK)) return true;
  const chosen = await vscode.window.showWarningMessage(
    `${target} exists and is not from Whetstone. Replace it?`,
    { modal: true },
    'Replace',
  );
  return chosen === 'Replace';
}

/** A node on the PATH that can run the command, by its absolute path. */
async function findNode(): Promise<string | undefined> {
  for (const program of nodePrograms(process.env['PATH'], process.platform)) {
    const version = await promisify(execFile)(program, ['--version']).catch(() => undefined);
    const major = Number(/^v(\d+)\./.exec(version?.stdout ?? '')?.[1]);
    if (major >= MIN_NODE) return program;
  }
  return undefined;
}
