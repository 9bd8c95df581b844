import type { AppError } from '../protocol/errors.ts';
import type { Served } from './serveConnection.ts';

/**
 * Stands in for an app that could not be opened: every call is answered with the reason, so that the caller can tell
 * it to a person. A process that just ended would look like a crash and be started again and again.
 */
export function createRefusal(reason: AppError): Served {
  return {
    router: { dispatch: () => Promise.reject(reason) },
    onNotification: () => () => undefined,
  };
}
