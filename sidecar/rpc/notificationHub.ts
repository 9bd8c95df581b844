import type { NotificationName, Params } from '../protocol/methods.ts';
import type { Notify } from './router.ts';

type Listener = <N extends NotificationName>(method: N, params: Params<N>) => void;

export interface NotificationHub {
  readonly notify: Notify;
  onNotification(listener: Listener): () => void;
}

/** Passes what the services tell to every connection that listens. */
export function createNotificationHub(): NotificationHub {
  const listeners = new Set<Listener>();
  return {
    notify(method, params) {
      for (const listener of listeners) listener(method, params);
    },
    onNotification(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
