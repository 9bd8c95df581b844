import type { Sent } from '../protocol/requestSchemas.ts';
import { estimateTokens } from './estimateTokens.ts';

/** A piece of a prompt that wants room. */
export interface Part {
  readonly name: string;
  readonly text: string;
  /** Higher is dropped later; `must` is never dropped or cut. */
  readonly importance: number | 'must';
  /** True where a beginning of it is better than nothing. */
  readonly divisible: boolean;
  /** Tokens around it that come and go with it. */
  readonly overhead: number;
}

export interface Packed {
  /** In the order given; `text` is undefined where the part was dropped. */
  readonly texts: readonly (string | undefined)[];
  readonly parts: Sent['parts'];
  readonly total: number;
  /** False where even what must go in does not fit. */
  readonly fits: boolean;
}

/** A smaller beginning than this says nothing. */
const MIN_TOKENS = 48;

/** Fits parts into a number of tokens: what matters least goes first, and every cut is reported. */
export function packContext(parts: readonly Part[], limit: number): Packed {
  const texts: (string | undefined)[] = parts.map(() => undefined);
  const rank = (part: Part): number =>
    part.importance === 'must' ? Number.POSITIVE_INFINITY : part.importance;
  const order = parts
    .map((part, at) => ({ part, at }))
    .sort((a, b) => compare(rank(b.part), rank(a.part)) || a.at - b.at);
  let total = 0;
  const report = parts.map((part) => ({ name: part.name, tokens: 0, cut: true }));
  for (const { part, at } of order) {
    const room = limit - total;
    const whole = estimateTokens(part.text) + part.overhead;
    const text = part.importance === 'must' || whole <= room ? part.text : beginning(part, room);
    if (text === undefined) continue;
    const tokens = text === part.text ? whole : estimateTokens(text) + part.overhead;
    total += tokens;
    texts[at] = text;
    report[at] = { name: part.name, tokens, cut: text !== part.text };
  }
  return { texts, parts: report, total, fits: total <= limit };
}

const compare = (a: number, b: number): number => (a === b ? 0 : a - b);

function beginning(part: Part, room: number): string | undefined {
  if (!part.divisible || room - part.overhead < MIN_TOKENS) return undefined;
  const lines = part.text.split('\n');
  const note = (kept: number): string => `\n[cut here: ${kept} of ${lines.length} lines]`;
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const tokens = estimateTokens(lines.slice(0, middle).join('\n') + note(middle)) + part.overhead;
    if (tokens <= room) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? undefined : lines.slice(0, low).join('\n') + note(low);
}
