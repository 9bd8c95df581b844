import { monotonicFactory } from 'ulid';
import type { Gathered } from '../../../extension/editor/chips.ts';
import { createCards, sha256 } from '../../../extension/panel/cards.ts';
import { createPanelCore } from '../../../extension/panel/panelCore.ts';
import type { PanelMessage } from '../../../extension/panel/panelHost.ts';
import { createPanelMemory } from '../../../extension/panel/panelMemory.ts';
import { AppError, type ErrorCode } from '../../../sidecar/protocol/errors.ts';
import { type Client, METHODS, type RequestName } from '../../../sidecar/protocol/methods.ts';
import type { Candidate, Sent } from '../../../sidecar/protocol/requestSchemas.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../sidecar/protocol/settingsSchemas.ts';
import type { Card } from '../../../webview/protocol.ts';

export const SENT: Sent = { limit: 8, total: 1, parts: [], system: '', rules: [], examples: [] };

export const completeAnswer = (request: string, candidate: string, text: string): Candidate => ({
  candidate,
  request,
  text,
  sha256: sha256(text),
  model: 'm',
  stopped: 'complete',
});

export interface PanelCall {
  readonly method: RequestName;
  /** As the sidecar would read them. */
  readonly params: Record<string, unknown>;
  readonly aborted: () => boolean;
  answer(result: unknown): void;
  fail(code: ErrorCode): void;
}

/** Lets everything go on that waits for nothing but promises. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The panel's core with real cards and memory, on a client whose answers the test gives call by call. */
export function panelBench() {
  const newId = monotonicFactory();
  const calls: PanelCall[] = [];
  const posted: PanelMessage[] = [];
  const busy: boolean[] = [];
  const gathered: { chips: readonly string[]; result: Gathered } = {
    chips: [],
    result: { context: [], titles: [], target: undefined },
  };
  const stored = new Map<string, unknown>();
  /** Nothing is asked back, unless a test is about that. */
  const settings: { now: Settings } = { now: { ...DEFAULT_SETTINGS, readings: 'never' } };
  const cards = createCards(() => 1_000);
  const client = scriptedClient(calls);
  const core = createPanelCore({
    client: { ...client, state: { kind: 'ready' } },
    cards,
    chips: {
      list: () => [],
      add: async () => undefined,
      remove: () => undefined,
      selectionChanged: () => undefined,
      find: async () => [],
      async gather(ids) {
        gathered.chips = ids;
        return gathered.result;
      },
    },
    memory: createPanelMemory(
      { get: (key) => stored.get(key), update: async (key, value) => void stored.set(key, value) },
      newId,
    ),
    settings: () => settings.now,
    trusted: () => true,
    machine: () => '',
    examples: () => [],
    // The page gets copies; without one a later change would rewrite what was posted before.
    post: (message) => void posted.push(structuredClone(message)),
    onBusy: (now) => void busy.push(now),
  });
  const candidateOf = (request: string, text: string, candidate = newId()): Candidate =>
    completeAnswer(request, candidate, text);
  return {
    core,
    cards,
    client,
    calls,
    posted,
    busy,
    gathered,
    settings,
    stored,
    newId: () => newId(),
    candidateOf,
    /** What `request.ask` answers with these texts. */
    answerTo: (request: string, ...texts: string[]) => ({
      request,
      category: 'testing',
      candidates: texts.map((text) => candidateOf(request, text)),
      sent: SENT,
    }),
    /** The first text of a candidate has come. */
    begins(request: string, text: string): string {
      const candidate = newId();
      const about = { request, candidate, model: 'm', category: 'testing', sent: SENT } as const;
      cards.status({ ...about, state: 'generating' });
      cards.delta({ request, candidate, seq: 0, text });
      return candidate;
    },
    callsOf: (method: RequestName) => calls.filter((call) => call.method === method),
    /** The card that the page was shown last. */
    shown: (): Card | undefined => posted.findLast((message) => message.type === 'card')?.card,
  };
}

function scriptedClient(calls: PanelCall[]): Client {
  return {
    call: (method, params, signal) =>
      new Promise((resolve, reject) => {
        const fail = (code: ErrorCode): void => reject(new AppError(code, `It failed with ${code}.`));
        signal?.addEventListener('abort', () => fail('rpc.cancelled'), { once: true });
        calls.push({
          method,
          params: METHODS[method].params.parse(params) as never,
          aborted: () => signal?.aborted === true,
          answer: (result) => resolve(METHODS[method].result.parse(result) as never),
          fail,
        });
      }),
    on: () => () => undefined,
  };
}
