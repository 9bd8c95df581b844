import { element, icon, setText } from '../element.ts';

/** What is selected in an answer and can be blocked. */
export interface BlockSelection {
  readonly request: string;
  readonly phrase: string;
}

export interface BlockOffer {
  readonly element: HTMLElement;
  /** Blocks what is selected; false where nothing is that could be. */
  take(): boolean;
}

const MAX_PHRASE = 100;
const MARGIN = 8;
const QUOTES = /^["'`(\s]+|["'`),;\s]+$/g;

/** A button beside a word that is selected in an answer: never suggest it again. */
export function createBlockOffer(block: (selection: BlockSelection) => void): BlockOffer {
  const words = element('span');
  const root = element(
    'button',
    { class: 'blockOffer', title: 'Never suggest it again (B)', attributes: { type: 'button' } },
    icon('circle-slash'),
    words,
  );
  root.hidden = true;
  const take = (): boolean => {
    const selected = blockSelection(document.getSelection());
    if (!selected) return false;
    block(selected);
    document.getSelection()?.removeAllRanges();
    return true;
  };
  // A press would otherwise take the selection away before the click.
  root.addEventListener('pointerdown', (event) => event.preventDefault());
  root.addEventListener('click', take);
  document.addEventListener('selectionchange', () => {
    const selection = document.getSelection();
    const selected = blockSelection(selection);
    root.hidden = selected === undefined;
    if (!selected || !selection) return;
    setText(words, `Never suggest "${selected.phrase}" again`);
    place(root, selection.getRangeAt(0).getBoundingClientRect());
  });
  // It stands where the word was; what moves under it is another place.
  document.addEventListener('scroll', () => (root.hidden = true), { capture: true, passive: true });
  return { element: root, take };
}

function place(root: HTMLElement, at: DOMRect): void {
  const left = Math.min(at.left, document.documentElement.clientWidth - root.offsetWidth - MARGIN);
  const below = at.bottom + MARGIN / 2;
  const fits = below + root.offsetHeight <= document.documentElement.clientHeight;
  root.style.left = `${Math.max(MARGIN, left)}px`;
  root.style.top = `${fits ? below : Math.max(MARGIN, at.top - root.offsetHeight - MARGIN / 2)}px`;
}

/** The selected words, without quotes around them, where they lie on one line of one answer. */
function blockSelection(selection: Selection | null): BlockSelection | undefined {
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return undefined;
  const phrase = selection.toString().replace(QUOTES, '');
  if (phrase === '' || phrase.length > MAX_PHRASE || /[\r\n]/.test(phrase)) return undefined;
  if (!/[\p{L}\p{N}]/u.test(phrase)) return undefined;
  const within = (node: Node | null): Element | null | undefined =>
    (node instanceof Element ? node : node?.parentElement)?.closest('.answerText');
  const answer = within(selection.anchorNode);
  if (!answer || answer !== within(selection.focusNode)) return undefined;
  const request = answer.closest<HTMLElement>('.card')?.dataset['request'];
  return request === undefined ? undefined : { request, phrase };
}
