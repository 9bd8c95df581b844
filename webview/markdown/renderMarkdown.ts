import MarkdownIt from 'markdown-it';
import { element } from '../element.ts';
import { showHidden } from './hiddenCharacters.ts';
import type { Sanitize } from './sanitize.ts';

export type RenderMarkdown = (text: string) => DocumentFragment;

/**
 * Prose of an answer to nodes: no raw HTML, no images, no addresses made out of plain text. Links lose their `href`
 * (the editor would open it by itself) and carry it in `data-href`; the page asks the host to open it.
 */
export function createMarkdownRenderer(sanitize: Sanitize): RenderMarkdown {
  const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false, breaks: false });
  markdown.renderer.rules['image'] = (tokens, index) => {
    const token = tokens[index];
    return markdown.utils.escapeHtml(token?.content ?? '');
  };
  return (text) => {
    const fragment = sanitize(markdown.render(text));
    for (const anchor of fragment.querySelectorAll('a')) secureLink(anchor);
    for (const table of fragment.querySelectorAll('table')) {
      const frame = element('div', {
        class: 'tableFrame',
        attributes: { tabindex: '0', role: 'region' },
        label: 'Table',
      });
      table.replaceWith(frame);
      frame.append(table);
    }
    showHidden(fragment);
    return fragment;
  };
}

/** The address where it is plain http or https, else undefined. */
export function safeAddress(href: string): URL | undefined {
  if (!URL.canParse(href)) return undefined;
  const address = new URL(href);
  return address.protocol === 'https:' || address.protocol === 'http:' ? address : undefined;
}

function secureLink(anchor: HTMLAnchorElement): void {
  const address = safeAddress(anchor.getAttribute('href') ?? '');
  if (!address) {
    anchor.replaceWith(...anchor.childNodes);
    return;
  }
  anchor.removeAttribute('href');
  anchor.dataset['href'] = address.href;
  anchor.title = `Open ${address.host}`;
  anchor.tabIndex = 0;
  anchor.setAttribute('role', 'link');
}
