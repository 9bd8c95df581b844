import { createHash } from 'node:crypto';

/** What is never to be suggested, as it is compared. */
export interface BlockPhrase {
  /** Derived from the words; holds none of them. */
  readonly id: string;
  /** As the user wrote it, without spare white space. */
  readonly text: string;
  /** One word as code writes names: an identifier, a keyword, a library, a path of names. */
  readonly isName: boolean;
}

const NAME = /^[@\p{L}_$][\p{L}\p{N}_$@.:/+#-]*$/u;

/** Names are told apart by their capitals, other phrases are not: `Map` is not `map`, but `As Any` is `as any`. */
export function blockPhrase(written: string): BlockPhrase {
  const text = written.normalize('NFC').replace(/\s+/g, ' ').trim();
  const isName = NAME.test(text);
  const compared = isName ? text : text.toLowerCase();
  const hash = createHash('sha256').update(compared).digest('hex');
  return { id: `block-${hash.slice(0, 24)}`, text, isName };
}
