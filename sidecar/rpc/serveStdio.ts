import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import type { Scope } from '../protocol/scopes.ts';
import { type Served, serveConnection } from './serveConnection.ts';

/** Serves over a pair of streams with Content-Length framing; resolves when the peer closes its end. */
export function serveStdio(
  served: Served,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  scopes: ReadonlySet<Scope>,
): Promise<void> {
  const connection = createMessageConnection(new StreamMessageReader(input), new StreamMessageWriter(output));
  return new Promise((resolve) => {
    connection.onClose(resolve);
    input.once('end', resolve);
    serveConnection(served, connection, scopes);
  });
}
