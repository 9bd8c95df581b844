import type { HostPort } from '../hostPort.ts';
import { createHighlighter } from '../markdown/highlightCode.ts';
import { createMarkdownRenderer } from '../markdown/renderMarkdown.ts';
import { createSanitizer } from '../markdown/sanitize.ts';
import { createPanelStore, isRunning, type PanelStore } from '../panelStore.ts';
import type { HostMessage, Intent } from '../protocol.ts';
import type { AnswerTools } from './answerText.ts';
import { createDecider, type Decider } from './decider.ts';
import { createLiveRegion, type LiveRegion } from './liveRegion.ts';
import { createUiState, type UiState } from './uiState.ts';

/** What every part of the panel works with. */
export interface PanelContext {
  readonly post: (intent: Intent) => void;
  readonly store: PanelStore;
  readonly ui: UiState;
  readonly decider: Decider;
  readonly live: LiveRegion;
  readonly tools: AnswerTools;
}

export function createPanelContext(port: HostPort<HostMessage, Intent>): PanelContext {
  const sanitize = createSanitizer();
  return {
    post: port.post,
    store: createPanelStore(),
    ui: createUiState(port.saved, port.save),
    decider: createDecider(port.post, () => performance.now()),
    live: createLiveRegion(),
    tools: { renderMarkdown: createMarkdownRenderer(sanitize), highlight: createHighlighter(sanitize) },
  };
}

/** Only the newest card is open, unless the user said otherwise, works on it, or its answer is still being made. */
export function isFolded({ store, ui }: PanelContext, request: string): boolean {
  const { unfolded, work } = ui.get();
  const said = unfolded[request];
  if (said !== undefined) return !said;
  const card = store.card(request);
  const busy = work?.request === request || (card !== undefined && isRunning(card));
  return store.order().at(-1) !== request && !busy;
}
