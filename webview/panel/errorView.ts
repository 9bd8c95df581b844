import type { Action } from '../../sidecar/protocol/errors.ts';
import { createButton } from '../components/button.ts';
import { element, icon } from '../element.ts';
import type { ErrorView } from '../protocol.ts';

/** What happened, why, what now, the buttons, and the code in small type. The first button is the main one. */
export function createErrorView(
  error: ErrorView,
  onAction: (action: Action) => void,
  options: { readonly mainButton: boolean } = { mainButton: true },
): HTMLElement {
  const text = element('div', { class: 'errorText' }, element('p', { class: 'what', text: error.what }));
  if (error.why) text.append(element('p', { class: 'why', text: error.why }));
  if (error.next) text.append(element('p', { class: 'next', text: error.next }));
  const buttons = element('div', { class: 'buttons' });
  error.buttons.forEach((button, index) => {
    const kind = index === 0 && options.mainButton ? 'primary' : 'secondary';
    buttons.append(createButton({ text: button.title, kind, onPress: () => onAction(button.action) }));
  });
  buttons.append(element('span', { class: 'code', text: error.code }));
  return element('div', { class: 'error', role: 'group', label: error.what }, icon('warning'), text, buttons);
}
