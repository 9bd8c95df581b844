import { type WordKind, wordKind } from './requestWords.ts';

export interface ClarityInput {
  readonly prompt: string;
  /** Kinds of what is attached. */
  readonly context: readonly string[];
  /** True where the conversation has an earlier answer. */
  readonly followUp: boolean;
}

export interface Clarity {
  readonly unclear: boolean;
  /** For the log and the curious, at most a line. */
  readonly why: string;
}

const MAX_CHARS = 80;
const MAX_WORDS = 9;
/** Three things together name one. */
const MAX_THINGS = 2;
/** Code, identifiers, paths, quotes, names of errors, numbers: what only somebody with something in mind types. */
const CONCRETE =
  /[`"{}()[\];=<>$\\|@#]|\w\.\w|(?:^|\s)[./~-]\S|\w\/\w{3}|[a-z][A-Z]|\w_\w|\d|:\s*\S|\w(?:Error|Exception)\b|\n/;
/** A slash inside a usual word is no path; nor is a tool's name with a sign in it. */
const NOT_CONCRETE =
  /\b(?:ci\/cd|i\/o|c\+\+|c#|node\.js|next\.js|vue\.js|k8s|i18n|e2e|oauth2?)(?=\s|$|[.,!?])/gi;
const QUESTION =
  /^(?:what|why|how|when|where|which|who|whose|is|are|am|was|does|do|did|can|could|should|would|will|has|have|was|wie|warum|wieso|wann|wo|welche[rs]?|kann|ist|sind|comment|pourquoi|qu|quel(?:le)?s?|est-ce|qué|cómo|por|cuál)\b/i;
const ASKS_BACK = /^(?:what|how) about\b/i;
const TALKED =
  /\b(?:we|you|i) (?:talked|spoke|discussed|said|mentioned|did|had)\b|\b(?:last time|as before|like before)\b/i;
const GOES_ON =
  /^(?:and|but|or|now|also|so|then|no|yes|yeah|nope|ok|okay|instead|only|without|with|in|as|use|why|how|what|again|more|less|try|shorter|simpler)\b/i;

/**
 * Whether people who type this want clearly different things and nothing attached says which. Only words and what is
 * attached count: no model, no clock, the same answer each time. In doubt a request is clear.
 */
export function requestClarity({ prompt, context, followUp }: ClarityInput): Clarity {
  const text = prompt.trim();
  const [attached] = context;
  if (attached !== undefined) return clear(`The ${attached} that is attached says what it is about.`);
  if (text.length > MAX_CHARS) return clear('Long enough to say what is wanted.');
  if (CONCRETE.test(text.replace(NOT_CONCRETE, 'x'))) return clear('It names something concrete.');
  const words = wordsOf(text);
  if (words.length === 0) return clear('There are no words to read in more than one way.');
  if (words.length > MAX_WORDS) return clear('Long enough to say what is wanted.');
  if (TALKED.test(text)) {
    return followUp
      ? clear('It goes on from the last answer.')
      : unclear(words, 'it speaks of something that is not here');
  }
  if (isQuestion(text, words.length) && !ASKS_BACK.test(text)) return clear('It is a question.');
  return byWords(text, words, followUp);
}

function byWords(text: string, all: readonly string[], followUp: boolean): Clarity {
  const words = ASKS_BACK.test(text) && all.length > 2 ? all.slice(2) : all;
  const kinds = words.map((word, at) => kindAt(word, at, words));
  const specific = words.filter((_, at) => kinds[at] === undefined);
  if (specific.length > 0) return clear(`It names "${specific.slice(0, 3).join(' ')}".`);
  const count = (...wanted: WordKind[]): number =>
    kinds.filter((kind) => kind !== undefined && wanted.includes(kind)).length;
  const things = count('topic', 'aspect');
  if (followUp && goesOn(text, count)) return clear('It goes on from the last answer.');
  if (things > MAX_THINGS) return clear('It names its subject in several words.');
  if (things === MAX_THINGS && count('tool') > 0) return clear('It says what, and with which tool.');
  if (count('making', 'changing', 'topic', 'aspect', 'tool', 'pointer') === 0) {
    return clear('There is nothing in it that could be made in several ways.');
  }
  if (count('pointer') > 0) return unclear(words, 'it points at something that is not attached');
  if (things === 0) return unclear(words, 'it does not say what about');
  return unclear(words, 'its subject can be made in many ways');
}

/** The first word that is no filler is what is to be done, unless it is all there is. */
function kindAt(word: string, at: number, words: readonly string[]): WordKind | undefined {
  const lead = words.findIndex((each) => wordKind(each, false) !== 'small');
  return wordKind(word, at === lead && words.length > lead + 1);
}

/** After an answer, a short request is about that answer unless it names another thing to make. */
function goesOn(text: string, count: (...kinds: WordKind[]) => number): boolean {
  if (count('pointer', 'degree') > 0 || GOES_ON.test(text)) return true;
  return count('topic') === 0 || (count('changing') > 0 && count('making') === 0);
}

function isQuestion(text: string, words: number): boolean {
  if (QUESTION.test(text) && words > 1) return !/^do\b/i.test(text) || text.endsWith('?');
  return text.endsWith('?') && words > 2;
}

function wordsOf(text: string): string[] {
  const parts = text
    .toLowerCase()
    .replaceAll('’', "'")
    .split(/[\s,;!?]+/);
  return parts
    .map((part) => part.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}+#]+$/gu, ''))
    .filter((part) => part !== '');
}

const clear = (why: string): Clarity => ({ unclear: false, why });

function unclear(words: readonly string[], reason: string): Clarity {
  return { unclear: true, why: `${words.length === 1 ? '1 word' : `${words.length} words`}, and ${reason}.` };
}
