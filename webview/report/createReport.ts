import type { TrainResult } from '../../sidecar/protocol/trainingSchemas.ts';
import { createButton } from '../components/button.ts';
import { element, icon } from '../element.ts';
import type { ReportHostMessage, ReportIntent } from '../reportProtocol.ts';
import {
  adviceSection,
  examplesSection,
  filesSection,
  promptSection,
  rulesSection,
} from './reportSections.ts';

/** The page of one training run, below `root`. Gives the function that takes the host's messages. */
export function createReport(
  root: HTMLElement,
  post: (intent: ReportIntent) => void,
): (message: ReportHostMessage) => void {
  const main = element('main', { class: 'report' });
  root.append(main);
  return ({ result, activeNumber }) => {
    const parts = [
      head(result, activeNumber, post),
      promptSection(result),
      rulesSection(result.rules, post),
      examplesSection(result, post),
      adviceSection(result.advice),
      filesSection(result, post),
    ];
    main.replaceChildren(...parts.filter((part) => part !== undefined));
  };
}

function head(
  result: TrainResult,
  activeNumber: number | undefined,
  post: (intent: ReportIntent) => void,
): HTMLElement {
  const { version, error } = result;
  const root = element(
    'header',
    {},
    element('h1', { text: 'Training' }),
    element('p', { class: 'line', text: result.line }),
  );
  if (version)
    root.append(
      element('p', {
        class: 'quiet',
        text: `${version.name}, made from ${version.base}`,
      }),
    );
  if (result.handEdit === 'kept')
    root.append(note('Your own edit of the Modelfile was kept as a pinned part.'));
  if (result.handEdit === 'discarded') root.append(note('Your own edit of the Modelfile was replaced.'));
  if (error) root.append(note([error.what, error.why, error.next].filter(Boolean).join(' ')));
  if (version && !version.deleted) root.append(choice(version, activeNumber, post));
  return root;
}

function choice(
  version: NonNullable<TrainResult['version']>,
  activeNumber: number | undefined,
  post: (intent: ReportIntent) => void,
): HTMLElement {
  if (version.active || activeNumber === version.number) {
    return element('p', { class: 'active' }, icon('check'), `v${version.number} answers now.`);
  }
  const use = createButton({
    text: `Use v${version.number}`,
    kind: 'primary',
    title: 'The next answer comes from it; one click brings the one before back',
    onPress: () => post({ type: 'useVersion', version: version.version }),
  });
  const keepText = activeNumber === undefined ? 'Keep the base model' : `Keep v${activeNumber}`;
  const keep = createButton({ text: keepText, onPress: () => post({ type: 'keep' }) });
  return element('div', { class: 'buttons' }, use, keep);
}

function note(text: string): HTMLElement {
  return element('p', { class: 'note' }, icon('info'), text);
}
