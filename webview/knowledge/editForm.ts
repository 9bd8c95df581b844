import { createButton } from '../components/button.ts';
import { element } from '../element.ts';
import type { Entry, KnowledgeIntent } from '../knowledgeProtocol.ts';

const MAX_NOTE = 4_000;

/** The text of an entry, to be changed. Enter saves, Esc leaves it as it was. */
export function createEditForm(
  { key, editable = '' }: Entry,
  post: (intent: KnowledgeIntent) => void,
  close: () => void,
): HTMLElement {
  const area = element('textarea', {
    class: 'field',
    label: 'Text',
    attributes: { rows: '2', maxlength: String(MAX_NOTE) },
  });
  area.value = editable;
  const save = (): void => {
    const text = area.value.trim();
    if (text !== '' && text !== editable) post({ type: 'edit', key, text });
    close();
  };
  const form = element(
    'div',
    { class: 'editForm', role: 'group', label: 'Edit' },
    area,
    element(
      'div',
      { class: 'buttons' },
      createButton({ text: 'Save', kind: 'primary', title: 'Save (Enter)', onPress: save }),
      createButton({ text: 'Cancel', title: 'Cancel (Esc)', onPress: close }),
    ),
  );
  form.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'Escape') close();
    if (event.key !== 'Enter' || event.shiftKey || event.target !== area) return;
    event.preventDefault();
    save();
  });
  return form;
}
