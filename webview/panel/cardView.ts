import { element } from '../element.ts';
import { openCandidate } from '../panelStore.ts';
import type { Card } from '../protocol.ts';
import type { AnswerTools } from './answerText.ts';
import { type AnswerView, createAnswerView } from './answerView.ts';
import { createCandidateTabs } from './candidateTabs.ts';
import type { CardActions, CardUi, Work } from './cardActions.ts';
import { createCardHead, createFoldedLine } from './cardHead.ts';
import { createDecisionBar } from './decisionBar.ts';
import { createEditView } from './editView.ts';
import { createErrorView } from './errorView.ts';
import { createReasonRow } from './reasonRow.ts';
import { createSentLine } from './sentLine.ts';

export interface CardView {
  readonly element: HTMLElement;
  update(card: Card, ui: CardUi): void;
}
interface Body {
  readonly element: HTMLElement;
  update(card: Card, ui: CardUi): void;
}

/** One request. Folded it is a single line, and its body is only made when it is opened for the first time. */
export function createCardView(request: string, tools: AnswerTools, actions: CardActions): CardView {
  const folded = createFoldedLine(() => actions.fold(request, false));
  const root = element(
    'article',
    { class: 'card', attributes: { tabindex: '-1', 'data-request': request } },
    folded.element,
  );
  let body: Body | undefined;
  return {
    element: root,
    update: (card, ui) => {
      root.classList.toggle('isFolded', ui.folded);
      root.classList.toggle('isNewest', ui.newest);
      root.setAttribute('aria-label', card.prompt.slice(0, 200));
      if (ui.folded) folded.update(card);
      if (!ui.folded && !body) {
        body = createBody(request, tools, actions);
        root.append(body.element);
      }
      folded.element.hidden = !ui.folded;
      if (!body) return;
      body.element.hidden = ui.folded;
      if (!ui.folded) body.update(card, ui);
    },
  };
}

function createBody(request: string, tools: AnswerTools, actions: CardActions): Body {
  const head = createCardHead(request, actions);
  const tabs = createCandidateTabs((candidate) => actions.openTab(request, candidate));
  const answers = createAnswers(request, tools, actions);
  const bar = createDecisionBar(request, actions);
  const reasons = createReasonRow({
    add: (picked, note) => actions.addReasons(request, picked, note),
    change: actions.changeWork,
    close: actions.closeWork,
  });
  const sent = createSentLine();
  const foot = element(
    'footer',
    { class: 'cardFoot' },
    reasons.element,
    element('div', { class: 'footRow' }, bar.element, sent.element),
  );
  return {
    element: element('div', { class: 'cardBody' }, head.element, tabs.element, answers.element, foot),
    update: (card, ui) => {
      const open = openCandidate(card, ui.chosen);
      const editing = ui.work?.mode === 'edit';
      head.update(card);
      tabs.update(card, open?.id);
      answers.update(card, ui);
      bar.update(card, open, ui);
      const verdict = card.decision?.verdict ?? ui.pending?.verdict ?? 'denied';
      reasons.update(ui.work?.mode === 'reasons' ? ui.work : undefined, verdict, ui.reasons);
      sent.update(card.sent);
      foot.hidden = editing;
    },
  };
}

/** The open answer, or its editor, or the error of the whole request. Each answer keeps its own view. */
function createAnswers(request: string, tools: AnswerTools, actions: CardActions): Body {
  const views = new Map<string, AnswerView>();
  const root = element('div', { class: 'answers' });
  let editing: Work['request'] | undefined;
  let errorKey = '';
  return {
    element: root,
    update: (card, ui) => {
      const open = openCandidate(card, ui.chosen);
      if (ui.work?.mode === 'edit') {
        if (!editing) root.replaceChildren(editor(request, ui.work, actions));
        editing = request;
        errorKey = '';
        return;
      }
      if (editing) root.replaceChildren();
      editing = undefined;
      const wantedError = JSON.stringify(card.error ?? null);
      if (wantedError !== errorKey) {
        errorKey = wantedError;
        root.querySelector('.error.ofRequest')?.remove();
        if (card.error) root.append(requestError(card, actions));
      }
      if (!open) return;
      let view = views.get(open.id);
      if (!view) {
        view = createAnswerView(request, tools, actions);
        views.set(open.id, view);
      }
      if (!view.element.isConnected || view.element.parentElement !== root) {
        for (const old of root.querySelectorAll(':scope > .answer')) old.remove();
        root.prepend(view.element);
      }
      view.update(open, ui.canWrite);
    },
  };
}

function requestError(card: Card, actions: CardActions): HTMLElement {
  if (!card.error) return element('div');
  const view = createErrorView(card.error, (action) =>
    action === 'retry'
      ? actions.retry(card)
      : actions.post({ type: 'action', action, request: card.request }),
  );
  view.classList.add('ofRequest');
  return view;
}

function editor(request: string, work: Work, actions: CardActions): HTMLElement {
  const view = createEditView({
    text: work.text,
    onInput: (text) => actions.changeWork({ text }),
    onSave: (text) => actions.decide(request, 'edited', text),
    onCancel: actions.closeWork,
  });
  requestAnimationFrame(() => view.focus());
  return view.element;
}
