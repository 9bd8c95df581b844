import { readFile } from 'node:fs/promises';
import { createApp } from '../app.ts';
import { nodePorts } from '../nodePorts.ts';
import { SCOPES } from '../protocol/scopes.ts';
import { redirectConsole } from '../redirectConsole.ts';
import { createRouterClient } from '../rpc/routerClient.ts';
import { serveStdio } from '../rpc/serveStdio.ts';
import { APP_VERSION } from '../version.ts';
import type { CliPorts, CliSession, TextSink } from './cliPorts.ts';
import { createNodeTerminal } from './nodeTerminal.ts';
import { readAll } from './readAll.ts';
import { runCli } from './runCli.ts';

/** Milliseconds that the views get to catch up when a verb is done. */
const DISPOSE_DEADLINE = 1_500;
const INTERNAL = 70;

const sink = (stream: NodeJS.WriteStream): TextSink => ({
  isTTY: stream.isTTY === true,
  // A terminal that was never given a size says 0.
  columns: stream.columns || undefined,
  write: (text) => void stream.write(text),
});

async function openSession(ids: () => string, dataFolder: string | undefined): Promise<CliSession> {
  const ports = nodePorts({ env: process.env, bundleFolder: __dirname, dataFolder });
  const app = await createApp({ ...ports, ids });
  return {
    client: createRouterClient(app, new Set(SCOPES)),
    serveStdio: (scopes) => serveStdio(app, process.stdin, process.stdout, scopes),
    dispose: () => app.dispose(DISPOSE_DEADLINE),
  };
}

function portsOfProcess(): CliPorts {
  const { ids } = nodePorts({ env: process.env, bundleFolder: __dirname });
  return {
    stdout: sink(process.stdout),
    stderr: sink(process.stderr),
    terminal: createNodeTerminal({
      input: process.stdin,
      output: process.stderr,
      env: process.env,
      platform: process.platform,
      interrupt: () => void process.emit('SIGINT'),
    }),
    stdinIsTTY: process.stdin.isTTY === true,
    readStdin: () => readAll(process.stdin),
    env: process.env,
    cwd: process.cwd(),
    version: APP_VERSION,
    open: (dataFolder) => openSession(ids, dataFolder),
    readFile: (path) => readFile(path, 'utf8'),
    newId: ids,
    now: Date.now,
    onInterrupt(listener) {
      process.on('SIGINT', listener);
      return () => process.off('SIGINT', listener);
    },
    exitNow: (code) => process.exit(code),
  };
}

/** The reader of our output went away, as `| head` does: nothing more to say, and no fault. */
function leaveQuietlyOnClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : INTERNAL);
  });
}

async function main(): Promise<void> {
  redirectConsole(console, (text) => process.stderr.write(text));
  leaveQuietlyOnClosedPipe(process.stdout);
  leaveQuietlyOnClosedPipe(process.stderr);
  const code = await runCli(process.argv.slice(2), portsOfProcess());
  // A pipe may still hold what was written; leaving before it drains would cut the document short.
  process.stdout.write('', () => process.exit(code));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(INTERNAL);
});
