import { type Client, METHODS } from '../protocol/methods.ts';
import type { Scope } from '../protocol/scopes.ts';
import type { Served } from './serveConnection.ts';

/** The method table in process: what the terminal uses. Calls pass the same gate as those of a window. */
export function createRouterClient(served: Served, scopes: ReadonlySet<Scope>): Client {
  return {
    async call(method, params, signal) {
      const controller = new AbortController();
      const abort = () => controller.abort();
      if (signal?.aborted === true) abort();
      signal?.addEventListener('abort', abort, { once: true });
      try {
        const result = await served.router.dispatch(method, params, scopes, controller.signal);
        return METHODS[method].result.parse(result) as never;
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
    on(method, listener) {
      const wanted: string = method;
      return served.onNotification((name: string, params) => {
        if (name === wanted) listener(params as never);
      });
    },
  };
}
