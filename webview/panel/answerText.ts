import { type AnswerBlock, splitAnswer } from '../../sidecar/protocol/answerBlocks.ts';
import { element } from '../element.ts';
import type { HighlightCode } from '../markdown/highlightCode.ts';
import type { RenderMarkdown } from '../markdown/renderMarkdown.ts';
import { type CodeBlockActions, type CodeBlockView, createCodeBlockView } from './codeBlockView.ts';

export interface AnswerTools {
  readonly renderMarkdown: RenderMarkdown;
  readonly highlight: HighlightCode;
}
export interface AnswerTextState {
  readonly text: string;
  readonly canApply: boolean;
  readonly whyNot: string;
}
export interface AnswerText {
  readonly element: HTMLElement;
  update(state: AnswerTextState): void;
}

interface ShownBlock {
  readonly kind: AnswerBlock['kind'];
  readonly element: HTMLElement;
  readonly update: (block: AnswerBlock, state: AnswerTextState) => void;
}

/**
 * The text of an answer as it grows. Blocks that can't change any more are kept; only from the first open block on
 * is anything read or drawn again.
 */
export function createAnswerText(tools: AnswerTools, actions: CodeBlockActions): AnswerText {
  const root = element('div', { class: 'answerText' });
  let blocks: ShownBlock[] = [];
  let known = '';
  let kept = 0;
  let keptEnd = 0;
  let lastState = '';
  const makeBlock = (block: AnswerBlock): ShownBlock => {
    if (block.kind === 'text') return proseBlock(tools.renderMarkdown);
    const number = blocks.filter((one) => one.kind === 'code').length;
    return codeBlock(createCodeBlockView(number, tools.highlight, actions));
  };
  const reset = () => {
    blocks = [];
    kept = 0;
    keptEnd = 0;
    root.replaceChildren();
  };
  return {
    element: root,
    update: (state) => {
      const stateKey = `${state.canApply} ${state.whyNot}`;
      if (state.text === known && stateKey === lastState) return;
      if (!state.text.startsWith(known) || stateKey !== lastState) {
        if (!state.text.startsWith(known)) reset();
        kept = 0;
        keptEnd = 0;
      }
      known = state.text;
      lastState = stateKey;
      const start = keptEnd;
      const open = splitAnswer(state.text.slice(start));
      open.forEach((block, offset) => {
        const index = kept + offset;
        let shown = blocks[index];
        if (shown?.kind !== block.kind) {
          for (const old of blocks.splice(index)) old.element.remove();
          shown = makeBlock(block);
          blocks.push(shown);
          root.append(shown.element);
        }
        shown.update(block, state);
      });
      for (const old of blocks.splice(kept + open.length)) old.element.remove();
      const done = open.findIndex((block) => !block.done);
      const finished = done < 0 ? open.length : done;
      keptEnd = start + (open[finished - 1]?.end ?? 0);
      kept += finished;
    },
  };
}

function proseBlock(render: RenderMarkdown): ShownBlock {
  const root = element('div', { class: 'prose' });
  let shown: string | undefined;
  return {
    kind: 'text',
    element: root,
    update: (block) => {
      if (block.kind !== 'text' || block.text === shown) return;
      shown = block.text;
      root.replaceChildren(render(block.text));
    },
  };
}

function codeBlock(view: CodeBlockView): ShownBlock {
  return {
    kind: 'code',
    element: view.element,
    update: (block, state) => {
      if (block.kind !== 'code') return;
      const { canApply, whyNot } = state;
      view.update({ language: block.language, code: block.code, canApply, whyNot });
    },
  };
}
