import { type ButtonControl, createButton } from '../components/button.ts';
import { element } from '../element.ts';
import type { HighlightCode } from '../markdown/highlightCode.ts';
import type { ApplyHow } from './cardActions.ts';

export interface CodeBlockActions {
  copy(block: number): void;
  apply(block: number, how: ApplyHow): void;
}
export interface CodeBlockState {
  readonly language: string;
  readonly code: string;
  /** False while the answer is still being made, or where nothing may be written. */
  readonly canApply: boolean;
  /** Why not, for the tooltip; empty where it can. */
  readonly whyNot: string;
}
export interface CodeBlockView {
  readonly element: HTMLElement;
  update(state: CodeBlockState): void;
}

/** Below this length a growing block is coloured anew each frame; above it only when it has grown by a quarter. */
const CHEAP_LENGTH = 4_000;
const GROWTH = 1.25;
const COPIED_MS = 1_500;

interface ApplyButton {
  readonly how: ApplyHow;
  readonly icon: string;
  readonly text: string;
  readonly title: string;
}
const APPLY_BUTTONS: readonly ApplyButton[] = [
  {
    how: 'insert',
    icon: 'insert',
    text: 'Insert',
    title: 'Insert at the cursor, after a look at the change (I)',
  },
  {
    how: 'replace',
    icon: 'replace',
    text: 'Replace selection',
    title: 'Replace the selection, after a look at the change',
  },
  { how: 'newFile', icon: 'new-file', text: 'New file', title: 'Put it into a new file' },
];

/** One fenced block: its language, its buttons, its code. The buttons stand above the code, so they never move. */
export function createCodeBlockView(
  block: number,
  highlight: HighlightCode,
  actions: CodeBlockActions,
): CodeBlockView {
  const language = element('span', { class: 'language' });
  const buttons = APPLY_BUTTONS.map((one) => ({
    one,
    button: applyButton(one, () => actions.apply(block, one.how)),
  }));
  const bar = element(
    'div',
    { class: 'codeBar', role: 'toolbar', label: 'Code' },
    language,
    copyButton(() => actions.copy(block)),
  );
  bar.append(...buttons.map(({ button }) => button));
  const code = element('code');
  const frame = element('pre', { attributes: { tabindex: '0' }, label: 'Code' }, code);
  const shown = createGrowingCode(code, highlight);
  return {
    element: element('div', { class: 'codeBlock', attributes: { 'data-block': String(block) } }, bar, frame),
    update: (state) => {
      language.textContent = state.language || 'text';
      shown(state.code, state.language);
      for (const { one, button } of buttons) {
        button.disabled = !state.canApply;
        button.title = state.canApply ? one.title : state.whyNot;
      }
    },
  };
}

function applyButton(one: ApplyButton, onPress: () => void): ButtonControl {
  const button = createButton({ icon: one.icon, kind: 'icon', title: one.title, label: one.text, onPress });
  button.append(element('span', { class: 'buttonText', text: one.text }));
  return button;
}

function copyButton(onPress: () => void): HTMLElement {
  let timer: number | undefined;
  const text = element('span', { class: 'buttonText', text: 'Copy' });
  const button = createButton({
    icon: 'copy',
    kind: 'icon',
    title: 'Copy the code (C)',
    label: 'Copy',
    onPress: () => {
      onPress();
      const sign = button.querySelector('.codicon');
      sign?.classList.replace('codicon-copy', 'codicon-check');
      window.clearTimeout(timer);
      timer = window.setTimeout(() => sign?.classList.replace('codicon-check', 'codicon-copy'), COPIED_MS);
    },
  });
  button.append(text);
  return button;
}

/** Shows code that grows at its end: what is new is appended plain, and coloured together with the rest in steps. */
function createGrowingCode(
  target: HTMLElement,
  highlight: HighlightCode,
): (code: string, language: string) => void {
  let shown: string | undefined;
  let coloured = 0;
  let colouredAs = '';
  return (code, language) => {
    if (code === shown && language === colouredAs) return;
    const grows = shown !== undefined && language === colouredAs && code.startsWith(shown);
    if (grows && code.length > CHEAP_LENGTH && code.length < coloured * GROWTH) {
      target.append(code.slice(shown?.length ?? 0));
    } else {
      target.replaceChildren(highlight(code, language));
      coloured = code.length;
      colouredAs = language;
    }
    shown = code;
  };
}
