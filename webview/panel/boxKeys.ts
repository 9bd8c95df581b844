import type { Suggestions } from './suggestions.ts';

export type BoxStep = 'send' | 'answer' | 'escape' | 'hide' | 'choose' | 'up' | 'down' | 'older' | 'newer';
export interface BoxKeyPress {
  readonly key: string;
  /** True with Ctrl, Alt, Meta or Shift. */
  readonly modified: boolean;
  readonly listOpen: boolean;
  /** True while the newest card asks what its request means. */
  readonly asked: boolean;
  /** Text before and after the selection. */
  readonly before: string;
  readonly after: string;
}

const LIST_KEYS: ReadonlyMap<string, BoxStep> = new Map([
  ['Enter', 'choose'],
  ['Tab', 'choose'],
  ['Escape', 'hide'],
  ['ArrowUp', 'up'],
  ['ArrowDown', 'down'],
]);

/** What a key does in the box, or undefined where it types or moves as everywhere. */
export function boxStep(press: BoxKeyPress): BoxStep | undefined {
  const { key } = press;
  if (press.modified) return undefined;
  const onList = press.listOpen ? LIST_KEYS.get(key) : undefined;
  if (onList) return onList;
  // In the empty box a digit answers what is asked, and Enter skips it; with text in it they are what they always are.
  if (press.asked && press.before === '' && press.after === '' && /^(?:[0-3]|Enter)$/.test(key))
    return 'answer';
  if (key === 'Enter') return 'send';
  if (key === 'Escape') return 'escape';
  if (key === 'ArrowUp' && !press.before.includes('\n')) return 'older';
  return key === 'ArrowDown' && !press.after.includes('\n') ? 'newer' : undefined;
}

type OwnStep = Exclude<BoxStep, 'hide' | 'choose' | 'up' | 'down'>;

/** Handles the keys of the box: those of the open list here, the others through `act`. */
export function listenForBoxKeys(
  area: HTMLTextAreaElement,
  suggestions: Suggestions,
  asked: () => boolean,
  act: Readonly<Record<OwnStep, (key: string) => void>>,
): void {
  area.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    const step = boxStep({
      key: event.key,
      modified: event.ctrlKey || event.altKey || event.metaKey || event.shiftKey,
      listOpen: suggestions.isOpen(),
      asked: area.value === '' && asked(),
      before: area.value.slice(0, area.selectionStart),
      after: area.value.slice(area.selectionEnd),
    });
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    if (step === 'hide') suggestions.hide();
    else if (step === 'choose') suggestions.choose();
    else if (step === 'up' || step === 'down') {
      suggestions.move(step === 'up' ? -1 : 1);
      area.setAttribute('aria-activedescendant', suggestions.active() ?? '');
    } else act[step](event.key);
  });
}
