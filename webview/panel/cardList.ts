import { createButton } from '../components/button.ts';
import { element } from '../element.ts';
import type { CardView } from './cardView.ts';

export interface CardList {
  readonly element: HTMLElement;
  /** Shows exactly these cards in this order, keeping what is there. `draw` fills one in. */
  show(order: readonly string[], more: boolean): void;
  /** Adds cards above, without moving what the reader looks at. */
  prepend(requests: readonly string[], more: boolean, draw: () => void): void;
  add(request: string): void;
  view(request: string): CardView | undefined;
  /** Draws inside `change` and then stays at the end if the reader was there. */
  keepPlace(change: () => void): void;
  toEnd(): void;
  following(): boolean;
  restore(scroll: number | undefined): void;
}
export interface CardListOptions {
  readonly makeCard: (request: string) => CardView;
  readonly onOlder: () => void;
  /** `scroll` in pixels, or undefined while the reader follows the end. */
  readonly onScroll: (scroll: number | undefined) => void;
}

/** Nearer than this to the end, in pixels, counts as being at the end. */
const AT_END = 32;

/**
 * The scrolling list. The browser leaves out the layout of cards that are out of sight (`content-visibility`), older
 * cards are asked for when the top comes near, and the view follows the end only while the reader is there.
 */
export function createCardList(options: CardListOptions): CardList {
  const views = new Map<string, CardView>();
  const top = element('div', { class: 'older' });
  const cards = element('div', { class: 'cards', role: 'feed', label: 'Requests' });
  const root = element('main', { class: 'list', attributes: { tabindex: '-1' } }, top, cards);
  const end = createButton({
    icon: 'arrow-down',
    text: 'Newest',
    class: 'toEnd',
    title: 'To the newest text',
    onPress: () => toEnd(),
  });
  end.hidden = true;
  root.append(end);
  let follows = true;
  const setFollows = (value: boolean) => {
    follows = value;
    end.hidden = value;
  };
  const toEnd = () => {
    setFollows(true);
    root.scrollTop = root.scrollHeight;
  };
  let lastTop = 0;
  root.addEventListener('scroll', () => {
    const distance = root.scrollHeight - root.scrollTop - root.clientHeight;
    const up = root.scrollTop < lastTop - 1;
    lastTop = root.scrollTop;
    if (distance <= AT_END) setFollows(true);
    else if (up) setFollows(false);
    options.onScroll(follows ? undefined : root.scrollTop);
  });
  // Text that grows, images of layout that settle late, a box that grows below: all of them move the end.
  new ResizeObserver(() => follows && toEnd()).observe(cards);
  new ResizeObserver(() => follows && toEnd()).observe(root);
  new IntersectionObserver(
    (seen) => seen.some((one) => one.isIntersecting) && !top.hidden && options.onOlder(),
    {
      root,
      rootMargin: '600px 0px 0px 0px',
    },
  ).observe(top);
  const make = (request: string): HTMLElement => {
    const view = views.get(request) ?? options.makeCard(request);
    views.set(request, view);
    return view.element;
  };
  const setMore = (more: boolean) => {
    top.hidden = !more;
  };
  return {
    element: root,
    show: (order, more) => {
      for (const id of views.keys()) if (!order.includes(id)) views.delete(id);
      cards.replaceChildren(...order.map(make));
      setMore(more);
    },
    prepend: (requests, more, draw) => {
      const anchor = cards.firstElementChild;
      const before = anchor?.getBoundingClientRect().top ?? 0;
      cards.prepend(...requests.map(make));
      draw();
      setMore(more);
      root.scrollTop += (anchor?.getBoundingClientRect().top ?? 0) - before;
    },
    add: (request) => cards.append(make(request)),
    view: (request) => views.get(request),
    keepPlace: (change) => {
      change();
      if (follows) root.scrollTop = root.scrollHeight;
    },
    toEnd,
    following: () => follows,
    restore: (scroll) => {
      if (scroll === undefined) return toEnd();
      setFollows(false);
      root.scrollTop = scroll;
    },
  };
}
