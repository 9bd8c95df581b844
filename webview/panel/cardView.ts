import { element } from '../element.ts';
import { openCandidate, shownError } from '../panelStore.ts';
import type { Card, ErrorView } from '../protocol.ts';
import type { AnswerTools } from './answerText.ts';
import { type AnswerView, createAnswerView } from './answerView.ts';
import { createCandidateTabs } from './candidateTabs.ts';
import type { CardActions, CardUi, Work } from './cardActions.ts';
import { createCardHead, createFoldedLine } from './cardHead.ts';
import { createDecisionBar } from './decisionBar.ts';
import { createEditView } from './editView.ts';
import { createErrorView } from './errorView.ts';
import { createReadingRow } from './readingRow.ts';
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
  const readings = createReadingRow((reading) => actions.choose(request, reading));
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
    element: element(
      'div',
      { class: 'cardBody' },
      ...[head.element, readings.element, tabs.element, answers.element, foot],
    ),
    update: (card, ui) => {
      const open = openCandidate(card, ui.chosen);
      const editing = ui.work?.mode === 'edit';
      head.update(card);
      readings.update(card);
      tabs.update(card, open?.id);
      answers.update(card, ui);
      bar.update(card, open, ui);
      const verdict = card.decision?.verdict ?? ui.pending?.verdict ?? 'denied';
      reasons.update(ui.work?.mode === 'reasons' ? ui.work : undefined, verdict, ui.reasons);
      sent.update(card.sent);
      foot.hidden = editing || card.readings?.state === 'open';
    },
  };
}

/** The open answer, or its editor, or the error of the whole request. Each answer keeps its own view. */
function createAnswers(request: string, tools: AnswerTools, actions: CardActions): Body {
  const views = new Map<string, AnswerView>();
  const answer = element('div', { class: 'answerPlace' });
  const error = element('div', { class: 'errorPlace' });
  const editorPlace = element('div', { class: 'editorPlace' });
  let errorKey = '';
  const updateEditor = (work: Work | undefined) => {
    const editing = work?.mode === 'edit';
    editorPlace.hidden = !editing;
    answer.hidden = editing;
    error.hidden = editing;
    if (!editing) editorPlace.replaceChildren();
    else if (!editorPlace.hasChildNodes()) editorPlace.append(editor(request, work, actions));
  };
  const updateError = (card: Card) => {
    const shown = shownError(card);
    const wanted = JSON.stringify(shown ?? null);
    if (wanted === errorKey) return;
    errorKey = wanted;
    error.replaceChildren(...(shown ? [requestError(card, shown, actions)] : []));
  };
  return {
    element: element('div', { class: 'answers' }, answer, error, editorPlace),
    update: (card, ui) => {
      updateEditor(ui.work);
      updateError(card);
      const open = openCandidate(card, ui.chosen);
      if (!open) return;
      const view = views.get(open.id) ?? createAnswerView(request, tools, actions);
      views.set(open.id, view);
      if (view.element.parentElement !== answer) answer.replaceChildren(view.element);
      view.update(open, ui.canWrite);
    },
  };
}

function requestError(card: Card, error: ErrorView, actions: CardActions): HTMLElement {
  return createErrorView(error, (action) =>
    action === 'retry'
      ? actions.retry(card)
      : actions.post({ type: 'action', action, request: card.request }),
  );
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
