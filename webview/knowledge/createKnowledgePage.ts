import { createButton } from '../components/button.ts';
import { element, icon, setText } from '../element.ts';
import {
  type Knowledge,
  type KnowledgeHostMessage,
  type KnowledgeIntent,
  SECTIONS,
} from '../knowledgeProtocol.ts';
import { type AddForm, createAddForm } from './addForm.ts';
import { entryFits, type Filter } from './entryFilter.ts';
import { createExpertsFold } from './expertsFold.ts';
import { createSection, type SectionView } from './sectionView.ts';
import { createToolbar, type Toolbar } from './toolbar.ts';

type Post = (intent: KnowledgeIntent) => void;

interface Parts {
  readonly toolbar: Toolbar;
  readonly add: AddForm;
  readonly figures: HTMLElement;
  readonly notice: HTMLElement;
  readonly shown: HTMLElement;
  readonly sections: readonly SectionView[];
  readonly experts: ReturnType<typeof createExpertsFold>;
}

/** The page of what is known, below `root`. Gives the function that takes the host's messages. */
export function createKnowledgePage(root: HTMLElement, post: Post): (message: KnowledgeHostMessage) => void {
  let known: Knowledge | undefined;
  let filter: Filter = { text: '', state: 'all' };
  const draw = (): void => {
    if (known) drawAll(parts, known, filter, post);
  };
  const setFilter = (next: Filter): void => {
    filter = next;
    draw();
  };
  const parts = createParts(post, setFilter);
  const { toolbar, add, figures, notice, shown, sections, experts } = parts;
  root.append(
    element(
      'main',
      { class: 'knowledge' },
      element(
        'header',
        {},
        element('h1', { text: 'What Whetstone knows' }),
        figures,
        toolbar.element,
        add.element,
      ),
      ...[shown, notice, ...sections.map((each) => each.element), experts.element],
    ),
  );
  moveByArrows(root);
  return (message) => {
    if (message.type === 'knowledge') {
      known = message.knowledge;
      draw();
    } else if (message.type === 'failed') {
      showFailure(notice, message.message, post);
    } else if (message.type === 'evidence') {
      for (const each of sections) each.showEvidence(message);
    } else {
      if (filter.text !== '' || filter.state !== 'all') toolbar.clear();
      for (const each of sections) each.reveal(message.key, message.evidence);
    }
  };
}

function createParts(post: Post, setFilter: (filter: Filter) => void): Parts {
  const add = createAddForm(post);
  return {
    add,
    toolbar: createToolbar({
      onFilter: setFilter,
      onAdd: add.open,
      onRefresh: () => post({ type: 'refresh' }),
    }),
    figures: element('p', { class: 'figures quiet' }),
    notice: element(
      'div',
      { class: 'notice' },
      element('p', { class: 'quiet', text: 'Reading what is known.' }),
    ),
    shown: element('p', { class: 'quiet shown', role: 'status' }),
    sections: SECTIONS.map((section) => createSection(section, post)),
    experts: createExpertsFold(),
  };
}

function drawAll(parts: Parts, known: Knowledge, filter: Filter, post: Post): void {
  const { toolbar, figures, notice, shown, sections, experts } = parts;
  const fitting = known.entries.filter((entry) => entryFits(entry, filter));
  const isFiltered = filter.text !== '' || filter.state !== 'all';
  figures.replaceChildren(...known.figures.map((text) => element('span', { text: unbroken(text) })));
  toolbar.setUsable(known.entries.length > 0);
  setText(shown, isFiltered ? `${fitting.length} of ${known.entries.length} shown` : '');
  shown.hidden = !isFiltered;
  drawNotice(notice, known, fitting.length, { post, clear: toolbar.clear });
  const facets = new Map(known.facets.map((facet) => [facet.key, facet]));
  for (const each of sections) {
    const note = each.section === 'tastes' && !isFiltered && known.entries.length > 0 ? known.tastesNote : '';
    each.update(
      fitting.filter(({ section }) => section === each.section),
      facets,
      note,
    );
  }
  experts.update(known);
  experts.element.hidden = isFiltered || known.decisions === 0;
}

/** `n = 4` stays on one line. */
const unbroken = (text: string): string => text.replaceAll('n = ', 'n\u00a0=\u00a0');

interface NoticePorts {
  readonly post: Post;
  clear(): void;
}

/** Nothing known at all, nothing that fits, or nothing to say. */
function drawNotice(notice: HTMLElement, known: Knowledge, fitting: number, ports: NoticePorts): void {
  notice.hidden = fitting > 0;
  if (fitting > 0) {
    notice.replaceChildren();
    return;
  }
  if (known.entries.length > 0) {
    const clear = createButton({ text: 'Show all', onPress: ports.clear });
    notice.replaceChildren(element('p', { text: 'Nothing here fits.' }), clear);
    return;
  }
  const ask = createButton({ text: 'Ask', kind: 'primary', onPress: () => ports.post({ type: 'ask' }) });
  notice.replaceChildren(
    element('h2', { text: 'Nothing learned yet.' }),
    element('p', { text: 'Decide on a few answers; reasons teach most.' }),
    ask,
  );
}

function showFailure(notice: HTMLElement, message: string, post: Post): void {
  notice.hidden = false;
  notice.replaceChildren(
    element('p', { class: 'failure', role: 'alert' }, icon('warning'), element('span', { text: message })),
    createButton({ text: 'Try again', onPress: () => post({ type: 'refresh' }) }),
  );
}

/** Up and Down go from one entry's box to the next; Tab goes through everything. */
function moveByArrows(root: HTMLElement): void {
  root.addEventListener('keydown', (event) => {
    const { key, target } = event;
    if ((key !== 'ArrowDown' && key !== 'ArrowUp') || !(target instanceof HTMLInputElement)) return;
    if (!target.classList.contains('entrySwitch')) return;
    const all = [...root.querySelectorAll<HTMLInputElement>('.entrySwitch')];
    const next = all[all.indexOf(target) + (key === 'ArrowDown' ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}
