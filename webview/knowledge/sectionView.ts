import { createButton } from '../components/button.ts';
import { element, setText } from '../element.ts';
import type {
  Entry,
  FacetView,
  KnowledgeHostMessage,
  KnowledgeIntent,
  Section,
} from '../knowledgeProtocol.ts';
import { createEntryView, type EntryView } from './entryView.ts';

export type EvidenceMessage = Extract<KnowledgeHostMessage, { type: 'evidence' }>;

export interface SectionView {
  readonly section: Section;
  readonly element: HTMLElement;
  /** Shows exactly these entries; hidden where there are none and nothing to say of that. */
  update(entries: readonly Entry[], facets: ReadonlyMap<string, FacetView>, note: string): void;
  showEvidence(message: EvidenceMessage): void;
  /** Brings an entry into sight, with its decisions where asked for. */
  reveal(key: string, evidence: boolean): void;
}

const HEADS: Readonly<Record<Section, { readonly title: string; readonly hint: string }>> = {
  rules: { title: 'Rules', hint: 'They go along with every request that they fit.' },
  preferences: { title: 'Preferences', hint: '' },
  goals: { title: 'Goals', hint: '' },
  facets: { title: 'Style', hint: 'How you like answers, from 0 to 1. Clear ones go along with requests.' },
  tastes: {
    title: 'Taste',
    hint: 'What ranks answers. It follows your decisions: take one back and it changes.',
  },
  history: { title: 'History', hint: '' },
  blocks: { title: 'Never suggested', hint: '' },
};

/** More are shown when asked for: a thousand rows take a second. */
const AT_FIRST = 50;

export function createSection(section: Section, post: (intent: KnowledgeIntent) => void): SectionView {
  const { title, hint } = HEADS[section];
  const views = new Map<string, EntryView>();
  const count = element('span', { class: 'count quiet' });
  const said = element('p', { class: 'quiet' });
  const hinted = element('p', { class: 'quiet', text: hint });
  const list = element('ul', { class: 'entries' });
  const heading = element('h2', { attributes: { id: `section-${section}` } }, title, count);
  const root = element(
    'section',
    { attributes: { 'aria-labelledby': `section-${section}` } },
    heading,
    hinted,
    said,
    list,
  );
  root.hidden = true;
  let shown: Shown = { entries: [], facets: new Map() };
  let limit = AT_FIRST;
  const showAll = (): void => {
    limit = Number.POSITIVE_INFINITY;
    draw();
  };
  const showRest = (): void => {
    const next = limit;
    showAll();
    // The button is gone, and the focus was on it.
    views.get(shown.entries[next]?.key ?? '')?.element.focus();
  };
  const rest = createButton({ text: '', class: 'showAll', onPress: showRest });
  root.append(rest);
  function draw(): void {
    const { entries, facets } = shown;
    const drawn = entries.slice(0, limit);
    rest.hidden = drawn.length === entries.length;
    setText(rest, `Show all ${entries.length}`);
    const wanted = new Set(drawn.map(({ key }) => key));
    for (const key of views.keys()) if (!wanted.has(key)) views.delete(key);
    const elements = drawn.map((entry) => {
      const view = views.get(entry.key) ?? createEntryView(entry.key, post);
      views.set(entry.key, view);
      view.update(entry, facets.get(entry.key));
      return view.element;
    });
    place(list, elements);
  }
  return {
    section,
    element: root,
    update: (entries, facets, note) => {
      shown = { entries, facets };
      root.hidden = entries.length === 0 && note === '';
      setText(count, entries.length === 0 ? '' : ` ${entries.length}`);
      setText(said, note);
      said.hidden = note === '';
      hinted.hidden = hint === '' || entries.length === 0;
      draw();
    },
    showEvidence: (message) => views.get(message.key)?.showEvidence(message),
    reveal: (key, evidence) => {
      if (!views.has(key) && shown.entries.some((each) => each.key === key)) showAll();
      views.get(key)?.reveal(evidence);
    },
  };
}

interface Shown {
  readonly entries: readonly Entry[];
  readonly facets: ReadonlyMap<string, FacetView>;
}

/**
 * Puts the children in order without moving those that are in place: what has the focus keeps it, and where that goes
 * its neighbour has it.
 */
function place(list: HTMLElement, wanted: readonly HTMLElement[]): void {
  const kept = new Set<Element>(wanted);
  const focused = [...list.children].findIndex((child) => child.contains(document.activeElement));
  const isLost = focused >= 0 && !kept.has(list.children[focused] ?? list);
  for (const child of [...list.children]) if (!kept.has(child)) child.remove();
  for (const [at, child] of wanted.entries()) {
    const there = list.children[at];
    if (there !== child) list.insertBefore(child, there ?? null);
  }
  if (isLost) (wanted[focused] ?? wanted.at(-1))?.focus();
}
