import { reasonWords, type Verdict } from '../../sidecar/protocol/words.ts';
import { createButton } from '../components/button.ts';
import { createTextArea } from '../components/textArea.ts';
import { element } from '../element.ts';
import type { Work } from './cardActions.ts';
import { allReasons, offeredReasons } from './offeredReasons.ts';

export interface ReasonRowActions {
  /** Adds the reasons and note and closes the row. */
  add(reasons: readonly string[], note: string): void;
  change(change: Partial<Pick<Work, 'text' | 'all' | 'picked'>>): void;
  close(): void;
}
export interface ReasonRow {
  readonly element: HTMLElement;
  update(work: Work | undefined, verdict: Verdict, frequent: readonly string[]): void;
}

/** One row of reasons with their digits; `0` opens all of them with a note. */
export function createReasonRow(actions: ReasonRowActions): ReasonRow {
  const root = element('div', { class: 'reasons', role: 'group', label: 'Reasons' });
  let key = '';
  return {
    element: root,
    update: (work, verdict, frequent) => {
      const wanted = work ? JSON.stringify([work.all, work.all ? work.picked : [], verdict, frequent]) : '';
      root.hidden = !work;
      if (wanted === key) return;
      const hadFocus = root.contains(document.activeElement);
      const focusedReason =
        document.activeElement instanceof HTMLElement ? document.activeElement.dataset['reason'] : '';
      const opened = work?.all === true && !root.classList.contains('all');
      key = wanted;
      root.classList.toggle('all', work?.all === true);
      root.replaceChildren();
      if (!work) return;
      if (work.all) fillAll(root, work, allReasons(verdict, frequent), actions, opened);
      else fillShort(root, offeredReasons(verdict, frequent), actions);
      if (hadFocus && focusedReason)
        root.querySelector<HTMLElement>(`[data-reason="${CSS.escape(focusedReason)}"]`)?.focus();
    },
  };
}

function fillShort(root: HTMLElement, reasons: readonly string[], actions: ReasonRowActions): void {
  root.append(element('span', { class: 'reasonsHead', text: 'Why?' }));
  reasons.forEach((reason, index) => {
    root.append(reasonButton(String(index + 1), reasonWords(reason), () => actions.add([reason], '')));
  });
  root.append(
    reasonButton('0', 'more, or a note', () => actions.change({ all: true })),
    createButton({
      icon: 'close',
      kind: 'icon',
      title: 'Without a reason (Enter)',
      class: 'reasonsClose',
      onPress: actions.close,
    }),
  );
}

function reasonButton(digit: string, words: string, onPress: () => void): HTMLElement {
  const button = element(
    'button',
    { class: 'reason', title: `${words} (${digit})`, attributes: { type: 'button' } },
    element('kbd', { text: digit }),
    element('span', { text: words }),
  );
  button.addEventListener('click', onPress);
  return button;
}

function fillAll(
  root: HTMLElement,
  work: Work,
  reasons: readonly string[],
  actions: ReasonRowActions,
  opened: boolean,
): void {
  const picked = new Set(work.picked);
  const list = element('div', { class: 'reasonList' });
  for (const reason of reasons) {
    const on = picked.has(reason);
    const button = element('button', {
      class: 'reason',
      text: reasonWords(reason),
      attributes: { type: 'button', 'aria-pressed': String(on), 'data-reason': reason },
    });
    button.addEventListener('click', () => {
      const others = work.picked.filter((one) => one !== reason);
      actions.change({ picked: on ? others : [...others, reason] });
    });
    list.append(button);
  }
  const note = createTextArea({
    label: 'Note',
    placeholder: 'A note in your own words',
    value: work.text,
    rows: 2,
    class: 'note',
    onInput: (text) => actions.change({ text }),
  });
  const add = createButton({
    text: 'Add reason',
    kind: 'primary',
    title: 'Add reason (Ctrl+Enter)',
    onPress: () => actions.add(work.picked, note.value()),
  });
  note.element.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) actions.add(work.picked, note.value());
  });
  const without = createButton({
    text: 'Without a reason',
    title: 'Without a reason (Esc)',
    onPress: actions.close,
  });
  root.append(list, note.element, element('div', { class: 'buttons' }, add, without));
  if (opened) requestAnimationFrame(() => note.focus());
}
