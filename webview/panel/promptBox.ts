import { CATEGORIES, categorySchema } from '../../sidecar/protocol/words.ts';
import { type ButtonControl, createButton } from '../components/button.ts';
import { createDropdown, type DropdownControl } from '../components/dropdown.ts';
import { categoryWords } from '../displayWords.ts';
import { element } from '../element.ts';
import type { Frame } from '../panelStore.ts';
import type { HostMessage, Intent } from '../protocol.ts';
import { createAnswerCount } from './answerCount.ts';
import { listenForBoxKeys } from './boxKeys.ts';
import { createChipRow } from './chipRow.ts';
import { createRecall, mentionAt } from './promptHistory.ts';
import { createSuggestions } from './suggestions.ts';

export interface PromptBoxOptions {
  readonly draft: string;
  readonly post: (intent: Intent) => void;
  readonly onDraft: (text: string) => void;
  /** Called with the prompt when it is sent; the box is empty then. */
  readonly onSend: (prompt: string) => void;
  readonly onEscape: () => void;
  /** True while the newest card asks what its request means. */
  readonly asked: () => boolean;
  /** `1` to `3`, `0` or `Enter`, pressed in the empty box while something is asked. */
  readonly onAnswer: (key: string) => void;
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
  const { post } = options;
  let history: readonly string[] = [];
  const recall = createRecall(() => history);
  const area = textArea();
  const chips = createChipRow((id) => post({ type: 'removeChip', id }));
  const category = categoryDropdown();
  const answers = createAnswerCount((candidates) => post({ type: 'candidates', candidates }));
  const mentions = createMentions(area, post, () => changed());
  const { suggestions } = mentions;
  const changed = () => {
    growWithText(area);
    send.disabled = area.value.trim() === '';
    options.onDraft(area.value);
  };
  const set = (text: string | undefined) => {
    if (text === undefined) return;
    area.value = text;
    changed();
  };
  const submit = () => {
    const prompt = area.value.trim();
    if (prompt === '') return;
    post({ type: 'ask', prompt, chips: chips.ids(), ...chosenCategory(category) });
    recall.reset();
    category.set('auto');
    set('');
    suggestions.hide();
    options.onSend(prompt);
  };
  const send = sendButton(submit);
  const typed = () => {
    recall.reset();
    changed();
    mentions.suggest();
  };
  area.addEventListener('input', typed);
  area.addEventListener('blur', () => suggestions.hide());
  listenForBoxKeys(area, suggestions, options.asked, {
    send: submit,
    answer: options.onAnswer,
    escape: options.onEscape,
    older: () => set(recall.older(area.value)),
    newer: () => set(recall.newer()),
  });
  set(options.draft);
  const row = element(
    'div',
    { class: 'boxRow' },
    category.element,
    answers.element,
    mentionButton(area, typed),
    element('span', { class: 'space' }),
    send,
  );
  const parts = [suggestions.element, chips.element, area, row];
  return {
    element: element('section', { class: 'box', label: 'Ask' }, ...parts),
    update: (frame) => {
      history = frame.history;
      chips.update(frame.chips);
      answers.update(frame.candidates);
    },
    files: ({ query, files }) => {
      if (document.activeElement === area && mentions.typed()?.query === query)
        suggestions.show(query, files);
    },
    text: () => area.value,
    set,
    focus: () => area.focus(),
  };
}

/** The `@` being typed in the box, and its list. */
function createMentions(area: HTMLTextAreaElement, post: (intent: Intent) => void, changed: () => void) {
  const typed = () => mentionAt(area.value, area.selectionStart);
  const suggestions = createSuggestions((chosen) => {
    const mention = typed();
    if (mention) area.setRangeText('', mention.from, area.selectionStart, 'end');
    changed();
    post({ type: 'addChip', kind: chosen.kind, ...(chosen.id && { id: chosen.id }) });
  });
  const suggest = () => {
    area.removeAttribute('aria-activedescendant');
    const mention = typed();
    if (mention) post({ type: 'findFiles', query: mention.query });
    else suggestions.hide();
  };
  return { typed, suggestions, suggest };
}

function textArea(): HTMLTextAreaElement {
  return element('textarea', {
    class: 'promptText',
    label: 'Prompt',
    attributes: {
      rows: '1',
      placeholder: 'Ask for code. @ adds files',
      'aria-autocomplete': 'list',
      'aria-controls': 'suggestions',
    },
  });
}

function sendButton(onPress: () => void): ButtonControl {
  return createButton({ text: 'Send', icon: 'send', kind: 'primary', title: 'Send (Enter)', onPress });
}

/** Types the `@` that opens the list. */
function mentionButton(area: HTMLTextAreaElement, onTyped: () => void): HTMLElement {
  return createButton({
    icon: 'mention',
    kind: 'icon',
    title: 'Add a file, the selection, problems or the git diff (@)',
    onPress: () => {
      area.focus();
      const before = area.value.slice(0, area.selectionStart);
      const space = before === '' || /\s$/.test(before) ? '' : ' ';
      area.setRangeText(`${space}@`, area.selectionStart, area.selectionEnd, 'end');
      onTyped();
    },
  });
}

function categoryDropdown(): DropdownControl {
  return createDropdown({
    label: 'Category',
    title: 'What it is about; found from the prompt unless chosen',
    class: 'quiet',
    lead: { icon: 'tag', text: 'category:' },
    options: [
      { value: 'auto', text: 'auto' },
      ...CATEGORIES.map((one) => ({ value: one, text: categoryWords(one) })),
    ],
    value: 'auto',
    onChange: () => undefined,
  });
}

function chosenCategory(dropdown: DropdownControl) {
  const read = categorySchema.safeParse(dropdown.value());
  return read.success ? { category: read.data } : {};
}

/** Grows the box with its text, up to the height that the style sheet allows. */
function growWithText(area: HTMLTextAreaElement): void {
  area.style.height = 'auto';
  if (area.scrollHeight > 0) area.style.height = `${area.scrollHeight}px`;
}
