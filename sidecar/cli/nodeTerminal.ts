import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Terminal } from './cliPorts.ts';
import { createHeldInput, type KeyInput } from './heldInput.ts';

export interface NodeTerminalPorts {
  readonly input: KeyInput;
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** What Ctrl+C does while no key is asked for. */
  readonly interrupt: () => void;
}

export function createNodeTerminal(ports: NodeTerminalPorts): Terminal {
  const { input, output } = ports;
  const keys = createHeldInput(input, ports.interrupt);
  return {
    interactive: input.isTTY === true && output.isTTY === true,
    hold: keys.hold,
    fresh: keys.fresh,
    question: (text) => keys.without(() => question(input, output, text)),
    key: keys.key,
    oneOf: keys.oneOf,
    edit: (text) => keys.without(() => editText(ports, text)),
  };
}

async function question(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  text: string,
): Promise<string | undefined> {
  const lines = createInterface({ input, output });
  const ended = new AbortController();
  lines.once('SIGINT', () => ended.abort());
  lines.once('close', () => ended.abort());
  try {
    return await lines.question(text, { signal: ended.signal });
  } catch (error) {
    if (ended.signal.aborted) return undefined;
    throw error;
  } finally {
    lines.close();
  }
}

/** The user's editor, as version control tools find it. */
export function editorCommand(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string {
  return env['VISUAL'] || env['EDITOR'] || (platform === 'win32' ? 'notepad' : 'vi');
}

async function editText({ env, platform }: NodeTerminalPorts, text: string): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'whetstone-edit-'));
  const file = join(folder, 'answer.md');
  try {
    await writeFile(file, text, { mode: 0o600 });
    const code = await runEditor(editorCommand(env, platform), file);
    if (code !== 0) return undefined;
    return keepLastLineEnd(text, (await readFile(file, 'utf8')).replaceAll('\r\n', '\n'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Editors add a line end to the last line; one that the answer did not have is not a correction. */
export function keepLastLineEnd(before: string, after: string): string {
  return !before.endsWith('\n') && after.endsWith('\n') ? after.slice(0, -1) : after;
}

function runEditor(command: string, file: string): Promise<number> {
  // EDITOR may hold arguments (`code --wait`), so a shell splits it; the file is our own, quoted.
  const child = spawn(`${command} "${file}"`, { stdio: 'inherit', shell: true });
  return new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
