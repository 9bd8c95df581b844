import { isSteering, proseSentences } from './plainProse.ts';
import { NAMED_THINGS, type NamedThing } from './technologyNames.ts';

/** What one sentence says of what its writer likes to use. Names as their makers write them. */
export interface PreferenceStatement {
  readonly likes: readonly string[];
  /** What the likes are preferred to. */
  readonly over: readonly string[];
  /** What is not, or no longer, wanted. */
  readonly dislikes: readonly string[];
  /** From 0 to 1, by the word that says it. */
  readonly confidence: number;
  readonly quote: string;
}

export interface StatedPreferences {
  readonly statements: readonly PreferenceStatement[];
  readonly likes: readonly string[];
  readonly dislikes: readonly string[];
}

export interface ReadingOptions {
  /** The user said yes to it, so that a question in it is a statement. */
  readonly isAnswered?: boolean;
}

const CONFIDENCE = { prefer: 0.85, like: 0.75, framework: 0.75, using: 0.65, with: 0.6, not: 0.75 } as const;
type Trigger = keyof typeof CONFIDENCE;
/** Said of oneself, where the others are said of a piece of work. */
const WISHES: ReadonlySet<Trigger> = new Set(['prefer', 'like', 'not']);

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));
const FILLERS = words(
  'to use using the a an my our their this that latest modern plain only mostly always really very much both either some work working with write writing code in is : be mainly just new simple any more your pure',
);
const JOINERS = words(', and or & + plus also');
const OVER = words('over instead rather than vs versus');
const NOUNS = words(
  'framework frameworks backend frontend database db library server api app client container containers cluster stack project code language service runtime image images component components tests queries',
);
/** Of these nouns a tool is part, also one that is called by an everyday word. */
const SURE_NOUNS = words('framework backend frontend database server language library');
const BOUNDARIES = words(
  'for in on over instead rather to because when while as at since but so where which if from by',
);
const LIKERS = words(
  "i we i'd we'd really also would do much both always mostly usually generally still do you'd you",
);
const NEGATIONS = words(
  "not don't dont doesn't didn't never no cannot can't won't stop stopped avoid avoiding hate without isn't aren't longer than",
);
const PROBLEMS = words(
  'problem problems issue issues error errors bug bugs trouble wrong struggling struggle compare compared comparing compatible incompatible conflict conflicts deal dealing fed stuck unfamiliar fails failed broken replace replaced replacing mess happens done',
);
/** Capitals that are no names of tools. */
const NO_TOOLS = words(
  'i api apis url urls id ids ok ui ux cli gui ide sdk http https tcp udp ip dns ssl tls ssh ftp cpu gpu ram io os pc utc iso ascii utf pdf csv png jpg svg gif faq asap fyi btw imo todo readme mvp crud dto orm mvc eod usa uk eu english german french spanish monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december the this that these those please thanks hello hi christmas',
);
const VERSION = /^v?\d+(?:\.\d+){0,3}\+?$/;
/** Two capitals in one word, a dot or a plus inside, or a known ending: how names of tools look. */
const TOOL_SHAPE =
  /^(?:[A-Z][a-z0-9]+[A-Z][A-Za-z0-9]*|[a-z]+[A-Z]{2,}[A-Za-z0-9]*|[A-Za-z][A-Za-z0-9-]*\.(?:js|ts|py|rs|io|net)|[A-Za-z]+(?:\+\+|#))$/;
const CAPITALISED = /^[A-Z][A-Za-z0-9-]{2,29}$/;
const MAX_NAMES = 8;
const MAX_STATEMENTS = 8;

/** What a text says of the tools and ways that its writer likes. Linear in its length; nothing of code or quotations. */
export function statedPreferences(text: string, options: ReadingOptions = {}): StatedPreferences {
  const statements: PreferenceStatement[] = [];
  for (const sentence of proseSentences(text)) {
    if (statements.length >= MAX_STATEMENTS) break;
    if (!isSteering(sentence)) statements.push(...statementsOf(sentence, options));
  }
  const dislikes = distinct(statements.flatMap((each) => [...each.dislikes, ...each.over]));
  const likes = distinct(statements.flatMap((each) => each.likes)).filter((name) => !dislikes.includes(name));
  return { statements, likes, dislikes };
}

const distinct = (names: readonly string[]): string[] => [...new Set(names)];

function statementsOf(sentence: string, { isAnswered = false }: ReadingOptions): PreferenceStatement[] {
  const tokens = tokensOf(sentence);
  const lower = tokens.map((token) => token.toLowerCase());
  const isQuestion = /\?$/.test(sentence) && !isAnswered;
  return tokens.flatMap((_, at) => {
    const trigger = triggerAt(lower, at);
    // Whoever asks which to prefer has not said it.
    const isAsked = isQuestion && trigger !== undefined && WISHES.has(trigger);
    const stated = trigger === undefined || isAsked ? undefined : statementAt(tokens, lower, at, trigger);
    return stated ? [{ ...stated, quote: sentence }] : [];
  });
}

function statementAt(
  tokens: readonly string[],
  lower: readonly string[],
  at: number,
  trigger: Trigger,
): Omit<PreferenceStatement, 'quote'> | undefined {
  const isNot = trigger === 'prefer' && lower[at + 1] === 'not';
  const { names, next } =
    trigger === 'framework' ? framework(tokens, at) : namesFrom(tokens, at + (isNot ? 2 : 1), trigger);
  if (names.length === 0) return undefined;
  if (trigger === 'not' || isNot || isNegatedAt(lower, at))
    return { likes: [], over: [], dislikes: names, confidence: CONFIDENCE.not };
  const over = OVER.has(lower[next] ?? '') ? namesAfterOver(tokens, next) : [];
  return { likes: names, over, dislikes: [], confidence: CONFIDENCE[trigger] };
}

const tokensOf = (sentence: string): string[] =>
  (sentence.match(/,|:|[^\s,:()]+/g) ?? []).flatMap((token) => {
    const bare = token.replace(/^["']+|["'?!.]+$/g, '');
    return bare === '' ? [] : [bare];
  });

function triggerAt(lower: readonly string[], at: number): Trigger | undefined {
  const word = lower[at] ?? '';
  const before = lower[at - 1] ?? '';
  const isProblem = PROBLEMS.has(before);
  switch (word) {
    case 'prefer':
    case 'prefers':
    case 'preferred':
      // "used to prefer" is over.
      return before === 'to' && lower[at - 2] === 'used' ? undefined : 'prefer';
    case 'like':
    case 'likes':
    case 'love':
      return word !== 'love' && (LIKERS.has(before) || NEGATIONS.has(before)) ? 'like' : undefined;
    case 'using':
      return isProblem || before === 'of' || before === 'without' ? undefined : 'using';
    case 'use':
      return NEGATIONS.has(before) && before !== 'than' && before !== 'without' ? 'not' : undefined;
    case 'avoid':
      return 'not';
    case 'with':
      return isProblem ? undefined : 'with';
    case 'framework':
    case 'frameworks':
      return 'framework';
    default:
      return undefined;
  }
}

function isNegatedAt(lower: readonly string[], at: number): boolean {
  const before = lower[at - 1] ?? '';
  if (lower[at] === 'with' || lower[at] === 'framework') return false;
  return NEGATIONS.has(before) || (before === 'really' && NEGATIONS.has(lower[at - 2] ?? ''));
}

/** A name after or right before the word. */
function framework(tokens: readonly string[], at: number): { names: string[]; next: number } {
  const isDenied = tokens.slice(Math.max(0, at - 4), at).some((token) => NEGATIONS.has(token.toLowerCase()));
  if (isDenied) return { names: [], next: at };
  const after = namesFrom(tokens, at + 1, 'framework');
  if (after.names.length > 0) return after;
  for (const size of [3, 2, 1]) {
    const from = at - size;
    const name = from < 0 ? undefined : knownName(tokens.slice(from, at), true, 'framework');
    if (name !== undefined) return { names: [name], next: at + 1 };
  }
  return after;
}

/** Names joined by commas and the like, and the place behind them. */
function namesFrom(
  tokens: readonly string[],
  from: number,
  trigger: Trigger,
): { names: string[]; next: number } {
  const names: string[] = [];
  let at = from;
  while (FILLERS.has((tokens[at] ?? '').toLowerCase()) && !nameAt(tokens, at, trigger)) at += 1;
  for (;;) {
    const found = names.length < MAX_NAMES ? nameAt(tokens, at, trigger) : undefined;
    if (!found) break;
    names.push(...found.names);
    at += found.size;
    if (VERSION.test(tokens[at] ?? '')) at += 1;
    if (NOUNS.has((tokens[at] ?? '').toLowerCase())) at += 1;
    const joined = skipJoiners(tokens, at);
    if (joined === at) break;
    if (nameAt(tokens, joined, trigger) === undefined) break;
    at = joined;
  }
  return { names: distinct(names), next: at };
}

function skipJoiners(tokens: readonly string[], from: number): number {
  let at = from;
  while (JOINERS.has((tokens[at] ?? '').toLowerCase())) at += 1;
  if (at > from) while (/^(?:the|a|an|with|using)$/i.test(tokens[at] ?? '')) at += 1;
  return at;
}

function namesAfterOver(tokens: readonly string[], from: number): string[] {
  let at = from;
  while (/^(?:over|instead|rather|than|of|vs|versus)$/i.test(tokens[at] ?? '')) at += 1;
  return namesFrom(tokens, at, 'prefer').names;
}

function nameAt(
  tokens: readonly string[],
  at: number,
  trigger: Trigger,
): { readonly names: string[]; readonly size: number } | undefined {
  for (const size of [4, 3, 2, 1]) {
    const part = tokens.slice(at, at + size);
    if (part.length < size || part.includes(',')) continue;
    const name = knownName(part, isBoundary(tokens[at + size]), trigger);
    if (name !== undefined) return { names: [name], size };
  }
  const token = tokens[at] ?? '';
  const parts = token.split(/[/&]/);
  const split = parts.length > 1 ? parts.map((part) => knownName([part], false, trigger)) : [];
  if (split.length > 0 && split.every((name) => name !== undefined)) return { names: split, size: 1 };
  const isTool = !NO_TOOLS.has(token.toLowerCase()) && looksLikeTool(token, trigger, tokens[at + 1]);
  return isTool ? { names: [token], size: 1 } : undefined;
}

function looksLikeTool(token: string, trigger: Trigger, next: string | undefined): boolean {
  if (TOOL_SHAPE.test(token)) return true;
  // "with" and "not" say too little to make a tool of any word with a capital.
  return trigger !== 'with' && trigger !== 'not' && CAPITALISED.test(token) && isBoundary(next);
}

/** True where what follows a word can't be what the word belongs to. */
function isBoundary(next: string | undefined): boolean {
  const word = (next ?? ',').toLowerCase();
  return (
    JOINERS.has(word) || BOUNDARIES.has(word) || SURE_NOUNS.has(word) || VERSION.test(word) || word === ':'
  );
}

function knownName(part: readonly string[], bounded: boolean, trigger: Trigger): string | undefined {
  const text = part.join(' ');
  const known: NamedThing | undefined = NAMED_THINGS.get(text.toLowerCase());
  if (!known) return undefined;
  if (known.kind === 'style') return WISHES.has(trigger) ? known.name : undefined;
  if (known.kind === 'technology') return known.name;
  return bounded || (text === known.name && text.length > 1) ? known.name : undefined;
}
