import { type MessageConnection, ResponseError } from 'vscode-jsonrpc/node';
import { APP_ERROR, AppError } from '../protocol/errors.ts';
import type { NotificationName, Params } from '../protocol/methods.ts';
import type { Scope } from '../protocol/scopes.ts';
import type { Router } from './router.ts';

/** What a transport needs of the app: the gate for calls, and the notifications to pass on. */
export interface Served {
  readonly router: Router;
  onNotification(listener: <N extends NotificationName>(method: N, params: Params<N>) => void): () => void;
}

/**
 * Serves the method table over a JSON-RPC connection until it closes. Cancelling a request aborts its handler.
 * Closing the connection aborts every request that is still running, with `rpc.disconnected` as the signal's reason.
 */
export function serveConnection(
  served: Served,
  connection: MessageConnection,
  scopes: ReadonlySet<Scope>,
): void {
  const closed = new AbortController();

  connection.onRequest(async (method, params, token) => {
    const call = new AbortController();
    const abort = () => call.abort(closed.signal.reason);
    const subscription = token.onCancellationRequested(() => call.abort());
    if (token.isCancellationRequested) call.abort();
    if (closed.signal.aborted) abort();
    closed.signal.addEventListener('abort', abort, { once: true });
    try {
      return await served.router.dispatch(method, params, scopes, call.signal);
    } catch (error) {
      if (!AppError.is(error)) throw error;
      return new ResponseError(APP_ERROR, error.message, error.toData());
    } finally {
      subscription.dispose();
      closed.signal.removeEventListener('abort', abort);
    }
  });

  const stop = served.onNotification((method, params) => {
    // A peer that is gone can't be told; its requests are aborted below.
    if (!closed.signal.aborted) connection.sendNotification(method, params).catch(() => undefined);
  });
  connection.onClose(() => {
    stop();
    closed.abort(new AppError('rpc.disconnected', 'The connection was closed.'));
  });
  connection.onError(() => undefined);
  connection.listen();
}
