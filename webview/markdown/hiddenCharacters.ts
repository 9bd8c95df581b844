import { element } from '../element.ts';

/*
 * Characters that a reader can't see but a compiler or a shell can: bidirectional controls, zero-width characters,
 * soft hyphens, variation and tag characters, and control codes.
 */
const HIDDEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;

export interface TextPart {
  readonly text: string;
  /** True where `text` is the name of a hidden character, such as `U+202E`. */
  readonly hidden: boolean;
}

/** Cuts a text at its hidden characters; one part where there are none. */
export function markHidden(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (match.index > from) parts.push({ text: text.slice(from, match.index), hidden: false });
    parts.push({ text: nameOf(match[0]), hidden: true });
    from = match.index + match[0].length;
  }
  if (from < text.length || parts.length === 0) parts.push({ text: text.slice(from), hidden: false });
  return parts;
}

/** Replaces hidden characters below `root` by visible marks. */
export function showHidden(root: Node): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found: Text[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Text && node.data.search(HIDDEN) >= 0) found.push(node);
  }
  for (const text of found) text.replaceWith(...markHidden(text.data).map(partNode));
}

function partNode(part: TextPart): Node {
  if (!part.hidden) return document.createTextNode(part.text);
  return element('span', {
    class: 'hiddenCharacter',
    text: part.text,
    title: 'A character that is not shown',
  });
}

function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
