import { element } from '../element.ts';
import type { HostPort } from '../hostPort.ts';
import type { HostMessage, Intent } from '../protocol.ts';
import { createBlockOffer } from './blockOffer.ts';
import { listenForCardKeys } from './cardKeys.ts';
import { createPanelContext, isFolded } from './panelContext.ts';
import { createPanelParts } from './panelParts.ts';
import { createReceiver } from './receiveMessage.ts';

/** Puts the panel below `root` and gives the function that takes the host's messages. */
export function createPanel(
  root: HTMLElement,
  port: HostPort<HostMessage, Intent>,
): (message: HostMessage) => void {
  const context = createPanelContext(port);
  const parts = createPanelParts(context);
  const { header, list, banner, box, actions, focusCard } = parts;
  const offer = createBlockOffer(({ request, phrase }) => actions.block(request, phrase, true));
  listenForCardKeys({
    ...{ store: context.store, ui: context.ui, actions, focusCard, focusBox: box.focus, block: offer.take },
    isFolded: (request) => isFolded(context, request),
  });
  listenForLinks(root, port.post);
  const foot = element('div', { class: 'foot' }, banner.element, box.element);
  root.append(header.element, list.element, foot, offer.element, context.live.element);
  return createReceiver(context, parts);
}

function listenForLinks(root: HTMLElement, post: (intent: Intent) => void): void {
  const follow = (event: Event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>('a[data-href]') : null;
    const href = link?.dataset['href'];
    if (!href) return;
    event.preventDefault();
    post({ type: 'link', href });
  };
  root.addEventListener('click', follow);
  root.addEventListener('keydown', (event) => event.key === 'Enter' && follow(event));
}
