import { editRefusal } from '../../sidecar/protocol/recordedSize.ts';
import { createButton } from '../components/button.ts';
import { createTextArea } from '../components/textArea.ts';
import { amountWords } from '../displayWords.ts';
import { element, setText } from '../element.ts';

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
  const refusal = element('span');
  const save = () => {
    const text = area.value();
    const { what = '', why = '', next = '' } = editRefusal(text) ?? {};
    setText(refusal, [what, why, next].join(' ').trim());
    options.onSave(text);
  };
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
    refusal,
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
