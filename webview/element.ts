export interface ElementOptions {
  readonly class?: string;
  readonly text?: string;
  readonly title?: string;
  /** Name for screen readers, where the text alone does not say it. */
  readonly label?: string;
  readonly role?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Makes an element with its children. Text always becomes a text node, never HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  options: ElementOptions = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (options.class) made.className = options.class;
  if (options.text !== undefined) made.textContent = options.text;
  if (options.title) made.title = options.title;
  if (options.label) made.setAttribute('aria-label', options.label);
  if (options.role) made.setAttribute('role', options.role);
  for (const [name, value] of Object.entries(options.attributes ?? {})) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A codicon by name, hidden from screen readers: the control around it carries the name. */
export function icon(name: string): HTMLElement {
  return element('span', { class: `codicon codicon-${name}`, attributes: { 'aria-hidden': 'true' } });
}

/** Sets the text only where it differs, so that selections and live regions are left alone. */
export function setText(target: Node, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
