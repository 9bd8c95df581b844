import { CATEGORIES, categorySchema } from '../../sidecar/protocol/words.ts';
import { createDropdown } from '../components/dropdown.ts';
import { cardStateWords, categoryWords, verdictIcon } from '../displayWords.ts';
import { element, icon, setText } from '../element.ts';
import type { Card } from '../protocol.ts';
import type { CardActions } from './cardActions.ts';

export interface CardHead {
  readonly element: HTMLElement;
  update(card: Card): void;
}

/** What was asked, with its category and what went along. */
export function createCardHead(request: string, actions: CardActions): CardHead {
  const category = createDropdown({
    label: 'Category',
    title: 'What this request is about',
    class: 'quiet',
    options: CATEGORIES.map((one) => ({ value: one, text: categoryWords(one) })),
    value: 'other',
    onChange: (value) => actions.post({ type: 'category', request, category: categorySchema.parse(value) }),
  });
  const context = element('span', { class: 'context' });
  const restored = element('span', { class: 'quiet', text: 'restored' });
  const fold = element(
    'button',
    { class: 'fold', title: 'Fold (Enter)', label: 'Fold', attributes: { type: 'button' } },
    icon('chevron-up'),
  );
  fold.addEventListener('click', () => actions.fold(request, true));
  const prompt = element('p', { class: 'prompt' });
  let chips = '';
  return {
    element: element(
      'header',
      { class: 'cardHead' },
      element(
        'div',
        { class: 'meta' },
        element('span', { class: 'who', text: 'You' }),
        category.element,
        restored,
        context,
        fold,
      ),
      prompt,
    ),
    update: (card) => {
      category.element.hidden = card.category === undefined;
      if (card.category) category.set(card.category);
      restored.hidden = !card.restored;
      setText(prompt, card.prompt);
      const wanted = card.context.join('\n');
      if (wanted === chips) return;
      chips = wanted;
      context.replaceChildren(
        ...card.context.map((text) => element('span', { class: 'chip', text, title: text })),
      );
    },
  };
}

/** A card in one line: prompt and verdict. */
export function createFoldedLine(onOpen: () => void): CardHead {
  const sign = element('span', { class: 'foldedIcon' });
  const prompt = element('span', { class: 'foldedPrompt' });
  const state = element('span', { class: 'foldedState' });
  const root = element(
    'button',
    { class: 'folded', title: 'Open (Enter)', attributes: { type: 'button', tabindex: '-1' } },
    sign,
    prompt,
    state,
  );
  root.addEventListener('click', onOpen);
  return {
    element: root,
    update: (card) => {
      sign.replaceChildren(icon(card.decision ? verdictIcon(card.decision.verdict) : 'circle-outline'));
      setText(prompt, card.prompt.slice(0, 300).replaceAll('\n', ' '));
      setText(state, cardStateWords(card));
    },
  };
}
