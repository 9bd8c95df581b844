/** A property of answers that the user likes or does not, from 0 to 1; 0.5 is neither. */
export interface FacetKind {
  readonly name: string;
  /** What to do where it is clearly high or low; undefined where there is nothing to say. */
  readonly high: FacetSaying;
  readonly low: FacetSaying;
}

interface FacetSaying {
  /** An instruction for the model. */
  readonly line: string;
  /** The same in a few words. */
  readonly words: string;
}

/** In the order in which they are shown. */
export const FACETS: readonly FacetKind[] = [
  {
    name: 'concise',
    high: { line: 'Keep answers short.', words: 'concise' },
    low: { line: 'Answer in detail.', words: 'detailed' },
  },
  {
    name: 'step_by_step',
    high: { line: 'Go step by step.', words: 'step by step' },
    low: { line: 'Give the result without going step by step.', words: 'no steps' },
  },
  {
    name: 'code_first',
    high: { line: 'Give the code first.', words: 'code first' },
    low: { line: 'Explain before giving code.', words: 'explanation first' },
  },
  {
    name: 'explains',
    high: { line: 'Explain why the code is as it is.', words: 'explained' },
    low: { line: 'Leave explanations out.', words: 'without explanations' },
  },
  {
    name: 'typed',
    high: { line: 'Write types.', words: 'typed' },
    low: { line: 'Leave type annotations out.', words: 'without type annotations' },
  },
  {
    name: 'tested',
    high: { line: 'Add tests.', words: 'with tests' },
    low: { line: 'Leave tests out unless asked for.', words: 'without tests' },
  },
  {
    name: 'documented',
    high: { line: 'Document public functions.', words: 'documented' },
    low: { line: 'Leave comments and docstrings out.', words: 'without comments' },
  },
  {
    name: 'cautious',
    high: { line: 'Handle errors and odd input.', words: 'with error handling' },
    low: { line: 'Leave error handling out unless asked for.', words: 'without error handling' },
  },
];

export const FACET_START = 0.5;
