import { createButton } from '../components/button.ts';
import { element, setText } from '../element.ts';
import type { Entry, FacetView, KnowledgeIntent } from '../knowledgeProtocol.ts';
import { createEditForm } from './editForm.ts';
import { evidenceList } from './evidenceList.ts';
import { facetChart } from './facetChart.ts';
import type { EvidenceMessage } from './sectionView.ts';
import { usedWords } from './usedWords.ts';

type Post = (intent: KnowledgeIntent) => void;

export interface EntryView {
  readonly element: HTMLElement;
  update(entry: Entry, facet: FacetView | undefined): void;
  showEvidence(message: EvidenceMessage): void;
  reveal(evidence: boolean): void;
}

/** One learned thing: its box, its sentence, what is behind it, and what can be done with it. */
export function createEntryView(key: string, post: Post): EntryView {
  const box = element('input', { class: 'entrySwitch', attributes: { type: 'checkbox' } });
  const text = element('span', { class: 'entryText' });
  const detail = element('p', { class: 'entryDetail quiet' });
  const chart = element('div', { class: 'entryChart' });
  const meta = element('div', { class: 'entryMeta quiet' });
  const decisions = element('div', { class: 'decisions' });
  const body = element('div', { class: 'entryBody' }, text, detail, chart, meta, decisions);
  const actions = element('div', { class: 'entryActions' });
  const root = element(
    'li',
    { class: 'entry', attributes: { tabindex: '-1', 'data-key': key } },
    element('span', { class: 'entryBox' }, box),
    body,
    actions,
  );
  decisions.hidden = true;
  box.addEventListener('change', () => post({ type: 'switch', key, on: box.checked }));
  const openEdit = (entry: Entry): void => {
    if (root.querySelector('.editForm')) return;
    const form = createEditForm(entry, post, () => {
      form.remove();
      body.hidden = false;
      actions.querySelector<HTMLElement>('.editButton')?.focus();
    });
    body.hidden = true;
    root.insertBefore(form, actions);
    form.querySelector('textarea')?.focus();
  };
  let isOpen = false;
  const toggleEvidence = (open: boolean): void => {
    isOpen = open;
    decisions.hidden = !open;
    meta.querySelector('.evidence')?.setAttribute('aria-expanded', String(open));
    if (open) post({ type: 'evidence', key });
  };
  let drawn = '';
  return {
    element: root,
    update: (entry, facet) => {
      box.checked = entry.on === true;
      const wanted = JSON.stringify([entry, facet]);
      if (wanted === drawn) return;
      drawn = wanted;
      box.hidden = entry.on === undefined;
      box.setAttribute('aria-label', `On: ${entry.text}`);
      root.classList.toggle('isOff', entry.on === false);
      setText(text, entry.text);
      setText(detail, entry.detail ?? '');
      detail.hidden = entry.detail === undefined;
      chart.hidden = facet === undefined;
      chart.replaceChildren(...(facet ? [facetChart(facet)] : []));
      keepingFocus(root, () => {
        const toggle = (): void => toggleEvidence(!isOpen);
        meta.replaceChildren(...metaParts(entry, { key, post, isOpen, toggle }));
        meta.hidden = meta.childElementCount === 0;
        actions.replaceChildren(...actionButtons(entry, post, () => openEdit(entry)));
      });
      // What is listed is what the sentence counts.
      if (isOpen) post({ type: 'evidence', key });
    },
    showEvidence: (message) => {
      if (isOpen) decisions.replaceChildren(evidenceList(message, post));
    },
    reveal: (evidence) => {
      if (evidence && !isOpen) toggleEvidence(true);
      root.scrollIntoView({ block: 'center' });
      root.focus();
    },
  };
}

interface MetaPorts {
  readonly key: string;
  readonly post: Post;
  readonly isOpen: boolean;
  toggle(): void;
}

function metaParts(
  { evidence, lastUsed, notes }: Entry,
  { key, post, isOpen, toggle }: MetaPorts,
): HTMLElement[] {
  const parts = notes.map((note) => element('span', { text: note }));
  if (lastUsed !== undefined) {
    const use = link(usedWords(lastUsed, Date.now()), 'Show the request that it went into last', 'lastUse');
    use.addEventListener('click', () => post({ type: 'openUse', key }));
    parts.unshift(use);
  }
  if (evidence !== undefined) {
    const shown = link(evidence, 'Show where it comes from', 'evidence');
    shown.setAttribute('aria-expanded', String(isOpen));
    shown.addEventListener('click', toggle);
    parts.unshift(shown);
  }
  return parts;
}

function actionButtons(
  { key, text, pinned, editable, deletable }: Entry,
  post: Post,
  edit: () => void,
): HTMLElement[] {
  const button = (icon: string, title: string, onPress: () => void, name = ''): HTMLElement =>
    createButton({ icon, title, label: `${title}: ${text}`, kind: 'icon', class: name, onPress });
  return [
    pinned !== undefined &&
      button(
        pinned ? 'pinned' : 'pin',
        pinned ? 'Unpin' : 'Pin',
        () => post({ type: 'pin', key, pinned: !pinned }),
        'pinButton',
      ),
    editable !== undefined && button('edit', 'Edit', edit, 'editButton'),
    deletable && button('trash', 'Delete', () => post({ type: 'forget', key }), 'deleteButton'),
  ].filter((each) => each !== false);
}

function link(text: string, title: string, name: string): HTMLButtonElement {
  return element('button', { class: `link ${name}`, text, title, attributes: { type: 'button' } });
}

/** What had the focus and is made anew has it again. */
function keepingFocus(root: HTMLElement, change: () => void): void {
  const had = document.activeElement;
  const name = had && root.contains(had) ? [...had.classList].find((each) => NAMED.has(each)) : undefined;
  change();
  if (name !== undefined) root.querySelector<HTMLElement>(`.${name}`)?.focus();
}

const NAMED: ReadonlySet<string> = new Set([
  'evidence',
  'lastUse',
  'pinButton',
  'editButton',
  'deleteButton',
]);
