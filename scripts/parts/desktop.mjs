// A desktop VS Code that is already on this machine. It is never downloaded here.
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { which } from './process.mjs';

/** The `code` command, or undefined. */
export function desktopCommand() {
  return which('code') ?? which('code-insiders');
}

/** The program itself, which the test runner needs instead of the shell script: VSCODE_EXECUTABLE, else behind `code`. */
export function desktopExecutable(env = process.env) {
  if (env.VSCODE_EXECUTABLE) return env.VSCODE_EXECUTABLE;
  const command = desktopCommand();
  if (!command) return undefined;
  const bin = dirname(realpathSync(command));
  const places = [
    join(bin, '..', 'code'), // Linux packages: /usr/share/code/bin/code
    join(bin, '..', 'Code.exe'), // Windows
    join(bin, '..', '..', '..', 'MacOS', 'Electron'), // macOS: .../Contents/Resources/app/bin/code
    join(bin, '..', '..', '..', 'MacOS', 'Code'),
  ];
  return places.find((place) => existsSync(place));
}
