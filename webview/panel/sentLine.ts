import { amountWords, countWords } from '../displayWords.ts';
import { element, icon } from '../element.ts';
import type { Card } from '../protocol.ts';

type Sent = NonNullable<Card['sent']>;

/** Parts whose names are short in what is recorded. */
const PART_WORDS: Readonly<Record<string, string>> = {
  blocks: 'never suggested',
  avoid: 'denied before',
  persona: 'style',
  goal: 'goals',
  pref: 'preferences',
};

export interface SentLine {
  readonly element: HTMLElement;
  update(sent: Sent | undefined): void;
}

/** `1,240 of 8,192 tokens · what was sent`; opens to the parts. What was left out is said without opening it. */
export function createSentLine(): SentLine {
  const root = element('div', { class: 'sent' });
  let shown: Sent | undefined;
  return {
    element: root,
    update: (sent) => {
      if (sent === shown) return;
      const open = root.querySelector('details')?.open ?? false;
      shown = sent;
      root.replaceChildren();
      if (!sent) return;
      const cut = sent.parts.filter((part) => part.cut);
      if (cut.length > 0) root.append(cutLine(cut.map((part) => part.name)));
      root.append(breakdown(sent, open));
    },
  };
}

function cutLine(names: readonly string[]): HTMLElement {
  return element('p', { class: 'cut' }, icon('warning'), `Cut to fit the context: ${names.join(', ')}`);
}

function breakdown(sent: Sent, open: boolean): HTMLElement {
  const summary = element(
    'summary',
    { title: 'What went to the model with your prompt, in estimated tokens' },
    `${countWords(sent.total)} of ${countWords(sent.limit)} tokens`,
    element('span', { class: 'what', text: ' · what was sent' }),
  );
  const rows = element('dl');
  for (const part of sent.parts) {
    rows.append(
      element('dt', { text: PART_WORDS[part.name] ?? part.name }),
      element('dd', { text: part.cut ? `${countWords(part.tokens)}, cut` : countWords(part.tokens) }),
    );
  }
  const details = element('details', {}, summary, rows);
  if (sent.rules.length > 0) {
    details.append(
      element('p', { class: 'sentHead', text: amountWords(sent.rules.length, 'rule') }),
      element('ul', {}, ...sent.rules.map((rule) => element('li', { text: rule.text }))),
    );
  }
  if (sent.system) {
    details.append(
      element('p', { class: 'sentHead', text: 'System text' }),
      element('pre', { text: sent.system, attributes: { tabindex: '0' } }),
    );
  }
  if (sent.prompt) {
    details.append(
      element('p', { class: 'sentHead', text: 'Prompt as sent' }),
      element('pre', { text: sent.prompt, attributes: { tabindex: '0' } }),
    );
  }
  details.open = open;
  return details;
}
