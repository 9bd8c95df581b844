import { describe, expect, test } from 'vitest';
import { createDecider } from '../../../webview/panel/decider.ts';
import type { Intent } from '../../../webview/protocol.ts';
import { decidedCard, TEST_SHA, testCandidate, testCard, testId } from '../../helpers/panelHarnessStates.ts';

function start() {
  const posted: Intent[] = [];
  let now = 1_000;
  const decider = createDecider(
    (intent) => posted.push(intent),
    () => now,
  );
  return {
    posted,
    decider,
    wait: (ms: number) => {
      now += ms;
    },
  };
}
const card = testCard(50);
const candidate = card.candidates[0]?.id ?? '';

describe('decider', () => {
  test('sends a verdict once, with the hash of what was shown and for how long', () => {
    const { posted, decider, wait } = start();
    decider.shown(candidate, 1_000);
    decider.shown(testCard(51).candidates[0]?.id ?? '', 1_000);
    wait(250);
    expect(decider.decide(card, undefined, 'approved')).toBe(true);
    expect(decider.decide(card, undefined, 'denied')).toBe(false);
    expect(posted).toEqual([
      {
        type: 'decide',
        request: card.request,
        candidate,
        sha256: TEST_SHA,
        verdict: 'approved',
        reasons: [],
        dwellMs: 250,
        seen: [candidate],
      },
    ]);
  });
  test('keeps reasons and undo until the decision has a name, then sends them in order', () => {
    const { posted, decider } = start();
    decider.decide(card, undefined, 'denied');
    decider.addReasons(card, ['too_long'], '  a note ');
    decider.undo(card);
    expect(posted).toHaveLength(1);
    decider.seen(card);
    expect(posted).toHaveLength(1);
    const decided = decidedCard(50);
    decider.seen(decided);
    const decision = decided.decision?.id;
    expect(posted.slice(1)).toEqual([
      { type: 'addReasons', decision, reasons: ['too_long'], note: 'a note' },
      { type: 'undo', decision },
    ]);
    expect(decider.pending(card.request)).toBeUndefined();
  });
  test('a card that comes back with an error frees the buttons again', () => {
    const { decider } = start();
    decider.decide(card, undefined, 'approved');
    decider.seen({ ...card, error: { code: 'decision.hashMismatch', what: 'It changed.', buttons: [] } });
    expect(decider.pending(card.request)).toBeUndefined();
  });
  test('nothing is sent for an answer that is not complete, nor without reason and note', () => {
    const { posted, decider } = start();
    const open = testCard(51, { candidates: [testCandidate(500, { state: 'streaming' })] });
    expect(decider.decide(open, undefined, 'approved')).toBe(false);
    decider.addReasons(decidedCard(52), [], '  ');
    expect(posted).toEqual([]);
    expect(decider.pending(testId(51))).toBeUndefined();
  });
});
