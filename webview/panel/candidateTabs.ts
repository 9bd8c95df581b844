import { element } from '../element.ts';
import type { CandidateView, Card } from '../protocol.ts';

export interface CandidateTabs {
  readonly element: HTMLElement;
  update(card: Card, open: string | undefined): void;
}

/** Tabs in the order of generation, and why the open answer differs; hidden while there is one answer only. */
export function createCandidateTabs(onOpen: (candidate: string) => void): CandidateTabs {
  const list = element('div', { class: 'tabs', role: 'tablist', label: 'Answers' });
  const why = element('p', { class: 'why' });
  const root = element('div', { class: 'tabRow' }, list, why);
  let key = '';
  list.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const tabs = [...list.querySelectorAll<HTMLElement>('[role="tab"]')];
    const at = tabs.findIndex((tab) => tab.getAttribute('aria-selected') === 'true');
    const next = tabs[(at + step + tabs.length) % tabs.length];
    const id = next?.dataset['candidate'];
    if (!id) return;
    event.preventDefault();
    onOpen(id);
    list.querySelector<HTMLElement>(`[data-candidate="${id}"]`)?.focus();
  });
  return {
    element: root,
    update: (card, open) => {
      root.hidden = card.candidates.length < 2;
      const wanted = JSON.stringify([
        ...[open, card.suggested, card.chosenBy],
        card.candidates.map((one) => [one.id, one.label, one.state, one.why]),
      ]);
      if (wanted === key) return;
      key = wanted;
      list.replaceChildren(...card.candidates.map((_, index) => tab(card, index, open, onOpen)));
      const shown = card.candidates.find(({ id }) => id === open);
      why.hidden = (shown?.why ?? []).length === 0;
      why.replaceChildren(...(shown ? whyParts(shown) : []));
    },
  };
}

function tab(card: Card, index: number, open: string | undefined, onOpen: (candidate: string) => void): Node {
  const candidate = card.candidates[index];
  if (!candidate) return document.createTextNode('');
  const selected = candidate.id === open;
  const mark = markOf(card, candidate.id);
  const title = `Answer ${index + 1}, ${candidate.label ?? candidate.model} (${index + 1})`;
  const made = element(
    'button',
    {
      class: 'tab',
      role: 'tab',
      title: mark ? `${title}. ${mark.title}` : title,
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
  if (mark) made.append(element('span', { class: 'suggested', text: mark.text }));
  made.addEventListener('click', () => onOpen(candidate.id));
  return made;
}

/** What is said of the answer that opened; nothing where it is only the first. */
function markOf({ suggested, chosenBy }: Card, id: string): { text: string; title: string } | undefined {
  if (id !== suggested) return undefined;
  if (chosenBy === 'taste') return { text: 'suggested', title: 'Most like what you approved so far' };
  if (chosenBy === 'chance')
    return { text: 'by chance', title: 'One time in ten chance opens one, to see how good suggestions are' };
  return undefined;
}

function whyParts({ why = [], foretold }: CandidateView): Node[] {
  const rests = foretold ? `, learned from ${foretold.n} decisions` : '';
  return [
    element('span', { class: 'quiet', text: 'why: ', title: `How it differs from the others${rests}` }),
    ...why.map((each) => element('span', { class: 'whyPart', text: each.replace(/^- /, '\u2212 ') })),
  ];
}
