import { element, icon } from '../element.ts';
import type { Chip, HostMessage } from '../protocol.ts';

type Files = Extract<HostMessage, { type: 'files' }>['files'];
export interface Suggestion {
  readonly kind: Chip['kind'];
  readonly id?: string;
  readonly title: string;
  readonly detail: string;
}
export interface Suggestions {
  readonly element: HTMLElement;
  readonly id: string;
  show(query: string, files: Files): void;
  hide(): void;
  isOpen(): boolean;
  move(step: 1 | -1): void;
  /** Chooses the marked entry; false where there is none. */
  choose(): boolean;
  /** Element id of the marked entry, for `aria-activedescendant`. */
  active(): string | undefined;
}

const FIXED: readonly Suggestion[] = [
  { kind: 'selection', title: 'selection', detail: 'what is selected in the editor' },
  { kind: 'problems', title: 'problems', detail: 'errors and warnings of the open file' },
  { kind: 'diff', title: 'git diff', detail: 'changes that are not committed' },
];
const ICONS: Record<Chip['kind'], string> = {
  selection: 'list-selection',
  file: 'file',
  problems: 'warning',
  diff: 'git-compare',
};

/** Entries for a query: the fixed ones that fit, then the host's files. */
export function suggestionsFor(query: string, files: Files): Suggestion[] {
  const wanted = query.toLowerCase();
  const fixed = FIXED.filter((one) => one.title.toLowerCase().includes(wanted));
  return [...fixed, ...files.map((file): Suggestion => ({ kind: 'file', ...file }))];
}

export function chipIcon(kind: Chip['kind']): string {
  return ICONS[kind];
}

/** The list above the box while `@` is being typed. The focus stays in the box. */
export function createSuggestions(onChoose: (suggestion: Suggestion) => void): Suggestions {
  const id = 'suggestions';
  const root = element('div', {
    class: 'suggestions',
    role: 'listbox',
    label: 'Add to the prompt',
    attributes: { id },
  });
  root.hidden = true;
  let entries: Suggestion[] = [];
  let at = 0;
  const mark = () => {
    [...root.children].forEach((child, index) => {
      child.setAttribute('aria-selected', String(index === at));
      if (index === at) child.scrollIntoView({ block: 'nearest' });
    });
  };
  const take = (suggestion: Suggestion | undefined) => {
    root.hidden = true;
    if (suggestion) onChoose(suggestion);
    return suggestion !== undefined;
  };
  return {
    element: root,
    id,
    show: (query, files) => {
      entries = suggestionsFor(query, files);
      at = 0;
      root.replaceChildren(
        ...entries.map((entry, index) => option(`${id}-${index}`, entry, () => take(entry))),
      );
      root.hidden = entries.length === 0;
      mark();
    },
    hide: () => {
      root.hidden = true;
    },
    isOpen: () => !root.hidden,
    move: (step) => {
      at = (at + step + entries.length) % Math.max(1, entries.length);
      mark();
    },
    choose: () => take(entries[at]),
    active: () => (root.hidden ? undefined : `${id}-${at}`),
  };
}

function option(id: string, entry: Suggestion, onPress: () => void): HTMLElement {
  const made = element(
    'div',
    { class: 'suggestion', role: 'option', attributes: { id } },
    icon(chipIcon(entry.kind)),
    element('span', { class: 'suggestionTitle', text: entry.title }),
    element('span', { class: 'quiet', text: entry.detail }),
  );
  // Not click: the box would lose the focus before.
  made.addEventListener('mousedown', (event) => {
    event.preventDefault();
    onPress();
  });
  return made;
}
