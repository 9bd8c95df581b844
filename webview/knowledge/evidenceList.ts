import { decisionWords, verdictIcon } from '../displayWords.ts';
import { element, icon } from '../element.ts';
import type { EvidenceRow, KnowledgeIntent } from '../knowledgeProtocol.ts';
import type { EvidenceMessage } from './sectionView.ts';

/** The decisions that an entry came from; each opens where it was made. */
export function evidenceList(
  { rows, more }: EvidenceMessage,
  post: (intent: KnowledgeIntent) => void,
): HTMLElement {
  if (rows.length === 0) {
    return element('p', { class: 'quiet', text: 'They are not there any more, or are named by nothing.' });
  }
  const against = rows.filter(({ side }) => side === 'against');
  const speaking = rows.filter(({ side }) => side === 'for');
  const parts = [listOf(speaking, post, against.length > 0 ? 'For' : '')];
  if (against.length > 0) parts.push(listOf(against, post, 'Against'));
  if (more > 0) parts.push(element('p', { class: 'quiet', text: `${more} older ones are not listed.` }));
  return element('div', { class: 'evidenceLists' }, ...parts);
}

function listOf(
  rows: readonly EvidenceRow[],
  post: (intent: KnowledgeIntent) => void,
  title: string,
): HTMLElement {
  const list = element('ul', {}, ...rows.map((row) => element('li', {}, rowButton(row, post))));
  if (title === '' || rows.length === 0) return list;
  list.setAttribute('aria-label', title);
  return element('div', {}, element('p', { class: 'quiet side', text: title }), list);
}

function rowButton(row: EvidenceRow, post: (intent: KnowledgeIntent) => void): HTMLElement {
  const { verdict, reasons, note, prompt, at, request } = row;
  const said = verdict === undefined ? 'Not decided' : decisionWords(verdict, reasons);
  const button = element(
    'button',
    { class: 'decision', title: 'Show the answer', attributes: { type: 'button' } },
    icon(verdict === undefined ? 'comment' : verdictIcon(verdict)),
    element('span', { class: 'decisionText' }, said, note === undefined ? '' : `: ${note}`),
    element('span', { class: 'decisionPrompt quiet', text: prompt }),
    element('span', { class: 'decisionAt quiet', text: at.slice(0, 10) }),
  );
  button.addEventListener('click', () => post({ type: 'openRequest', request }));
  return button;
}
