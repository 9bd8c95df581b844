import { element } from '../element.ts';

export interface LiveRegion {
  readonly element: HTMLElement;
  /** Said once by a screen reader, after what it is saying now. */
  say(text: string): void;
}

/** Announces events, never the text as it streams. */
export function createLiveRegion(): LiveRegion {
  const root = element('div', {
    class: 'srOnly',
    role: 'status',
    attributes: { 'aria-live': 'polite', 'aria-atomic': 'true' },
  });
  return {
    element: root,
    say: (text) => {
      root.textContent = '';
      requestAnimationFrame(() => {
        root.textContent = text;
      });
    },
  };
}
