import { createButton } from '../components/button.ts';
import { createTextArea } from '../components/textArea.ts';
import { amountWords } from '../displayWords.ts';
import { element } from '../element.ts';

export interface EditViewOptions {
  readonly text: string;
  readonly onInput: (text: string) => void;
  readonly onSave: (text: string) => void;
  readonly onCancel: () => void;
}

/** The answer as text to correct. Saving it approves the corrected text. */
export function createEditView(options: EditViewOptions): { readonly element: HTMLElement; focus(): void } {
  const lines = options.text.split('\n').length;
  const area = createTextArea({
    label: 'The answer, to be corrected',
    value: options.text,
    rows: Math.min(24, Math.max(6, lines + 1)),
    class: 'edit',
    onInput: options.onInput,
  });
  const save = () => options.onSave(area.value());
  const root = element(
    'div',
    { class: 'editView' },
    area.element,
    element(
      'div',
      { class: 'buttons' },
      createButton({
        text: 'Save and approve',
        kind: 'primary',
        title: 'Save and approve (Ctrl+Enter)',
        onPress: save,
      }),
      createButton({
        text: 'Cancel',
        title: 'Back to the answer as it was (Esc)',
        onPress: options.onCancel,
      }),
      element('span', { class: 'quiet', text: amountWords(lines, 'line') }),
    ),
  );
  root.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      save();
    }
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      options.onCancel();
    }
  });
  return { element: root, focus: () => area.focus() };
}
