// Child processes for the scripts: run with output passed on, capture, look up on PATH. Plain JS for Node 20.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The absolute path of an executable on PATH, or undefined. */
export function which(name, path = process.env.PATH ?? '') {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const folder of path.split(delimiter).filter(Boolean)) {
    for (const ending of endings) {
      const file = join(folder, name + ending);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // not in this folder
      }
    }
  }
  return undefined;
}

/**
 * Runs a command to its end and returns `{code, signal, output}`; output is stdout and stderr together.
 * `onLine` gets each line as it comes, so that a long install shows that it lives.
 */
export function run(command, args, { cwd, env, onLine } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: needsShell(command),
    });
    let output = '';
    let rest = '';
    const take = (chunk) => {
      output += chunk;
      if (!onLine) return;
      const lines = (rest + chunk).split(/\r?\n|\r/);
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (onLine && rest) onLine(rest);
      resolve({ code, signal, output });
    });
  });
}

/** Like run, but throws with the last lines of the output when the command fails. */
export async function runOrThrow(command, args, options) {
  const result = await run(command, args, options);
  if (result.code === 0) return result.output;
  const tail = result.output.trimEnd().split('\n').slice(-25).join('\n');
  throw new Error(`${command} ${args.join(' ')} ended with ${result.signal ?? result.code}:\n${tail}`);
}

// npm and vsce are .cmd files on Windows, which only a shell can start.
function needsShell(command) {
  return process.platform === 'win32' && !command.endsWith('.exe');
}
