import type { Block, MemoryItem } from '../../sidecar/protocol/memorySchemas.ts';
import type { Taste } from '../../sidecar/protocol/tasteSchemas.ts';
import type { Rule } from '../../sidecar/protocol/trainingSchemas.ts';

/** What was learned, as one sentence to the user. */

/** Short forms that do not follow "You prefer" as they are. */
const WANTED: Readonly<Record<string, string>> = {
  'checked against the question': 'answers checked against the question',
  'your code style': 'the style of your own code',
};

/** `You prefer shorter answers`; a rule in the user's own words stays as it is. */
export function ruleSentence({ short, text }: Pick<Rule, 'short' | 'text'>): string {
  if (short === undefined) return text;
  if (short.startsWith('without ')) return `You prefer code ${short}`;
  return `You prefer ${WANTED[short] ?? short}`;
}

/** How memories that were found by their words begin. */
const SAID: Readonly<Record<string, string>> = {
  Prefers: 'You prefer',
  Avoids: 'You avoid',
  'No longer': 'You no longer want to',
};

/** `You prefer FastAPI, Docker`, `You avoid Flask`, `You want to build a REST API`, `You asked: build api. You meant: build a REST API`. */
export function memorySentence({ type, text, source }: Pick<MemoryItem, 'type' | 'text' | 'source'>): string {
  const [, word = '', what = ''] = /^(Prefers|Avoids|No longer): (.+)$/s.exec(text) ?? [];
  const said = SAID[word];
  if (said !== undefined) return `${said} ${what}`;
  if (type === 'goal' && source !== 'user' && /^\p{Ll}/u.test(text)) return `You want to ${text}`;
  const [, asked, meant] = /^User requested: (.+) \| Selected: (.+)$/s.exec(text) ?? [];
  if (type === 'history' && asked !== undefined && meant !== undefined)
    return `You asked: ${asked}. You meant: ${meant.replace(/^Do you want (?:to )?(.+?)\s*\?$/is, '$1')}`;
  return text;
}

/** `Never suggest lodash`, `Never suggest “as any”`. */
export const blockSentence = ({ phrase }: Pick<Block, 'phrase'>): string =>
  `Never suggest ${/\s/.test(phrase) ? `“${phrase}”` : phrase}`;

/** `You prefer more docstrings`, `You prefer fewer classes`, `You prefer less nesting`. */
export function tasteSentence({ wanted, label }: Pick<Taste, 'wanted' | 'label'>): string {
  if (label === 'length') return `You prefer ${wanted === 'more' ? 'longer' : 'shorter'} answers`;
  const less = /s$/.test(label) ? 'fewer' : 'less';
  return `You prefer ${wanted === 'more' ? 'more' : less} ${label}`;
}

interface FacetEnds {
  readonly low: string;
  readonly high: string;
}

/** What the ends of the known facets mean, to follow "You prefer". */
const FACET_ENDS: Readonly<Record<string, FacetEnds>> = {
  concise: { low: 'detailed answers', high: 'short answers' },
  step_by_step: { low: 'the result at once', high: 'going step by step' },
  code_first: { low: 'explanation first', high: 'code first' },
  explains: { low: 'no explanations', high: 'explanations' },
  typed: { low: 'no type annotations', high: 'types' },
  tested: { low: 'no tests', high: 'tests' },
  documented: { low: 'no comments', high: 'documented code' },
  cautious: { low: 'no error handling', high: 'error handling' },
};

export function facetEnds(name: string): FacetEnds {
  const words = name.replaceAll('_', ' ');
  return FACET_ENDS[name] ?? { low: `less ${words}`, high: `more ${words}` };
}

/** Nearer to the middle than this nothing is told to the model. */
const CLEARLY = 0.15;
const MIDDLE = 0.5;

/** `You prefer short answers`, or that it is not clear yet. */
export function facetSentence(name: string, value: number, n: number): string {
  const { low, high } = facetEnds(name);
  if (value >= MIDDLE + CLEARLY) return `You prefer ${high}`;
  if (value <= MIDDLE - CLEARLY) return `You prefer ${low}`;
  return `${capital(high)} or ${low}: not yet known (n = ${n})`;
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
