import { createProgressRing } from '../components/progressRing.ts';
import { durationWords } from '../displayWords.ts';
import { element, icon, setText } from '../element.ts';
import type { CandidateView } from '../protocol.ts';
import { type AnswerTools, createAnswerText } from './answerText.ts';
import { createBlockedNote } from './blockedNote.ts';
import type { ApplyHow, CardActions } from './cardActions.ts';
import { createErrorView } from './errorView.ts';

export interface AnswerView {
  readonly element: HTMLElement;
  update(candidate: CandidateView, canWrite: boolean): void;
}

/** One candidate: how far it is, its folded thinking, its text, and what went wrong. */
export function createAnswerView(request: string, tools: AnswerTools, actions: CardActions): AnswerView {
  const status = createStatusLine();
  const thinking = createThinking();
  const text = createAnswerText(tools, {
    copy: (block) => actions.copy(request, block),
    apply: (block, how: ApplyHow) => actions.apply(request, block, how),
  });
  const blocked = createBlockedNote((phrase) => actions.block(request, phrase, false));
  const end = element('div', { class: 'answerEnd' });
  let endKey = '';
  return {
    element: element(
      'div',
      { class: 'answer' },
      ...[thinking, text, blocked, status].map((part) => part.element),
      end,
    ),
    update: (candidate, canWrite) => {
      status.update(candidate);
      thinking.update(candidate);
      blocked.update(candidate.blocked ?? []);
      const whyNot = whyNotApply(candidate, canWrite);
      text.update({ text: candidate.text, canApply: whyNot === '', whyNot });
      const key = JSON.stringify([candidate.state === 'stopped', candidate.error]);
      if (key === endKey) return;
      endKey = key;
      end.replaceChildren();
      if (candidate.state === 'stopped' && !candidate.error) end.append(stoppedNote(candidate.text !== ''));
      if (candidate.error) {
        end.append(
          createErrorView(candidate.error, (action) => actions.post({ type: 'action', action, request })),
        );
      }
    },
  };
}

function whyNotApply(candidate: CandidateView, canWrite: boolean): string {
  if (!canWrite) return 'Restricted Mode: nothing is written to files here';
  return candidate.sha256 ? '' : 'Possible when the answer is complete';
}

function stoppedNote(withText: boolean): HTMLElement {
  const text = withText ? 'Stopped. The text so far is kept.' : 'Stopped before the first word.';
  return element('p', { class: 'stoppedNote' }, icon('debug-stop'), text);
}

interface Part {
  readonly element: HTMLElement;
  update(candidate: CandidateView): void;
}

/** "Loading the model, 12 s" while there is no text; nothing once there is. */
function createStatusLine(): Part {
  const words = element('span');
  const root = element('p', { class: 'status' }, createProgressRing(), words);
  let timer: number | undefined;
  return {
    element: root,
    update: (candidate) => {
      window.clearInterval(timer);
      const waits = candidate.state === 'waiting' || candidate.state === 'loading';
      root.hidden = !(waits || (candidate.state === 'streaming' && candidate.text === ''));
      const say = () => setText(words, statusWords(candidate, Date.now()));
      say();
      if (candidate.state === 'loading') {
        timer = window.setInterval(() => (root.isConnected ? say() : window.clearInterval(timer)), 1_000);
      }
    },
  };
}

/** Words for a candidate without text. `now` in Unix milliseconds. */
export function statusWords(candidate: CandidateView, now: number): string {
  if (candidate.state === 'loading') {
    const since = candidate.loadingSince;
    const seconds = since === undefined ? '' : `, ${durationWords(now - since)}`;
    return `Loading ${candidate.model}${seconds}`;
  }
  return candidate.thinking === '' ? `Waiting for ${candidate.model}` : 'Thinking';
}

function createThinking(): Part {
  const text = element('div', { class: 'thinkingText' });
  const root = element('details', { class: 'thinking' }, element('summary', { text: 'Thoughts' }), text);
  return {
    element: root,
    update: (candidate) => {
      root.hidden = candidate.thinking === '';
      const shown = text.textContent ?? '';
      if (candidate.thinking.startsWith(shown)) text.append(candidate.thinking.slice(shown.length));
      else text.textContent = candidate.thinking;
    },
  };
}
