import { element, icon } from '../element.ts';

export interface DropdownOptions {
  readonly label: string;
  readonly title?: string;
  readonly class?: string;
  /** What is chosen, before the choice: in words, and as a codicon where there is no room for words. */
  readonly lead?: { readonly icon: string; readonly text: string };
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}
export interface DropdownControl {
  readonly element: HTMLElement;
  value(): string;
  set(value: string): void;
}

/** A choice of one in a quiet line. The browser's own control: the toolkit's takes a third of a 300 px panel. */
export function createDropdown(options: DropdownOptions): DropdownControl {
  const select = element('select', { label: options.label, title: options.title ?? options.label });
  for (const { value, text } of options.options) {
    select.append(element('option', { text, attributes: { value } }));
  }
  select.value = options.value;
  select.addEventListener('change', () => options.onChange(select.value));
  const wrapped = element('label', { class: `dropdown ${options.class ?? ''}` });
  if (options.lead) {
    const { lead } = options;
    wrapped.append(element('span', { class: 'lead' }, icon(lead.icon), element('span', { text: lead.text })));
  }
  wrapped.append(select, icon('chevron-down'));
  return {
    element: wrapped,
    value: () => select.value,
    set: (value) => {
      if (select.value !== value) select.value = value;
    },
  };
}
