import type { NotificationName, Params } from '../protocol/methods.ts';

/** Sends a notification of the method table to whoever listens. */
export type Notify = <N extends NotificationName>(method: N, params: Params<N>) => void;
