import createPurifier from 'dompurify';

const ALLOWED_TAGS = [
  ...['p', 'br', 'hr', 'ul', 'ol', 'li', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'strong', 'em', 's', 'del'],
  ...['code', 'pre', 'blockquote', 'a', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'span'],
];
const CODE_CLASS = /^hljs(-[a-z_-]+)?( [a-z_-]+)*$/;

export type Sanitize = (html: string) => DocumentFragment;

/**
 * Makes the only way from a string of HTML to nodes. dompurify parses inside a document of its own, through its
 * Trusted Types policy, and hands nodes over; nothing here ever assigns to innerHTML.
 */
export function createSanitizer(): Sanitize {
  const purifier = createPurifier(window);
  purifier.addHook('uponSanitizeAttribute', (_node, data) => {
    if (data.attrName === 'class' && !CODE_CLASS.test(data.attrValue)) data.keepAttr = false;
  });
  return (html) =>
    purifier.sanitize(html, {
      ALLOWED_TAGS,
      ALLOWED_ATTR: ['href', 'class', 'start'],
      ALLOWED_URI_REGEXP: /^https?:\/\//i,
      ALLOW_DATA_ATTR: false,
      ALLOW_ARIA_ATTR: false,
      RETURN_DOM_FRAGMENT: true,
    });
}
