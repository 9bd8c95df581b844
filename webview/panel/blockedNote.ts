import { createButton } from '../components/button.ts';
import { element, icon } from '../element.ts';

/** A line on an answer that uses what is never to be suggested, each with a way to lift it. */
export function createBlockedNote(onLift: (phrase: string) => void): {
  readonly element: HTMLElement;
  update(blocked: readonly string[]): void;
} {
  const root = element('div', { class: 'blockedNote', role: 'note' });
  let key = '';
  return {
    element: root,
    update: (blocked) => {
      root.hidden = blocked.length === 0;
      const wanted = JSON.stringify(blocked);
      if (wanted === key) return;
      key = wanted;
      root.replaceChildren(
        icon('warning'),
        element('span', { text: `Uses ${blocked.join(', ')}, which you never want suggested.` }),
        ...blocked.map((phrase) =>
          createButton({
            text: blocked.length > 1 ? `Lift ${phrase}` : 'Lift',
            title: `Let ${phrase} be suggested again`,
            onPress: () => onLift(phrase),
          }),
        ),
      );
    },
  };
}
