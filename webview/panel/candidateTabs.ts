import { element } from '../element.ts';
import type { Card } from '../protocol.ts';

export interface CandidateTabs {
  readonly element: HTMLElement;
  update(card: Card, open: string | undefined): void;
}

/** Tabs in the order of generation; hidden while there is one answer only. */
export function createCandidateTabs(onOpen: (candidate: string) => void): CandidateTabs {
  const root = element('div', { class: 'tabs', role: 'tablist', label: 'Answers' });
  let key = '';
  root.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const tabs = [...root.querySelectorAll<HTMLElement>('[role="tab"]')];
    const at = tabs.findIndex((tab) => tab.getAttribute('aria-selected') === 'true');
    const next = tabs[(at + step + tabs.length) % tabs.length];
    const id = next?.dataset['candidate'];
    if (!id) return;
    event.preventDefault();
    onOpen(id);
    root.querySelector<HTMLElement>(`[data-candidate="${id}"]`)?.focus();
  });
  return {
    element: root,
    update: (card, open) => {
      root.hidden = card.candidates.length < 2;
      const wanted = JSON.stringify([
        open,
        card.suggested,
        card.candidates.map((one) => [one.id, one.label, one.state]),
      ]);
      if (wanted === key) return;
      key = wanted;
      root.replaceChildren(...card.candidates.map((_, index) => tab(card, index, open, onOpen)));
    },
  };
}

function tab(card: Card, index: number, open: string | undefined, onOpen: (candidate: string) => void): Node {
  const candidate = card.candidates[index];
  if (!candidate) return document.createTextNode('');
  const selected = candidate.id === open;
  const made = element(
    'button',
    {
      class: 'tab',
      role: 'tab',
      title: `Answer ${index + 1}, ${candidate.label ?? candidate.model} (${index + 1})`,
      attributes: {
        type: 'button',
        'aria-selected': String(selected),
        tabindex: selected ? '0' : '-1',
        'data-candidate': candidate.id,
      },
    },
    element('span', { text: String(index + 1) }),
  );
  if (candidate.label) made.append(element('span', { class: 'tabLabel', text: candidate.label }));
  if (candidate.id === card.suggested)
    made.append(element('span', { class: 'suggested', text: 'suggested' }));
  made.addEventListener('click', () => onOpen(candidate.id));
  return made;
}
