/** Of a very long text its beginning and its end are read: what a person asks stands there, not in what was pasted. */
const HEAD = 8_000;
const TAIL = 4_000;
const MAX_SENTENCE = 600;

const FENCED = /^\s{0,3}(?:```|~~~)/;
const QUOTED_LINE = /^\s{0,3}>/;
/** A line of code or of a log, not of a person's prose. */
const CODE_LINE =
  /[;{}]\s*$|^\s*(?:import|from|def|class|return|const|let|var|function|#include|package|public|private)\b.*[({=;:]|^\s*(?:at |File ")|^\s*[|+$]|^\s*\d{4}-\d\d-\d\d[T ]\d\d:/;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu;

/**
 * The sentences that a person wrote, without code, quotations, links and marks. What is left can't act as markup; each
 * ends with `?` where it asked.
 */
export function proseSentences(text: string): string[] {
  const whole = text.length <= HEAD + TAIL ? text : `${text.slice(0, HEAD)}\n${text.slice(-TAIL)}`;
  return proseLines(whole)
    .flatMap((line) => cleaned(line).split(/(?<=[.!?])\s+|;\s*|\s+[-\u2013\u2014]\s+|[.!]$/))
    .map((sentence) => sentence.trim().slice(0, MAX_SENTENCE))
    .filter((sentence) => /\p{L}/u.test(sentence));
}

function proseLines(text: string): string[] {
  const lines: string[] = [];
  let inCode = false;
  for (const line of text.split(/\r\n|[\n\r\u2028\u2029]/)) {
    if (FENCED.test(line)) inCode = !inCode;
    else if (!inCode && !QUOTED_LINE.test(line) && !CODE_LINE.test(line)) lines.push(line);
  }
  return lines;
}

function cleaned(line: string): string {
  return (
    line
      .slice(0, HEAD)
      .normalize('NFC')
      .replace(INVISIBLE, (mark) => (mark === '\t' ? ' ' : ''))
      .replace(/\b(?:https?|ftp|file):\/\/\S+/gi, ' ')
      .replace(/`([^`\n]{1,200})`/g, (_, code: string) => (/^[\w.+#/-]{1,40}$/.test(code) ? code : ' '))
      .replace(/!?\[([^\]\n]{0,200})\]\((?:[^()\n]|\([^()\n]{0,200}\)){0,500}\)/g, '$1')
      .replace(/<[^<>\n]{1,200}>/g, ' ')
      // What stands in quotation marks is someone's words or a name, and seldom a wish.
      .replace(/"[^"\n]{25,}"|\u201c[^\u201c\u201d\n]{25,}\u201d/g, ' ')
      .replace(/["\u201c\u201d*_~|\\[\]{}<>^$]+(?=\s|$)|(?<=\s|^)["\u201c\u201d*_~|\\[\]{}<>^$]+/g, ' ')
      .replace(/[\u2018\u2019]/g, "'")
      .replace(/^\s*(?:#{1,6}|[-+*]|\d{1,2}[.)])\s+/, '')
      .replace(/\s+/g, ' ')
  );
}

/** Words that try to steer a model rather than to say what a person wants. */
const STEERING =
  /\b(?:ignore|disregard|forget|override|bypass|reveal|print)\b.{0,60}\b(?:instructions?|prompts?|rules?|previous|above|system|guidelines?)\b|\bsystem prompt\b|\byou are now\b|\bjailbreak|\bdeveloper mode\b|\bdo anything now\b/i;

export function isSteering(sentence: string): boolean {
  return STEERING.test(sentence);
}
