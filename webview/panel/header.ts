import { createButton } from '../components/button.ts';
import { element, icon, setText } from '../element.ts';
import type { Frame } from '../panelStore.ts';
import type { Intent } from '../protocol.ts';

export interface Header {
  readonly element: HTMLElement;
  update(frame: Frame): void;
}

/** Model, new thread, settings. */
export function createHeader(post: (intent: Intent) => void): Header {
  const name = element('span', { class: 'modelName' });
  const machine = element('span', { class: 'machine' });
  const model = element(
    'button',
    { class: 'model', attributes: { type: 'button' } },
    name,
    icon('chevron-down'),
  );
  model.addEventListener('click', () => post({ type: 'pickModel' }));
  const thread = createButton({
    icon: 'add',
    kind: 'icon',
    title: 'New thread',
    onPress: () => post({ type: 'newThread' }),
  });
  const settings = createButton({
    icon: 'gear',
    kind: 'icon',
    title: 'Settings',
    onPress: () => post({ type: 'settings' }),
  });
  return {
    element: element(
      'header',
      { class: 'panelHead' },
      model,
      machine,
      element('span', { class: 'space' }),
      thread,
      settings,
    ),
    update: (frame) => {
      const text = frame.model || 'No model';
      setText(name, text);
      model.title = `Model: ${text}. Choose another`;
      model.setAttribute('aria-label', model.title);
      setText(machine, frame.machine ? `on ${frame.machine}` : '');
    },
  };
}
