import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { AppError } from '../../../sidecar/protocol/errors.ts';
import { SCOPES } from '../../../sidecar/protocol/scopes.ts';
import { createRefusal } from '../../../sidecar/rpc/createRefusal.ts';
import { serveConnection } from '../../../sidecar/rpc/serveConnection.ts';

test('every call is answered with why the app could not be opened', async () => {
  const [up, down] = [new PassThrough(), new PassThrough()];
  const server = createMessageConnection(new StreamMessageReader(up), new StreamMessageWriter(down));
  const client = createMessageConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  const reason = new AppError('memory.folderUnsafe', 'The data folder can not be used.', { why: 'A link.' });
  serveConnection(createRefusal(reason), server, new Set(SCOPES));
  client.listen();
  for (const method of ['initialize', 'decision.record']) {
    await expect(client.sendRequest(method, {})).rejects.toMatchObject({ data: reason.toData() });
  }
  client.dispose();
  server.dispose();
});
