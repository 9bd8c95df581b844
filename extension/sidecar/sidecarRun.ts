import type { CancelSignal } from '../../sidecar/protocol/methods.ts';

/** One life of a sidecar process, from fork to exit. */
export interface SidecarRun {
  readonly pid: number | undefined;
  /** Sends a request; rejects with an AppError, `rpc.disconnected` when the process ends first. */
  request(method: string, params: unknown, signal?: CancelSignal): Promise<unknown>;
  onNotification(listener: (method: string, params: unknown) => void): void;
  /** Called once, with a sentence on how it ended. */
  onExit(listener: (how: string) => void): void;
  /** Asks it to end, then insists. Resolves when it has ended. */
  stop(): Promise<void>;
  kill(): void;
}
