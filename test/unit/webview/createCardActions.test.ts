import { expect, test } from 'vitest';
import { createCardActions } from '../../../webview/panel/createCardActions.ts';
import { createUiState } from '../../../webview/panel/uiState.ts';
import { createPanelStore } from '../../../webview/panelStore.ts';

test('a corrected text that is too large stays in the edit box, and nothing is sent', () => {
  const text = '中'.repeat(350_000);
  const work = { request: '0'.repeat(26), mode: 'edit', text, all: false, picked: [] } as const;
  const saved = { draft: '', openTabs: {}, unfolded: {}, work: { ...work, picked: [] } };
  const ui = createUiState(saved, () => undefined);
  const decided: unknown[] = [];
  const said: string[] = [];
  const actions = createCardActions({
    store: { ...createPanelStore(), card: () => ({}) as never },
    ui,
    decider: {
      pending: () => undefined,
      decide: (...args) => decided.push(args) > 0,
      addReasons: () => undefined,
      undo: () => undefined,
      seen: () => undefined,
      shown: () => undefined,
    },
    post: () => undefined,
    redraw: () => undefined,
    say: (words) => void said.push(words),
    focusCard: () => undefined,
    clearPrompt: () => undefined,
  });
  actions.decide(work.request, 'edited', text);
  expect(decided).toEqual([]);
  expect(ui.get().work?.text).toBe(text);
  expect(said).toEqual(['This corrected answer is too long to be recorded.']);
  actions.decide(work.request, 'edited', 'shorter');
  expect(decided).toHaveLength(1);
  expect(ui.get().work).toBeUndefined();
});
