/*
 * The toolkit finds out whether `:focus-visible` works by adding an empty style element, which the page's policy
 * blocks and reports; it would then draw focus rings on every click. The one probe is answered here instead, with a
 * style sheet that is in no document. To be imported before the toolkit.
 */
const head = document.head;
const append = head.appendChild;

function restore(): void {
  Reflect.deleteProperty(head, 'appendChild');
  Reflect.deleteProperty(head, 'removeChild');
}

function answerProbe(node: Node): Node {
  if (!(node instanceof HTMLStyleElement)) return append.call(head, node);
  Object.defineProperty(node, 'sheet', { value: new CSSStyleSheet() });
  Object.defineProperty(head, 'removeChild', { value: restore, configurable: true });
  return node;
}

Object.defineProperty(head, 'appendChild', { value: answerProbe, configurable: true });
