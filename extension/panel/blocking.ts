import type { Intent } from '../../webview/protocol.ts';
import type { PanelCore } from './panelCore.ts';

type BlockIntent = Extract<Intent, { type: 'block' }>;

/** What is never to be suggested again, from the panel. */
export interface Blocking {
  set(intent: BlockIntent): Promise<void>;
}

/** Older cards are marked when they are loaded anew. */
const MARKED = 20;

/** Blocks or lifts, then marks the newest cards by what is blocked now. */
export function createBlocking({ cards, client, showCard }: PanelCore): Blocking {
  return {
    async set({ phrase, on, candidate }) {
      await client.call('blocks.set', { phrase, on, candidate });
      const answered = cards.all().filter((card) => card.candidates.some((each) => each.sha256));
      const records = await Promise.all(
        answered.slice(-MARKED).map(({ request }) => client.call('request.get', { request })),
      );
      for (const record of records) showCard(cards.mark(record));
    },
  };
}
