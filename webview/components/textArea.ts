import { type TextArea, vsCodeTextArea } from '@vscode/webview-ui-toolkit';
import { registerComponent } from './designSystem.ts';

declare global {
  interface HTMLElementTagNameMap {
    'vscode-text-area': TextArea;
  }
}

export interface TextAreaOptions {
  readonly label: string;
  readonly value: string;
  readonly rows: number;
  readonly placeholder?: string;
  readonly class?: string;
  readonly onInput: (value: string) => void;
}
export interface TextAreaControl {
  readonly element: HTMLElement;
  value(): string;
  focus(): void;
}

/** A text field of several lines. */
export function createTextArea(options: TextAreaOptions): TextAreaControl {
  registerComponent('vscode-text-area', vsCodeTextArea);
  const area = document.createElement('vscode-text-area');
  area.setAttribute('aria-label', options.label);
  area.rows = options.rows;
  area.value = options.value;
  if (options.placeholder) area.placeholder = options.placeholder;
  if (options.class) area.className = options.class;
  area.addEventListener('input', () => options.onInput(area.value));
  return { element: area, value: () => area.value, focus: () => area.focus() };
}
