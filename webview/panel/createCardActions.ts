import { codeBlocks } from '../../sidecar/protocol/answerBlocks.ts';
import { editRefusal } from '../../sidecar/protocol/recordedSize.ts';
import { canDecide, openCandidate, type PanelStore } from '../panelStore.ts';
import type { Card, Intent } from '../protocol.ts';
import type { CardActions } from './cardActions.ts';
import type { Decider } from './decider.ts';
import type { UiState } from './uiState.ts';

export interface CardActionPorts {
  readonly store: PanelStore;
  readonly ui: UiState;
  readonly decider: Decider;
  readonly post: (intent: Intent) => void;
  readonly redraw: (request: string) => void;
  readonly say: (text: string) => void;
  /** Gives the focus back to a card after its row or editor closed. */
  readonly focusCard: (request: string) => void;
  /** Takes a prompt out of the box that is now asked again. */
  readonly clearPrompt: (prompt: string) => void;
}

export function createCardActions(ports: CardActionPorts): CardActions {
  const { store, ui, decider, post, redraw } = ports;
  const onCard = (request: string, act: (card: Card) => void) => {
    const card = store.card(request);
    if (card) act(card);
    redraw(request);
  };
  const closeWork = () => {
    const { work } = ui.get();
    if (!work) return;
    ui.set({ work: undefined });
    ports.focusCard(work.request);
    redraw(work.request);
  };
  const chosen = (request: string) => ui.get().openTabs[request];
  return {
    post,
    closeWork,
    openTab: (request, candidate) => {
      ui.set({ openTabs: { ...ui.get().openTabs, [request]: candidate } });
      post({ type: 'open', request, candidate });
      redraw(request);
    },
    fold: (request, folded) => {
      ui.set({ unfolded: { ...ui.get().unfolded, [request]: !folded } });
      redraw(request);
      ports.focusCard(request);
    },
    openWork: (request, mode) =>
      onCard(request, (card) => {
        const open = openCandidate(card, chosen(request));
        const decided = card.decision !== undefined || decider.pending(request) !== undefined;
        if (mode === 'edit' && (decided || !canDecide(open))) return;
        const text = mode === 'edit' ? (open?.text ?? '') : '';
        const before = ui.get().work?.request;
        ui.set({ work: { request, mode, text, all: false, picked: [] } });
        if (before && before !== request) redraw(before);
      }),
    changeWork: (change) => {
      const { work } = ui.get();
      if (!work) return;
      ui.set({ work: { ...work, ...change } });
      redraw(work.request);
    },
    decide: (request, verdict, editedText) => {
      const tooLarge = editRefusal(editedText ?? '');
      // The edit box stays open with its text, and says the same.
      if (tooLarge) return ports.say(tooLarge.what);
      onCard(request, (card) => {
        if (!decider.decide(card, chosen(request), verdict, editedText)) return;
        ui.set({
          work:
            verdict === 'denied' ? { request, mode: 'reasons', text: '', all: false, picked: [] } : undefined,
        });
        ports.focusCard(request);
      });
    },
    addReasons: (request, reasons, note) => {
      onCard(request, (card) => decider.addReasons(card, reasons, note));
      closeWork();
    },
    undo: (request) =>
      onCard(request, (card) => {
        decider.undo(card);
        if (ui.get().work?.request === request) closeWork();
      }),
    ...createCodeActions(ports, onCard, chosen),
    choose: (request, reading) => post({ type: 'choose', request, reading }),
    retry: (card) => {
      post({ type: 'retry', request: card.request });
      ports.clearPrompt(card.prompt);
    },
  };
}

/** Copying and applying code of the open answer, and blocking words of it. */
function createCodeActions(
  { post, say, store }: CardActionPorts,
  onCard: (request: string, act: (card: Card) => void) => void,
  chosen: (request: string) => string | undefined,
): Pick<CardActions, 'copy' | 'apply' | 'block'> {
  return {
    block: (request, phrase, on) =>
      onCard(request, (card) => {
        const candidate = openCandidate(card, chosen(request));
        if (!candidate) return;
        post({ type: 'block', request, candidate: candidate.id, phrase, on });
        say(on ? `Never suggested from now on: ${phrase}` : `Lifted: ${phrase}`);
      }),
    copy: (request, block) =>
      onCard(request, (card) => {
        const candidate = openCandidate(card, chosen(request));
        if (!candidate) return;
        const bound = candidate.sha256 ? { sha256: candidate.sha256 } : {};
        post({ type: 'copy', request, candidate: candidate.id, block, ...bound });
        say('Copied');
      }),
    apply: (request, block, how) =>
      onCard(request, (card) => {
        const candidate = openCandidate(card, chosen(request));
        if (!candidate?.sha256 || !store.frame()?.canWrite) return;
        post({ type: 'apply', request, candidate: candidate.id, sha256: candidate.sha256, block, how });
      }),
  };
}

/** The block that `C` or `I` means: the one with the focus, else the first; -1 (all of it) where there is no code. */
export function meantBlock(text: string, focused: number | undefined): number {
  if (focused !== undefined) return focused;
  return codeBlocks(text).length > 0 ? 0 : -1;
}
