import { type ProgressRing, vsCodeProgressRing } from '@vscode/webview-ui-toolkit';
import { registerComponent } from './designSystem.ts';

declare global {
  interface HTMLElementTagNameMap {
    'vscode-progress-ring': ProgressRing;
  }
}

/** A spinner of one line's height. Decoration: the text beside it says what is going on. */
export function createProgressRing(): HTMLElement {
  registerComponent('vscode-progress-ring', vsCodeProgressRing);
  const ring = document.createElement('vscode-progress-ring');
  ring.className = 'ring';
  ring.setAttribute('aria-hidden', 'true');
  return ring;
}
