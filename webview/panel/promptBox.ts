import { CATEGORIES, type Category, categorySchema } from '../../sidecar/protocol/words.ts';
import { createButton } from '../components/button.ts';
import { createDropdown } from '../components/dropdown.ts';
import { categoryWords } from '../displayWords.ts';
import { element } from '../element.ts';
import type { Frame } from '../panelStore.ts';
import type { HostMessage, Intent } from '../protocol.ts';
import { createChipRow } from './chipRow.ts';
import { createRecall, mentionAt } from './promptHistory.ts';
import { createSuggestions, type Suggestion } from './suggestions.ts';

export interface PromptBoxOptions {
  readonly draft: string;
  readonly post: (intent: Intent) => void;
  readonly onDraft: (text: string) => void;
  /** Called with the prompt when it is sent; the box is empty then. */
  readonly onSend: (prompt: string) => void;
  readonly onEscape: () => void;
}
export interface PromptBox {
  readonly element: HTMLElement;
  update(frame: Frame): void;
  files(message: Extract<HostMessage, { type: 'files' }>): void;
  text(): string;
  set(text: string): void;
  focus(): void;
}

/** Where prompts are typed: Enter sends, Shift+Enter breaks the line, Up recalls, @ adds context. */
export function createPromptBox(options: PromptBoxOptions): PromptBox {
  let history: readonly string[] = [];
  const recall = createRecall(() => history);
  const area = element('textarea', {
    class: 'promptText',
    label: 'Prompt',
    attributes: {
      rows: '1',
      placeholder: 'Ask for code. @ adds files',
      'aria-autocomplete': 'list',
      'aria-controls': 'suggestions',
    },
  });
  const chips = createChipRow((id) => options.post({ type: 'removeChip', id }));
  const category = categoryDropdown();
  const changed = () => {
    growWithText(area);
    send.disabled = area.value.trim() === '';
    options.onDraft(area.value);
  };
  const set = (text: string) => {
    area.value = text;
    changed();
  };
  const take = (suggestion: Suggestion) => {
    const mention = mentionAt(area.value, area.selectionStart);
    if (mention) area.setRangeText('', mention.from, area.selectionStart, 'end');
    changed();
    options.post({ type: 'addChip', kind: suggestion.kind, ...(suggestion.id && { id: suggestion.id }) });
  };
  const suggestions = createSuggestions(take);
  const suggest = () => {
    const mention = mentionAt(area.value, area.selectionStart);
    if (mention) options.post({ type: 'findFiles', query: mention.query });
    else suggestions.hide();
    area.removeAttribute('aria-activedescendant');
  };
  const submit = () => {
    const prompt = area.value.trim();
    if (prompt === '') return;
    const chosen = category.value();
    options.post({
      type: 'ask',
      prompt,
      chips: chips.ids(),
      ...(chosen !== 'auto' && { category: categorySchema.parse(chosen) }),
    });
    recall.reset();
    category.set('auto');
    set('');
    suggestions.hide();
    options.onSend(prompt);
  };
  const send = createButton({
    text: 'Send',
    icon: 'send',
    kind: 'primary',
    title: 'Send (Enter)',
    onPress: submit,
  });
  const mention = createButton({
    icon: 'mention',
    kind: 'icon',
    title: 'Add a file, the selection, problems or the git diff (@)',
    onPress: () => {
      area.focus();
      const space =
        area.selectionStart > 0 && !/\s$/.test(area.value.slice(0, area.selectionStart)) ? ' ' : '';
      area.setRangeText(`${space}@`, area.selectionStart, area.selectionEnd, 'end');
      changed();
      suggest();
    },
  });
  area.addEventListener('input', () => {
    recall.reset();
    changed();
    suggest();
  });
  area.addEventListener('blur', () => suggestions.hide());
  area.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    const step = boxKey(event, suggestions.isOpen(), area);
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    if (step === 'send') submit();
    else if (step === 'escape') options.onEscape();
    else if (step === 'hide') suggestions.hide();
    else if (step === 'choose') suggestions.choose();
    else if (step === 'up' || step === 'down') {
      suggestions.move(step === 'up' ? -1 : 1);
      area.setAttribute('aria-activedescendant', suggestions.active() ?? '');
    } else {
      const text = step === 'older' ? recall.older(area.value) : recall.newer();
      if (text !== undefined) set(text);
    }
  });
  set(options.draft);
  return {
    element: element(
      'section',
      { class: 'box', label: 'Ask' },
      suggestions.element,
      chips.element,
      area,
      element(
        'div',
        { class: 'boxRow' },
        category.element,
        mention,
        element('span', { class: 'space' }),
        send,
      ),
    ),
    update: (frame) => {
      history = frame.history;
      chips.update(frame.chips);
    },
    files: (message) => {
      const mentioned = mentionAt(area.value, area.selectionStart);
      if (document.activeElement === area && mentioned?.query === message.query)
        suggestions.show(message.query, message.files);
    },
    text: () => area.value,
    set,
    focus: () => area.focus(),
  };
}

type BoxStep = 'send' | 'escape' | 'hide' | 'choose' | 'up' | 'down' | 'older' | 'newer';

/** What a key does in the box, or undefined where it types or moves as everywhere. */
function boxKey(event: KeyboardEvent, listOpen: boolean, area: HTMLTextAreaElement): BoxStep | undefined {
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return undefined;
  const { key } = event;
  if (listOpen) {
    if (key === 'Enter' || key === 'Tab') return 'choose';
    if (key === 'Escape') return 'hide';
    if (key === 'ArrowUp') return 'up';
    if (key === 'ArrowDown') return 'down';
  }
  if (key === 'Enter') return 'send';
  if (key === 'Escape') return 'escape';
  const before = area.value.slice(0, area.selectionStart);
  const after = area.value.slice(area.selectionEnd);
  if (key === 'ArrowUp' && !before.includes('\n')) return 'older';
  return key === 'ArrowDown' && !after.includes('\n') ? 'newer' : undefined;
}

function categoryDropdown() {
  const options = CATEGORIES.map((one: Category) => ({ value: one, text: categoryWords(one) }));
  return createDropdown({
    label: 'Category',
    title: 'What it is about; found from the prompt unless chosen',
    class: 'quiet',
    options: [{ value: 'auto', text: 'category: auto' }, ...options],
    value: 'auto',
    onChange: () => undefined,
  });
}

/** Grows the box with its text, up to the height that the style sheet allows. */
function growWithText(area: HTMLTextAreaElement): void {
  area.style.height = 'auto';
  if (area.scrollHeight > 0) area.style.height = `${area.scrollHeight}px`;
}
