import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { type App, createApp } from './app.ts';
import { nodePorts } from './nodePorts.ts';
import { AppError } from './protocol/errors.ts';
import { SCOPES } from './protocol/scopes.ts';
import { redirectConsole } from './redirectConsole.ts';
import { createRefusal } from './rpc/createRefusal.ts';
import { serveConnection } from './rpc/serveConnection.ts';
import { watchParent } from './watchParent.ts';

/** Entry of the forked sidecar: one a window, spoken to over the IPC channel, gone when the window is gone. */
async function main(): Promise<void> {
  redirectConsole(console, (text) => process.stderr.write(text));
  // Who reads them may be gone; a fault of theirs would be told on them, for ever, and nothing would end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const app = await openApp();

  let leaving = false;
  const leave = (code: number): void => {
    if (leaving) return;
    leaving = true;
    // What was acknowledged is on disk already; this only keeps half answers and freshens views.
    app.dispose(1_500).finally(() => process.exit(code));
  };

  app.onShutdown(() => leave(0));
  watchParent(Number(process.env['WHETSTONE_PARENT_PID'] ?? process.ppid), () => leave(0));
  process.once('disconnect', () => leave(0));
  process.once('SIGTERM', () => leave(0));
  process.once('SIGINT', () => leave(0));
  process.on('uncaughtException', (error) => {
    process.stderr.write(`uncaught: ${error.stack ?? error.message}\n`);
    leave(70);
  });

  const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
  serveConnection(app, connection, new Set(SCOPES));
}

/** The app; where its data folder can't be used, what says so to every call. */
async function openApp(): Promise<App> {
  try {
    return await createApp(nodePorts({ env: process.env, bundleFolder: __dirname }));
  } catch (error) {
    if (!AppError.is(error)) throw error;
    return { ...createRefusal(error), onShutdown: () => undefined, dispose: async () => undefined };
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(70);
});
