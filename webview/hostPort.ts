import { readSavedState, type SavedState } from './savedState.ts';

interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): EditorApi;

interface Parser<M> {
  safeParse(data: unknown): { success: true; data: M } | { success: false };
}

export interface HostPort<M, I> {
  readonly saved: SavedState;
  post(intent: I): void;
  save(state: SavedState): void;
  /** Calls `receive` with every message that is meant for this rendering of the page and fits the schema. */
  listen(receive: (message: M) => void): void;
}

/**
 * The page's only way to the extension. Incoming messages are checked against `schema`; those that do not fit, and
 * those meant for an earlier rendering of the page, are dropped.
 */
export function createHostPort<M extends { renderId: string }, I>(schema: Parser<M>): HostPort<M, I> {
  const api = acquireVsCodeApi();
  const renderId = document.body.dataset['renderId'] ?? '';
  return {
    saved: readSavedState(api.getState()),
    post: (intent) => api.postMessage({ renderId, intent }),
    save: (state) => api.setState(state),
    listen: (receive) =>
      window.addEventListener('message', (event) => {
        const read = schema.safeParse(event.data);
        if (read.success && read.data.renderId === renderId) receive(read.data);
      }),
  };
}
