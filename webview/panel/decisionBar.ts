import { type ButtonControl, createButton } from '../components/button.ts';
import { decisionWords, verdictIcon } from '../displayWords.ts';
import { element, icon } from '../element.ts';
import { canDecide, isRunning, shownError } from '../panelStore.ts';
import type { CandidateView, Card } from '../protocol.ts';
import type { CardActions, CardUi } from './cardActions.ts';

export interface DecisionBar {
  readonly element: HTMLElement;
  update(card: Card, open: CandidateView | undefined, ui: CardUi): void;
}

/** The row under an answer. It has its height and place from the first moment; only what can be pressed changes. */
export function createDecisionBar(request: string, actions: CardActions): DecisionBar {
  const approve = createButton({
    text: 'Approve',
    icon: 'check',
    kind: 'primary',
    title: 'Approve (A)',
    onPress: () => actions.decide(request, 'approved'),
  });
  const deny = createButton({
    text: 'Deny',
    icon: 'close',
    title: 'Deny (D), then a digit for the reason',
    onPress: () => actions.decide(request, 'denied'),
  });
  const edit = createButton({
    text: 'Edit',
    icon: 'edit',
    title: 'Correct the answer, then approve it (E)',
    onPress: () => actions.openWork(request, 'edit'),
  });
  const stop = createButton({
    text: 'Stop',
    icon: 'debug-stop',
    title: 'Stop and keep the text so far',
    onPress: () => actions.post({ type: 'stop', request }),
  });
  const another = createButton({
    icon: 'sync',
    kind: 'icon',
    title: 'Another answer',
    onPress: () => actions.post({ type: 'another', request }),
  });
  const retry = createButton({
    text: 'Retry',
    icon: 'refresh',
    title: 'Ask the same again',
    onPress: () => actions.post({ type: 'retry', request }),
  });
  const choices = element('div', { class: 'buttons', role: 'group', label: 'Decision' }, approve, deny, edit);
  const noted = createNotedLine(request, actions);
  const root = element('div', { class: 'decisionBar' }, choices, noted.element, stop, retry, another);
  return {
    element: root,
    update: (card, open, ui) => {
      const decided = card.decision !== undefined || ui.pending !== undefined;
      const running = isRunning(card);
      const usable = canDecide(open);
      enable([approve, deny, edit], usable);
      const empty = !running && !usable && !decided;
      choices.hidden = decided || empty;
      stop.hidden = !running;
      retry.hidden = !empty || shownError(card) !== undefined;
      another.hidden = running || decided || empty || card.candidates.length >= 4;
      noted.update(card, ui);
    },
  };
}

function enable(buttons: readonly ButtonControl[], usable: boolean): void {
  for (const button of buttons) button.disabled = !usable;
}

/** After a decision: what was noted, and the ways back and on. */
function createNotedLine(
  request: string,
  actions: CardActions,
): { readonly element: HTMLElement; update(card: Card, ui: CardUi): void } {
  const root = element('div', { class: 'noted' });
  let key = '';
  return {
    element: root,
    update: (card, ui) => {
      const { decision } = card;
      const verdict = decision?.verdict ?? ui.pending?.verdict;
      const wanted = JSON.stringify([decision, verdict, ui.work?.mode]);
      root.hidden = verdict === undefined;
      if (wanted === key) return;
      key = wanted;
      const hadFocus = root.contains(document.activeElement);
      root.replaceChildren();
      if (!verdict) return;
      const saved = decision?.state === 'saved';
      root.dataset['verdict'] = verdict;
      const words = notedWords(card, ui);
      words.prepend(icon(saved ? verdictIcon(verdict) : 'sync'));
      root.append(words);
      root.append(link('Undo', 'Undo (Z)', () => actions.undo(request)));
      const rule = decision?.rule;
      if (rule)
        root.append(
          link('See rule', 'What was learned from it', () => actions.post({ type: 'seeRule', rule })),
        );
      if (ui.work?.mode !== 'reasons') {
        root.append(link('Add reason', 'Say why', () => actions.openWork(request, 'reasons')));
      }
      if (hadFocus) root.closest<HTMLElement>('.card')?.focus();
    },
  };
}

function notedWords(card: Card, ui: CardUi): HTMLElement {
  const { decision } = card;
  if (!decision || decision.state === 'saving') {
    const verdict = decision?.verdict ?? ui.pending?.verdict ?? 'approved';
    return element('span', {
      class: 'notedText',
      text: `${decisionWords(verdict, decision?.reasons ?? ui.pending?.reasons ?? [])}. Saving`,
    });
  }
  const words = decision.line || `${decisionWords(decision.verdict, decision.reasons)}.`;
  const text = element('span', { class: 'notedText', text: words });
  if (decision.state === 'queued') text.append(' Kept here until it can be saved.');
  if (decision.note) text.title = decision.note;
  return text;
}

function link(text: string, title: string, onPress: () => void): HTMLElement {
  const made = element('button', { class: 'link', text, title, attributes: { type: 'button' } });
  made.addEventListener('click', onPress);
  return made;
}
