import { type Button, vsCodeButton } from '@vscode/webview-ui-toolkit';
import { icon } from '../element.ts';
import { registerComponent } from './designSystem.ts';

declare global {
  interface HTMLElementTagNameMap {
    'vscode-button': Button;
  }
}

export interface ButtonOptions {
  readonly text?: string;
  /** Codicon name, shown before the text or alone. */
  readonly icon?: string;
  /** Tooltip, with the key in brackets where there is one. */
  readonly title?: string;
  readonly label?: string;
  readonly kind?: 'primary' | 'secondary' | 'icon';
  readonly class?: string;
  readonly onPress: () => void;
}

/** What callers may use of a button; everything else belongs to the library. */
export type ButtonControl = HTMLElement & { disabled: boolean };

/** A push button. Space and Enter press it. */
export function createButton(options: ButtonOptions): ButtonControl {
  registerComponent('vscode-button', vsCodeButton);
  const button = document.createElement('vscode-button');
  button.setAttribute('appearance', options.kind ?? 'secondary');
  if (options.class) button.className = options.class;
  if (options.title) button.title = options.title;
  const label = options.label ?? (options.text ? undefined : options.title);
  if (label) button.setAttribute('aria-label', label);
  if (options.icon) {
    const sign = icon(options.icon);
    if (options.text) sign.slot = 'start';
    button.append(sign);
  }
  if (options.text) button.append(options.text);
  button.addEventListener('click', options.onPress);
  return button;
}
