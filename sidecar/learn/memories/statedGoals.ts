import { isSteering, proseSentences } from './plainProse.ts';

/** Something that the writer of a text wants to reach. */
export interface GoalStatement {
  /** For example `build a REST API`. */
  readonly text: string;
  /** True where it is no longer wanted. */
  readonly ended: boolean;
  /** From 0 to 1, by the words that say it. */
  readonly confidence: number;
  readonly quote: string;
}

const CONFIDENCE = { wish: 0.75, verb: 0.7 } as const;
const MAX_GOALS = 3;
const MAX_WORDS = 14;
const MAX_LENGTH = 120;

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));
const WISH = /^(?:want|wants|need|needs)$/;
const QUESTION = /^(?:what|which|how|why|where|when|who)$/;
const VERB = /^(?:build|create|implement|deploy)$/;
/** Before a verb these show that something is to be done, not told about. */
const LEADS = words(
  "to please i we let's lets you me and then also must should will would can could just now help i'll we'll us not don't , : first next finally",
);
/** After "build" and the like these show that it is a noun. */
const NOUN_SIGNS = words(
  'fails failed failing fail error errors is was breaks broke broken passes script scripts time times step steps log logs output outputs pipeline process status number tool tools system warnings with for in on of and or',
);
const NEGATIONS = words(
  "not don't dont doesn't didn't never without no cannot can't won't shouldn't stop avoid",
);
/** What people want of the conversation rather than of their work. */
const NO_GOALS = words(
  'know ask say see be tell thank remember mention note clarify confirm check stop wait hear talk understand make-sure',
);
const ENDINGS =
  /\s+(?:so that|because|but|however|which|where|whereas|although|and then|then|if|when|while|as soon as|any ?more|anymore|for me|please|thanks|thank you|right now|asap)\b.*$/i;
/** A comma that begins something else; one inside a list stays. */
const NEXT_CLAUSE =
  /,\s*(?:and |but |so |then )?(?:it|i|we|you|they|please|make|add|use|using|with|should|which|that|the|this|if|when|also|so|but|then|because|where|what|how|can|could|is|are)\b.*$/i;
const ALLOWED = /[^\p{L}\p{M}\p{N} .,_+#/@&'():%=-]/gu;

/** Goals of a text, by the words "want to", "need to", "build", "create", "implement", "deploy". Linear in its length. */
export function statedGoals(text: string): GoalStatement[] {
  const found = new Map<string, GoalStatement>();
  for (const sentence of proseSentences(text)) {
    if (found.size >= MAX_GOALS) break;
    if (isSteering(sentence)) continue;
    const goal = goalOf(sentence);
    if (goal && !found.has(goal.text.toLowerCase())) found.set(goal.text.toLowerCase(), goal);
  }
  return [...found.values()];
}

/** The first goal of a sentence: what follows in the same sentence is part of it or a detail. */
function goalOf(sentence: string): GoalStatement | undefined {
  const tokens = sentence.replace(/[?!.]+$/, '').match(/,|:|[^\s,:]+/g) ?? [];
  const lower = tokens.map((token) => token.toLowerCase().replace(/^[("']+|[)"']+$/g, ''));
  const isAsked = QUESTION.test(lower[0] ?? '') && sentence.endsWith('?');
  for (let at = 0; at < tokens.length; at += 1) {
    // "What do I need to install?" asks; "How do I create a table?" wants one.
    if (isAsked && WISH.test(lower[at] ?? '')) continue;
    const from = startOf(lower, at);
    if (from === undefined) continue;
    const { isEnded, isDenied } = negation(lower, at);
    if (isDenied) return undefined;
    const text = clause(tokens.slice(from).join(' '));
    if (text === undefined) continue;
    const confidence = WISH.test(lower[at] ?? '') ? CONFIDENCE.wish : CONFIDENCE.verb;
    return { text, ended: isEnded || /\bany ?more\b/i.test(sentence), confidence, quote: sentence };
  }
  return undefined;
}

/** Where the goal begins that the word there announces; undefined where it announces none. */
function startOf(lower: readonly string[], at: number): number | undefined {
  const word = lower[at] ?? '';
  if (WISH.test(word)) return lower[at + 1] === 'to' ? afterWish(lower, at) : undefined;
  return VERB.test(word) && isOrder(lower, at) ? at : undefined;
}

function afterWish(lower: readonly string[], at: number): number | undefined {
  // "no need to" and "the need to" are nouns.
  if (/^(?:no|the|a|any|without)$/.test(lower[at - 1] ?? '')) return undefined;
  const isAble = lower.slice(at + 2, at + 5).join(' ') === 'be able to';
  const from = at + (isAble ? 5 : 2);
  return NO_GOALS.has(lower[from] ?? 'be') ? undefined : from;
}

function isOrder(lower: readonly string[], at: number): boolean {
  const next = lower[at + 1] ?? ',';
  if (NOUN_SIGNS.has(next) || next === ',' || next === ':') return false;
  // A wish before it has been looked at already.
  if (lower[at - 1] === 'to' && WISH.test(lower[at - 2] ?? '')) return false;
  return at === 0 || LEADS.has(lower[at - 1] ?? '');
}

function negation(lower: readonly string[], at: number): { isEnded: boolean; isDenied: boolean } {
  const before = lower.slice(Math.max(0, at - 4), at);
  const rest = lower.slice(at).join(' ');
  const isEnded =
    before.join(' ').endsWith('no longer') ||
    (before.some((word) => NEGATIONS.has(word)) && /\bany ?more\b/.test(rest));
  return { isEnded, isDenied: !isEnded && before.some((word) => NEGATIONS.has(word)) };
}

function clause(words: string): string | undefined {
  const cut = words
    .replace(/\s+([,:])/g, '$1')
    .replace(NEXT_CLAUSE, '')
    .replace(ENDINGS, '')
    .replace(/:.*$/, '')
    .replace(ALLOWED, '')
    .replace(/\s+/g, ' ');
  const short = cut.split(' ').slice(0, MAX_WORDS).join(' ').slice(0, MAX_LENGTH);
  const text = short
    .replace(/[\s,.(:-]+$/, '')
    .replace(/\s+(?:a|an|the|and|or|with|for|to|of|in|on|that)$/i, '');
  // One word is no goal, and neither are marks without letters.
  return /\p{L}\S*\s+\S*[\p{L}\p{N}]/u.test(text) ? text : undefined;
}
