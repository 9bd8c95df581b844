import { createButton } from '../components/button.ts';
import { createProgressRing } from '../components/progressRing.ts';
import { amountWords, percentWords } from '../displayWords.ts';
import { element, icon } from '../element.ts';
import type { Banner, Intent } from '../protocol.ts';
import { createErrorView } from './errorView.ts';

export interface BannerView {
  readonly element: HTMLElement;
  update(banner: Banner): void;
}
type NoModels = Extract<Banner, { kind: 'noModels' }>;

/** What stands between the user and an answer, above the box. Drawn anew only when it changes. */
export function createBanner(post: (intent: Intent) => void): BannerView {
  const root = element('section', { class: 'banner', label: 'State' });
  let key = '';
  return {
    element: root,
    update: (banner) => {
      const wanted = JSON.stringify(banner);
      root.hidden = banner.kind === 'none';
      if (wanted === key) return;
      key = wanted;
      root.dataset['kind'] = banner.kind;
      const content = bannerContent(banner, post);
      root.replaceChildren(...(content ? [content] : []));
    },
  };
}

function bannerContent(banner: Banner, post: (intent: Intent) => void): HTMLElement | undefined {
  switch (banner.kind) {
    case 'none':
      return undefined;
    case 'noServer':
    case 'stopped':
      return createErrorView(banner.error, (action) => post({ type: 'action', action }));
    case 'notSaved':
      return notSaved(banner, post);
    case 'restarting':
      return element('p', { class: 'line', role: 'status' }, createProgressRing(), banner.message);
    case 'restricted':
      return restricted(post);
    case 'advice':
      return element('p', { class: 'line quiet' }, icon('info'), element('span', { text: banner.message }));
    case 'noModels':
      return noModels(banner, post);
  }
}

function notSaved(
  banner: Extract<Banner, { kind: 'notSaved' }>,
  post: (intent: Intent) => void,
): HTMLElement {
  const view = createErrorView(banner.error, (action) => post({ type: 'action', action }));
  const waiting = `${amountWords(banner.waiting, 'decision')} kept in memory until there is room.`;
  if (banner.waiting > 0)
    view.querySelector('.errorText')?.append(element('p', { class: 'waiting', text: waiting }));
  return view;
}

function restricted(post: (intent: Intent) => void): HTMLElement {
  const trust = createButton({
    text: 'Manage trust',
    onPress: () => post({ type: 'action', action: 'trust' }),
  });
  return element(
    'div',
    { class: 'line' },
    icon('shield'),
    element('span', {
      text: 'Restricted Mode: you can ask, decide and copy. Nothing is written to your files.',
    }),
    trust,
  );
}

function noModels(banner: NoModels, post: (intent: Intent) => void): HTMLElement {
  const root = element(
    'div',
    { class: 'noModels' },
    element('p', { class: 'what', text: 'The server has no model yet. Pull one of these:' }),
  );
  const { pulling } = banner;
  const list = element('ul', { class: 'models' });
  for (const model of banner.recommended) {
    const pull = createButton({
      text: 'Pull',
      title: `Pull ${model.name}, ${model.size}`,
      onPress: () => post({ type: 'pull', name: model.name }),
    });
    pull.disabled = pulling !== undefined;
    list.append(
      element(
        'li',
        {},
        element('span', { class: 'modelName', text: model.name }),
        element('span', { class: 'quiet', text: `${model.size}, needs ${model.memory}` }),
        element('span', { class: 'modelNote quiet', text: model.note }),
        pull,
      ),
    );
  }
  root.append(list);
  if (pulling) root.append(pullLine(pulling, post));
  else if (banner.builtIn) {
    root.append(
      createButton({
        text: 'Use the built-in model',
        onPress: () => post({ type: 'action', action: 'useBuiltIn' }),
      }),
    );
  }
  return root;
}

function pullLine(pulling: NonNullable<NoModels['pulling']>, post: (intent: Intent) => void): HTMLElement {
  const { name, status, percent } = pulling;
  const bar = element('progress', { label: `Pulling ${name}` });
  if (percent !== undefined) {
    bar.max = 100;
    bar.value = percent;
  }
  const words = `Pulling ${name}: ${status}${percent === undefined ? '' : `, ${percentWords(percent)}`}`;
  const cancel = createButton({ text: 'Cancel', onPress: () => post({ type: 'cancelPull' }) });
  return element('div', { class: 'pulling' }, element('span', { text: words }), bar, cancel);
}
