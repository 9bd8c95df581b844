import type { Rule, TrainResult } from '../../sidecar/protocol/trainingSchemas.ts';
import { amountWords } from '../displayWords.ts';
import { element } from '../element.ts';
import { showHidden } from '../markdown/hiddenCharacters.ts';
import type { ReportIntent } from '../reportProtocol.ts';
import { type DiffLine, diffLines } from './lineDiff.ts';

type Post = (intent: ReportIntent) => void;
const SIGNS: Record<DiffLine['kind'], string> = { same: ' ', added: '+', removed: '-' };
const SIGN_WORDS: Record<DiffLine['kind'], string> = { same: '', added: 'added: ', removed: 'removed: ' };

/** What the model was told before and what it is told now. */
export function promptSection(result: TrainResult): HTMLElement {
  const lines = diffLines(result.previousSystem, result.system);
  const changed = lines.some((one) => one.kind !== 'same');
  if (!changed)
    return section('System text', element('p', { class: 'quiet', text: 'The system text did not change.' }));
  const table = element('div', {
    class: 'diff',
    role: 'region',
    label: 'Change of the system text',
    attributes: { tabindex: '0' },
  });
  for (const { kind, text } of lines) {
    table.append(
      element(
        'div',
        { class: `diffLine ${kind}` },
        element('span', { class: 'sign', text: SIGNS[kind], attributes: { 'aria-hidden': 'true' } }),
        element('span', { class: 'srOnly', text: SIGN_WORDS[kind] }),
        element('span', { class: 'diffText', text }),
      ),
    );
  }
  showHidden(table);
  return section('System text', table);
}

/** Each rule with the decisions it came from. */
export function rulesSection(rules: readonly Rule[], post: Post): HTMLElement {
  if (rules.length === 0) {
    return section(
      'Rules',
      element('p', { class: 'quiet', text: 'No rule has enough decisions behind it yet.' }),
    );
  }
  const list = element('ul', { class: 'rules' });
  for (const rule of rules) {
    const row = element('li', {}, element('span', { class: 'ruleText', text: rule.text }));
    row.append(evidence(rule.evidence, `${rule.counts.for} for`, post));
    if (rule.counts.against > 0) row.append(evidence(rule.against, `${rule.counts.against} against`, post));
    if (!rule.on) row.append(element('span', { class: 'quiet', text: 'off' }));
    list.append(row);
  }
  return section(amountWords(rules.length, 'rule'), list);
}

function evidence(decisions: readonly string[], text: string, post: Post): HTMLElement {
  const button = element('button', {
    class: 'link',
    text,
    title: 'Show these decisions',
    attributes: { type: 'button' },
  });
  button.addEventListener('click', () => post({ type: 'seeDecisions', decisions: [...decisions] }));
  return button;
}

/** The approved answers that go along as examples, folded. */
export function examplesSection(result: TrainResult, post: Post): HTMLElement | undefined {
  if (result.examples.length === 0) return undefined;
  const list = result.examples.map((example) => {
    const response = element('pre', { text: example.response, attributes: { tabindex: '0' } });
    showHidden(response);
    return element(
      'details',
      { class: 'example' },
      element('summary', { text: example.prompt.slice(0, 300) }),
      response,
      evidence([example.decision], 'See the decision', post),
    );
  });
  return section(amountWords(result.examples.length, 'example'), ...list);
}

export function adviceSection(advice: readonly string[]): HTMLElement | undefined {
  if (advice.length === 0) return undefined;
  return section('Next', element('ul', {}, ...advice.map((text) => element('li', { text }))));
}

export function filesSection(result: TrainResult, post: Post): HTMLElement {
  const file = (text: string, path: string, intent: ReportIntent) => {
    const button = element('button', { class: 'link', text, title: path, attributes: { type: 'button' } });
    button.addEventListener('click', () => post(intent));
    return element('p', {}, button, element('span', { class: 'quiet path', text: path }));
  };
  return section(
    'Files',
    file('Modelfile', result.files.modelfile, { type: 'openModelfile' }),
    file('Training log', result.files.log, { type: 'openLog' }),
  );
}

function section(title: string, ...children: readonly Node[]): HTMLElement {
  return element('section', {}, element('h2', { text: title }), ...children);
}
