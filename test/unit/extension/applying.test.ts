import { expect, test } from 'vitest';
import { createApplying } from '../../../extension/panel/applying.ts';
import { createCards, sha256 } from '../../../extension/panel/cards.ts';

const request = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const candidate = '01ARZ3NDEKTSV4RRFFQ69G5FAW';
const text = 'Here:\n```ts\nlet a = 1;\n```\n';
const other = sha256('another text');

/** An answered card, and what applying does with it. */
function bench() {
  const cards = createCards(() => 0);
  cards.restore([
    {
      request,
      thread: request,
      at: '2026-01-01T00:00:00.000Z',
      prompt: 'p',
      category: 'other',
      model: 'm',
      context: [],
      candidates: [{ candidate, request, text, sha256: sha256(text), model: 'm', stopped: 'complete' }],
    },
  ]);
  const copied: string[] = [];
  const written: string[] = [];
  const seen = { copied, written, shown: 0 };
  const applying = createApplying({
    core: {
      cards,
      client: { call: () => Promise.reject(new Error('not called')), on: () => () => undefined },
      showCard: () => {
        seen.shown += 1;
      },
    },
    applyEdit: {
      apply: async ({ code }) => {
        written.push(code);
        return undefined;
      },
      showDiff: async () => undefined,
    },
    copyText: async (code) => {
      copied.push(code);
    },
    targetOf: () => undefined,
    onApplied: () => undefined,
  });
  return { applying, seen };
}

test('code leaves the panel only where the page shows the text that the host holds', async () => {
  const { applying, seen } = bench();
  await applying.copy({ type: 'copy', request, candidate, block: 0, sha256: other });
  await applying.apply({ type: 'apply', request, candidate, block: 0, sha256: other, how: 'insert' });
  expect(seen).toEqual({ copied: [], written: [], shown: 2 });
  await applying.copy({ type: 'copy', request, candidate, block: 0, sha256: sha256(text) });
  await applying.copy({ type: 'copy', request, candidate, block: -1 });
  await applying.apply({ type: 'apply', request, candidate, block: 0, sha256: sha256(text), how: 'insert' });
  expect(seen.copied).toEqual(['let a = 1;', text]);
  expect(seen.written).toEqual(['let a = 1;']);
});
