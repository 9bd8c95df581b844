import { percentWords } from '../displayWords.ts';
import { element, setText } from '../element.ts';
import type { Knowledge } from '../knowledgeProtocol.ts';

/** How answers are ranked, for who wants to know: folded. */
export function createExpertsFold(): { readonly element: HTMLElement; update(known: Knowledge): void } {
  const note = element('p', { class: 'quiet' });
  const body = element('tbody');
  const table = element(
    'table',
    { class: 'experts' },
    element('caption', { class: 'srOnly', text: 'Share of each expert in the predictions' }),
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { text: 'Goes by', attributes: { scope: 'col' } }),
        element('th', { text: 'Share', attributes: { scope: 'col' } }),
      ),
    ),
    body,
  );
  const fold = element(
    'details',
    { class: 'expertsFold' },
    element('summary', { text: 'How answers are ranked' }),
    note,
    table,
  );
  fold.hidden = true;
  return {
    element: fold,
    update: ({ experts, expertsNote }) => {
      setText(note, expertsNote);
      body.replaceChildren(
        ...experts.map(({ does, share }) =>
          element(
            'tr',
            {},
            element('td', { text: does }),
            element('td', { text: percentWords(share * 100) }),
          ),
        ),
      );
    },
  };
}
