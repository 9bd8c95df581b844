import type { SavedState } from '../savedState.ts';

export interface UiState {
  get(): SavedState;
  /** Changes some of it and keeps the whole at once, so that a reload at any moment finds it. */
  set(change: Partial<{ [K in keyof SavedState]: SavedState[K] | undefined }>): void;
}

/** The page's own state: typed text, open tabs, folded cards, scroll. */
export function createUiState(saved: SavedState, save: (state: SavedState) => void): UiState {
  let state = saved;
  return {
    get: () => state,
    set: (change) => {
      const { sent, work, scroll, ...rest } = { ...state, ...change };
      state = {
        draft: rest.draft ?? '',
        openTabs: rest.openTabs ?? {},
        unfolded: rest.unfolded ?? {},
        ...(sent !== undefined && { sent }),
        ...(work !== undefined && { work }),
        ...(scroll !== undefined && { scroll }),
      };
      save(state);
    },
  };
}
