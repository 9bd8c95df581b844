import { logOccurrences } from '../occurrences.ts';
import type { AnswerText } from './answerText.ts';

const COUNTS = {
  headers: /^#{1,4} /gm,
  bullets: /^[ \t]*[-*•] /gm,
  numbered: /^[ \t]*\d+[.)] /gm,
  inlcode: /`[^`\n]+`/g,
} as const;
const PLACEHOLDER =
  /\bTODO|\bFIXME|your[_ ]code|\.\.\.[ \t]*$|pass[ \t]*$|# rest of|\/\/ rest of|placeholder|YOUR_/gm;
const BEGINS_SURE = /^(?:sure|certainly|of course|absolutely|here)/;
const SORRY = /i'm sorry|i apologize|as an ai|i cannot|i can't|unable to/;
const CLOSING = /let me know|i hope|feel free|happy coding|hope this/;
const EXAMPLE = /example usage|usage:|for example|e\.g\.|# example|\/\/ example|output:/i;
const NOTE = /\bnote[: ]|important|keep in mind|make sure|ensure/i;
const COMPLEXITY = /O\([nN1l]|time complexity|space complexity/;
const ENDS_WELL = '.`}!?)];:"\'>*|';

const flag = (found: boolean): number => (found ? 1 : 0);

/** What the words around the code are like, and whether the answer looks whole. */
export function proseFeatures({ text, prose, code }: AnswerText) {
  const trimmed = text.trimEnd();
  const last = trimmed.slice(-1);
  return {
    placeholder: logOccurrences(text, PLACEHOLDER),
    headers: logOccurrences(prose, COUNTS.headers),
    bullets: logOccurrences(prose, COUNTS.bullets),
    numbered: logOccurrences(prose, COUNTS.numbered),
    bold: Math.log1p((prose.split('**').length - 1) / 2),
    inlcode: logOccurrences(prose, COUNTS.inlcode),
    table: flag(text.includes('|---') || text.includes('| ---')),
    sure: flag(BEGINS_SURE.test(text.trimStart().slice(0, 40).toLowerCase())),
    sorry: flag(SORRY.test(text.slice(0, 300).toLowerCase())),
    closing: flag(CLOSING.test(trimmed.slice(-250).toLowerCase())),
    endq: flag(last === '?'),
    example: flag(EXAMPLE.test(text)),
    note: flag(NOTE.test(text)),
    complex: flag(COMPLEXITY.test(text)),
    odd_fence: (text.split('```').length - 1) % 2,
    trunc: flag(last !== '' && !ENDS_WELL.includes(last) && !code.trimEnd().endsWith(last)),
    ...characters(text),
  };
}

function characters(text: string) {
  const units = text.length + 1;
  let other = 0;
  let digits = 0;
  const depth = { round: 0, curly: 0, square: 0 };
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit > 127) other += 1;
    else if (unit >= 48 && unit <= 57) digits += 1;
    else if (unit === 40) depth.round += 1;
    else if (unit === 41) depth.round -= 1;
    else if (unit === 123) depth.curly += 1;
    else if (unit === 125) depth.curly -= 1;
    else if (unit === 91) depth.square += 1;
    else if (unit === 93) depth.square -= 1;
  }
  return {
    nonascii: (other / units) * 10,
    digits: (digits / units) * 5,
    bal: flag(depth.round === 0 && depth.curly === 0 && depth.square === 0),
  };
}
