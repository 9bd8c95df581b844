import type { ChatMessage } from '../../models/engine.ts';
import type { MemoryItem } from '../../protocol/memorySchemas.ts';
import { enrichPrompt } from '../enrichedPrompt.ts';
import { isEnglish } from './questionLanguage.ts';
import { MAX_READINGS } from './tidyQuestions.ts';

/** How an English question must begin and end; servers that follow patterns keep small models to it. */
const ENGLISH_QUESTION = "^Do you want to [a-z][A-Za-z0-9 ,'/+#.-]{6,90}\\?$";
/** What the model's answer must look like. */
export function readingsFormat(prompt: string): Record<string, unknown> {
  const question = { type: 'string', ...(isEnglish(prompt) && { pattern: ENGLISH_QUESTION }) };
  return {
    type: 'object',
    properties: {
      readings: { type: 'array', items: question, minItems: 2, maxItems: MAX_READINGS },
    },
    required: ['readings'],
  };
}

const SYSTEM = [
  'A user of a coding assistant typed a request that can be understood in several ways.',
  `Give the ${MAX_READINGS} most likely meanings, the likeliest first, each as one short question of at most 15 words that the`,
  'user can answer with yes. The questions must differ in what would be built. Name what the background says about the',
  "user's work where it fits. Write in the language of the request.",
].join(' ');

/** Pairs that show the form to small models; their subjects are far from what people ask here. */
const SHOWN: readonly (readonly [prompt: string, questions: readonly string[]])[] = [
  [
    'clock',
    [
      'Do you want to show the current time on a web page?',
      'Do you want to write a countdown timer?',
      'Do you want to measure how long a function takes?',
    ],
  ],
  [
    'print labels',
    [
      'Do you want to print address labels as PDF?',
      'Do you want to add labels to the axes of a chart?',
      'Do you want to write the labels of a data set to the console?',
    ],
  ],
];

/** Questions that are only ours to show the form. */
export const SHOWN_QUESTIONS: readonly string[] = SHOWN.flatMap(([, questions]) => questions);

const BUDGET = 200;

/** The messages that ask for readings. What is known of the user goes along as fenced data. */
export function readingPrompt(
  prompt: string,
  memories: readonly MemoryItem[],
  fence: string,
): readonly ChatMessage[] {
  const { text } = enrichPrompt({
    prompt: `Request: ${prompt}`,
    memories,
    facets: [],
    budget: BUDGET,
    fence,
  });
  return [
    { role: 'system', content: SYSTEM },
    ...SHOWN.flatMap(([asked, readings]): ChatMessage[] => [
      { role: 'user', content: `Request: ${asked}` },
      { role: 'assistant', content: JSON.stringify({ readings }) },
    ]),
    { role: 'user', content: text },
  ];
}

/** The questions of an answer, also of one that breaks off: then those that are complete. */
export function questionsOf(answer: string): string[] {
  const list = answer.indexOf('[');
  if (list < 0) return [];
  const found: string[] = [];
  for (const [literal] of answer.slice(list).matchAll(/"(?:[^"\\\n]|\\.)*"/g)) {
    try {
      const text: unknown = JSON.parse(literal);
      if (typeof text === 'string') found.push(text);
    } catch {
      // A literal that is none is no question.
    }
  }
  return found;
}
