import { createButton } from '../components/button.ts';
import { createDropdown } from '../components/dropdown.ts';
import { element, icon } from '../element.ts';
import { FILTER_STATES, type Filter, type FilterState } from './entryFilter.ts';

export interface ToolbarPorts {
  onFilter(filter: Filter): void;
  onAdd(): void;
  onRefresh(): void;
}

export interface Toolbar {
  readonly element: HTMLElement;
  /** Shows everything again. */
  clear(): void;
  /** Whether there is anything to look through. */
  setUsable(usable: boolean): void;
}

const STATE_WORDS: Readonly<Record<FilterState, string>> = {
  all: 'All',
  on: 'On',
  off: 'Off',
  pinned: 'Pinned',
};

export function createToolbar({ onFilter, onAdd, onRefresh }: ToolbarPorts): Toolbar {
  const search = element('input', {
    class: 'search',
    label: 'Search what is known',
    attributes: { type: 'search', placeholder: 'Search', spellcheck: 'false' },
  });
  const tell = (): void => onFilter({ text: search.value.trim(), state: stateOf(state.value()) });
  const state = createDropdown({
    label: 'Show',
    options: FILTER_STATES.map((value) => ({ value, text: STATE_WORDS[value] })),
    value: 'all',
    onChange: tell,
  });
  search.addEventListener('input', tell);
  const finding = element(
    'div',
    { class: 'finding' },
    element('span', { class: 'searchField' }, icon('search'), search),
    state.element,
  );
  const root = element(
    'div',
    { class: 'toolbar', role: 'group', label: 'Search and add' },
    finding,
    createButton({ text: 'Add', icon: 'add', title: 'Add a preference, a goal or a block', onPress: onAdd }),
    createButton({ icon: 'refresh', kind: 'icon', title: 'Read again', onPress: onRefresh }),
  );
  return {
    element: root,
    clear: () => {
      search.value = '';
      state.set('all');
      tell();
    },
    setUsable: (usable) => {
      finding.hidden = !usable;
    },
  };
}

const stateOf = (value: string): FilterState => FILTER_STATES.find((each) => each === value) ?? 'all';
