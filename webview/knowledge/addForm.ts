import { createButton } from '../components/button.ts';
import { createDropdown } from '../components/dropdown.ts';
import { element } from '../element.ts';
import type { KnowledgeIntent } from '../knowledgeProtocol.ts';

export interface AddForm {
  readonly element: HTMLElement;
  open(): void;
}

interface Kind {
  readonly text: string;
  readonly example: string;
  readonly max: number;
  intent(text: string): KnowledgeIntent;
}

const MAX_NOTE = 4_000;
const MAX_PHRASE = 500;

const KINDS: Readonly<Record<string, Kind>> = {
  preference: {
    text: 'Preference',
    example: 'early returns',
    max: MAX_NOTE,
    intent: (text) => ({ type: 'addMemory', memory: 'preference', text }),
  },
  goal: {
    text: 'Goal',
    example: 'build a REST API',
    max: MAX_NOTE,
    intent: (text) => ({ type: 'addMemory', memory: 'goal', text }),
  },
  block: {
    text: 'Never suggest',
    example: 'lodash',
    max: MAX_PHRASE,
    intent: (phrase) => ({ type: 'addBlock', phrase }),
  },
};

/** One line to say something by hand. Enter adds it, Esc closes. */
export function createAddForm(post: (intent: KnowledgeIntent) => void): AddForm {
  const field = element('input', { class: 'field', attributes: { type: 'text', spellcheck: 'false' } });
  const kindOf = (): Kind | undefined => KINDS[kind.value()];
  const follow = (): void => {
    const chosen = kindOf();
    field.placeholder = `For example: ${chosen?.example ?? ''}`;
    field.setAttribute('aria-label', chosen?.text ?? '');
    field.maxLength = chosen?.max ?? MAX_PHRASE;
  };
  const kind = createDropdown({
    label: 'What to add',
    options: Object.entries(KINDS).map(([value, { text }]) => ({ value, text })),
    value: 'preference',
    onChange: follow,
  });
  const close = (): void => {
    root.hidden = true;
    field.value = '';
  };
  const add = (): void => {
    const text = field.value.trim();
    const intent = kindOf()?.intent(text);
    if (text === '' || !intent) {
      field.focus();
      return;
    }
    post(intent);
    close();
  };
  const root = element(
    'div',
    { class: 'addForm', role: 'group', label: 'Add' },
    kind.element,
    field,
    createButton({ text: 'Add', kind: 'primary', onPress: add }),
    createButton({ text: 'Cancel', onPress: close }),
  );
  root.hidden = true;
  root.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'Escape') close();
    if (event.key === 'Enter' && event.target === field) add();
  });
  follow();
  return {
    element: root,
    open: () => {
      root.hidden = false;
      field.focus();
    },
  };
}
