// Starting the tools of a tier with their output passed straight through. Nothing is buffered or shortened.
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { root, toolNode } from './install.mjs';

/** The environment of every tool: this checkout's commands first, so that `node` is the tools' Node. */
export function toolEnv(extra = {}) {
  const bin = join(root, 'node_modules', '.bin');
  return { ...process.env, PATH: bin + delimiter + (process.env.PATH ?? ''), ...extra };
}

/** Runs a script of a package or of this repository on a Node; resolves to the exit code, 1 when a signal ended it. */
export function runNode(args, { node = toolNode, env = {}, cwd = root, stdio = 'inherit' } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { cwd, stdio, env: toolEnv(env) });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** The script behind a command of a package in node_modules. */
export function binOf(packageName, script) {
  return join(root, 'node_modules', packageName, script);
}
