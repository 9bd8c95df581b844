import { readingWords } from '../displayWords.ts';
import { element } from '../element.ts';
import type { Card, ReadingsView } from '../protocol.ts';

export interface ReadingRow {
  readonly element: HTMLElement;
  update(card: Card): void;
}

/** What a short request may mean: one key each while it is asked, one line with a way back afterwards. */
export function createReadingRow(onChoose: (reading: string | null) => void): ReadingRow {
  const root = element('div', { class: 'readings', role: 'group', label: 'What do you mean?' });
  let key = '';
  let changing = false;
  const draw = (view: ReadingsView) => {
    const hadFocus = root.contains(document.activeElement);
    root.replaceChildren(...partsOf(view));
    if (hadFocus) (root.querySelector<HTMLElement>('button') ?? root.closest<HTMLElement>('.card'))?.focus();
  };
  const partsOf = (view: ReadingsView): readonly HTMLElement[] => {
    if (view.state === 'looking') return [line('Finding out what this can mean.'), skipButton(onChoose)];
    if (view.state === 'open' || changing) return openParts(view, onChoose);
    const change = link('Change', 'Say what you mean', () => {
      changing = true;
      draw(view);
    });
    return [line(takenWords(view)), change];
  };
  return {
    element: root,
    update: ({ readings, decision }) => {
      root.hidden = readings === undefined || (decision !== undefined && readings.state === 'skipped');
      const wanted = JSON.stringify(readings ?? null);
      if (wanted === key) return;
      key = wanted;
      changing = false;
      if (readings) draw(readings);
      else root.replaceChildren();
      root.dataset['state'] = readings?.state ?? '';
    },
  };
}

function openParts(
  { rows, selected }: ReadingsView,
  onChoose: (reading: string | null) => void,
): readonly HTMLElement[] {
  const buttons = rows.map(({ id, question }, at) =>
    readingButton(String(at + 1), question, `Take it as this (${at + 1})`, id === selected, () =>
      onChoose(id),
    ),
  );
  return [line('What do you mean?'), ...buttons, skipButton(onChoose)];
}

function skipButton(onChoose: (reading: string | null) => void): HTMLElement {
  const title = 'Answer as it stands (0, or Enter in the empty box)';
  return readingButton('0', 'Answer as it stands', title, false, () => onChoose(null));
}

function readingButton(
  digit: string,
  words: string,
  title: string,
  chosen: boolean,
  onPress: () => void,
): HTMLElement {
  const button = element(
    'button',
    {
      class: 'reading',
      title,
      attributes: { type: 'button', ...(chosen && { 'aria-pressed': 'true' }) },
    },
    element('kbd', { text: digit }),
    element('span', { text: words }),
  );
  button.addEventListener('click', onPress);
  return button;
}

function takenWords({ state, rows, selected }: ReadingsView): string {
  const taken = rows.find(({ id }) => id === selected);
  if (!taken) return 'Answered as it stands.';
  const sure = state === 'taken' ? ` (${Math.round(taken.confidence * 100)} %)` : '';
  return `Taken as: ${readingWords(taken.question)}${sure}.`;
}

const line = (text: string): HTMLElement => element('span', { class: 'readingLine', text });

function link(text: string, title: string, onPress: () => void): HTMLElement {
  const made = element('button', { class: 'link', text, title, attributes: { type: 'button' } });
  made.addEventListener('click', onPress);
  return made;
}
