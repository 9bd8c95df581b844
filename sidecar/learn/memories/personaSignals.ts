import type { Reading } from '../../protocol/readingSchemas.ts';
import { reasonWords, type Verdict } from '../../protocol/words.ts';
import { type EditSignal, editSignals } from '../features.ts';

/** Changes of facets, with what says them. */
export interface FacetChange {
  readonly deltas: Readonly<Record<string, number>>;
  /** In a few words, for a person. */
  readonly why: string;
  /** The user's own words, where there are some. */
  readonly quote?: string;
}

/** A click on a reading. */
const CLICK = 0.02;
const REASON = 0.06;
const NOTE = 0.06;
const EDIT = 0.05;
const MAX_QUOTE = 300;

type Deltas = Record<string, number>;

const REASONS: Readonly<Record<string, Deltas>> = {
  too_long: { concise: REASON },
  too_complex: { concise: REASON / 2 },
  missing_error_handling: { cautious: REASON },
  insecure: { cautious: REASON / 2 },
  missing_tests: { tested: REASON },
  missing_docs: { documented: REASON },
  concise: { concise: REASON },
  good_error_handling: { cautious: REASON },
  well_tested: { tested: REASON },
};

const EDITS: Readonly<Record<EditSignal, Deltas>> = {
  shorter: { concise: EDIT },
  longer: { concise: -EDIT },
  addedErrorHandling: { cautious: EDIT },
  removedErrorHandling: { cautious: -EDIT },
  addedDocs: { documented: EDIT },
  removedDocs: { documented: -EDIT },
  addedTypes: { typed: EDIT },
  removedTypes: { typed: -EDIT },
  addedTests: { tested: EDIT },
  removedTests: { tested: -EDIT },
  codeOnly: { code_first: EDIT, explains: -EDIT },
  addedExplanation: { explains: EDIT },
};

/** What notes say, each in the words that people use for it; group 1 is a negation before it. */
const NOT = "((?:not|isn't|wasn't|never|no longer|nothing) (?:\\w+ )?)?";
const ASKS =
  '(?:add|include|needs?|need|missing|more|want|with|write|give|show|use|has no|have no|lacks?|lacking|please|always|where (?:is|are))(?: me| the| some| proper| more| any| a| an| its| in)*';
const DROPS =
  "(?:without|drop|remove|skip|fewer|less|leave out|omit|don't (?:need|want|write|add|include|use)|do not (?:need|want|write|add|include|use)|no need for|too many|too much|stop (?:adding|writing))(?: the| any| all| those| these| your| so many| so much)*";
const both = (facet: string, thing: string, delta = NOTE): (readonly [RegExp, Deltas])[] => [
  [new RegExp(`${NOT}\\b${DROPS} ${thing}`, 'i'), { [facet]: -delta }],
  [new RegExp(`${NOT}\\b${ASKS} ${thing}`, 'i'), { [facet]: delta }],
];
const SAYINGS: readonly (readonly [RegExp, Deltas])[] = [
  [new RegExp(`${NOT}\\b(?:too|so|very|overly) (?:long|verbose|wordy|chatty)\\b`, 'i'), { concise: NOTE }],
  [
    new RegExp(
      `${NOT}\\b(?:shorter|more concise|be brief|briefer|keep it short|less text|concisely)\\b`,
      'i',
    ),
    { concise: NOTE },
  ],
  [
    new RegExp(
      `${NOT}\\b(?:too (?:short|brief|terse)|more detail(?:s|ed)?|elaborate|longer answers?|in more depth)\\b`,
      'i',
    ),
    { concise: -NOTE },
  ],
  [new RegExp(`${NOT}\\b(?:step[ -]by[ -]step|one step at a time)\\b`, 'i'), { step_by_step: NOTE }],
  [
    new RegExp(
      `${NOT}\\b(?:(?:the )?code first|(?:just|only) (?:the |give me )?(?:the )?code|code only)\\b`,
      'i',
    ),
    { code_first: NOTE },
  ],
  ...both('explains', '(?:explanations?|explain(?:ing)?|reasoning)\\b'),
  [new RegExp(`${NOT}\\b(?:explain (?:why|how|what|it|this|your)|why did you)\\b`, 'i'), { explains: NOTE }],
  ...both('typed', '(?:type hints?|type annotations?|types|typing)\\b'),
  ...both('tested', '(?:unit |integration )?tests?\\b'),
  ...both('documented', '(?:comments?|docstrings?|docs|documentation|jsdoc)\\b'),
  ...both('cautious', '(?:error handling|errors? handled|input checks?|validation|exception handling)\\b'),
];

/** What the reasons of one decision say. */
export function reasonChange(verdict: Verdict, reasons: readonly string[]): FacetChange | undefined {
  const telling = reasons.filter((reason) => REASONS[reason] !== undefined);
  const deltas = sumOf(telling.map((reason) => REASONS[reason] ?? {}));
  const verb = verdict === 'denied' ? 'denied' : 'approved';
  return changeOf(deltas, `${verb}: ${telling.map(reasonWords).join(', ')}`);
}

/** What a note or a feedback says, with the words that say it. */
export function noteChange(note: string): FacetChange | undefined {
  const text = note.slice(0, 4_000).replaceAll('\u2019', "'");
  const found: Deltas[] = [];
  let quote = '';
  for (const clause of text.split(/[.;!?\n]|,(?= )| but /)) {
    const taken = new Set<string>();
    for (const [pattern, deltas] of SAYINGS) {
      const match = pattern.exec(clause);
      const isNew = Object.keys(deltas).every((name) => !taken.has(name));
      // "Not too long" says nothing but that it is right as it is.
      if (!match || match[1] !== undefined || !isNew) continue;
      for (const name of Object.keys(deltas)) taken.add(name);
      found.push(deltas);
      quote ||= clause.trim().slice(0, MAX_QUOTE);
    }
  }
  const change = changeOf(sumOf(found), 'a note says so');
  return change && { ...change, quote };
}

/** What a correction says. */
export function editChange(original: string, edited: string): FacetChange | undefined {
  const signals = editSignals(original, edited);
  return changeOf(
    sumOf(signals.map((signal) => EDITS[signal])),
    `corrected: ${signals.map(spaced).join(', ')}`,
  );
}

/**
 * What picking a reading says: next to nothing, and nothing at all where the readings ask for the same depth.
 * @param readings best first
 */
export function readingChange(readings: readonly Reading[], selected: Reading): FacetChange | undefined {
  const others = readings.filter(({ id }) => id !== selected.id).map(({ question }) => detailOf(question));
  const own = detailOf(selected.question);
  const [first] = readings;
  if (others.length === 0 || !first) return undefined;
  const why = `picked ${selected.id}`;
  if (selected.id === first.id) {
    const isShorter = Math.max(...others) > own;
    return isShorter ? { deltas: { concise: CLICK }, why } : undefined;
  }
  const isDeeper = own > detailOf(first.question);
  return isDeeper ? { deltas: { step_by_step: CLICK, concise: -CLICK }, why } : undefined;
}

const DEEP =
  /\b(?:step[ -]by[ -]step|in detail|detailed|explain(?:ed|ing|s)?|explanations?|thorough(?:ly)?|complete|full|comprehensive|guide|tutorial|walk(?:ed)? (?:you )?through|documented|production)\b/gi;
const SHALLOW =
  /\b(?:minimal|simple|quick(?:ly)?|basic|short|brief|small|bare|skeleton|one-liner|snippet)\b/gi;

/** How deep an answer a question promises, by the words that speak of depth: its length speaks of something else. */
function detailOf(question: string): number {
  const text = question.slice(0, 1_000);
  return (text.match(DEEP)?.length ?? 0) - (text.match(SHALLOW)?.length ?? 0);
}

function sumOf(all: readonly Deltas[]): Deltas {
  const sums = new Map<string, number>();
  for (const deltas of all)
    for (const [name, delta] of Object.entries(deltas)) sums.set(name, (sums.get(name) ?? 0) + delta);
  return Object.fromEntries([...sums].filter(([, delta]) => delta !== 0));
}

const changeOf = (deltas: Deltas, why: string): FacetChange | undefined =>
  Object.keys(deltas).length === 0 ? undefined : { deltas, why };

const spaced = (signal: string): string => signal.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
