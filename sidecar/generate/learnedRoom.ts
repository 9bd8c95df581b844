import type { ContextItem } from '../protocol/contextItem.ts';
import { estimateTokens, MESSAGE_OVERHEAD } from './estimateTokens.ts';
import { answerReserve, type Exchange, FENCE_TOKENS } from './promptBuilder.ts';

/** Everything learned together takes at most this share of the window. */
const SHARE = 0.25;
const MAX_KNOWN = 300;
/** What a fence around known things takes. */
const KNOWN_OVERHEAD = 45;
const LEAST_KNOWN = 30;

export interface RoomInput {
  /** Tokens; the window of the model. */
  readonly contextLength: number;
  readonly prompt: string;
  readonly context: readonly ContextItem[];
  readonly earlier: readonly Exchange[];
  /** The system text as it is sent. */
  readonly system: string;
}

/** Tokens that what was learned may take beside what the user wrote, attached and said before. */
export interface LearnedRoom {
  /** For goals, preferences, history and persona. */
  readonly known: number;
  /** For everything learned beside the system text. */
  readonly all: number;
}

/**
 * Rules and blocks always go along: they are few and what decisions ask for. All else takes only room that the user's
 * own things leave.
 */
export function learnedRoom({ contextLength, prompt, context, earlier, system }: RoomInput): LearnedRoom {
  const total = (texts: readonly string[], overhead: number): number =>
    texts.reduce((sum, text) => sum + estimateTokens(text) + overhead, 0);
  const own =
    total([prompt, system], MESSAGE_OVERHEAD) +
    total(
      context.map(({ text }) => text),
      FENCE_TOKENS,
    ) +
    total(
      earlier.map((each) => `${each.prompt}\n${each.response}`),
      2 * MESSAGE_OVERHEAD,
    );
  const left = contextLength - answerReserve(contextLength) - own;
  const share = Math.floor(contextLength * SHARE) - estimateTokens(system);
  const all = Math.max(0, Math.min(left, share));
  const known = Math.min(MAX_KNOWN, all - KNOWN_OVERHEAD);
  return { known: known < LEAST_KNOWN ? 0 : known, all };
}

/** The first examples that fit. */
export function fittingExamples<E extends Exchange>(examples: readonly E[], room: number, most: number): E[] {
  const fitting: E[] = [];
  let left = room;
  for (const each of examples) {
    const tokens = estimateTokens(`${each.prompt}\n${each.response}`) + 2 * MESSAGE_OVERHEAD;
    if (fitting.length >= most) break;
    if (tokens > left) continue;
    left -= tokens;
    fitting.push(each);
  }
  return fitting;
}
