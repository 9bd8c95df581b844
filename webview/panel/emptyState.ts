import { element } from '../element.ts';

export interface EmptyState {
  readonly element: HTMLElement;
  update(examples: readonly string[], show: boolean): void;
}

/** What a panel without cards shows: one sentence and up to three prompts made from the open file. */
export function createEmptyState(onExample: (prompt: string) => void): EmptyState {
  const list = element('div', { class: 'examples' });
  const root = element(
    'section',
    { class: 'empty', label: 'Nothing asked yet' },
    element('h1', { text: 'Ask for code, then say what you think of it' }),
    element('p', { text: 'Every Approve and Deny shapes the next answer. All of it stays on this machine.' }),
    list,
  );
  let key = '';
  return {
    element: root,
    update: (examples, show) => {
      root.hidden = !show;
      if (examples.join('\n') === key) return;
      key = examples.join('\n');
      list.replaceChildren(...examples.map((text) => example(text, onExample)));
    },
  };
}

function example(text: string, onExample: (prompt: string) => void): HTMLElement {
  const button = element('button', {
    class: 'example',
    text,
    title: 'Put it into the box',
    attributes: { type: 'button' },
  });
  button.addEventListener('click', () => onExample(text));
  return button;
}
