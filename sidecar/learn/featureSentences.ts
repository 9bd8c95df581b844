import type { FeatureName } from './preference/featureNames.ts';

/** What a taste for more or less of a feature is as a sentence. */
export interface FeatureSentence {
  readonly text: string;
  readonly short: string;
  /** The rule of the catalogue that says the same, where there is one. */
  readonly same?: string;
}

interface Sides {
  readonly more?: FeatureSentence;
  readonly less?: FeatureSentence;
}

const say = (text: string, short: string, same?: string): FeatureSentence => ({
  text,
  short,
  ...(same !== undefined && { same }),
});

/** Features whose direction a model can follow, worded as what to do. */
export const FEATURE_SENTENCES: Partial<Readonly<Record<FeatureName, Sides>>> = {
  log_chars: {
    more: say('Give a complete answer with the detail it needs.', 'more detail', 'thorough'),
    less: say('Keep the answer short and to the point.', 'shorter answers', 'short'),
  },
  log_prose: {
    more: say('Explain the code in a sentence or two.', 'a short explanation', 'explain'),
    less: say('Answer with the code only, without explanation.', 'code only', 'codeOnly'),
  },
  comment_ratio: {
    more: say('Comment the code where its reason is not obvious.', 'comments'),
    less: say('Write code that needs no comments.', 'fewer comments'),
  },
  inline_comment_ratio: { less: say('Put comments on lines of their own.', 'no trailing comments') },
  docstring: {
    more: say('Document functions with a short comment or docstring.', 'documented functions', 'docs'),
    less: say('Leave docstrings out.', 'no docstrings'),
  },
  type_hints: {
    more: say('Annotate parameters and return values with types.', 'typed code', 'types'),
    less: say('Write the code without type annotations.', 'no type annotations'),
  },
  err: {
    more: say('Handle errors and edge cases in the code.', 'errors handled', 'errors'),
    less: say('Leave error handling to the caller.', 'less error handling'),
  },
  guard: { more: say('Check inputs at the start of a function.', 'inputs checked') },
  tests: {
    more: say('Include tests for the code.', 'tests included', 'tests'),
    less: say('Leave tests out unless they are asked for.', 'no tests'),
  },
  print: { less: say('Return results; leave printing to the caller.', 'no printing') },
  imports: { less: say('Use what the language brings along.', 'fewer imports') },
  n_func: {
    more: say('Split code into small functions with one job each.', 'small functions', 'structure'),
    less: say('Keep the code in few functions.', 'fewer functions'),
  },
  n_class: { less: say('Use plain functions where no class is needed.', 'fewer classes') },
  compreh: {
    more: say('Use comprehensions, map and filter where they fit.', 'functional style'),
    less: say('Use plain loops.', 'plain loops'),
  },
  loops: { less: say('Use built-in functions in place of loops where they fit.', 'fewer loops') },
  depth: { less: say('Return early and keep nesting flat.', 'flat code') },
  idlen: { more: say('Use clear, descriptive names.', 'clearer names', 'names') },
  short_ids: { less: say('Use clear, descriptive names.', 'clearer names', 'names') },
  const: { more: say('Declare variables as constants where they do not change.', 'constants') },
  async: { more: say('Use asynchronous functions for input and output.', 'async code') },
  safe: { more: say('Validate input and write code that is safe against misuse.', 'safer code', 'secure') },
  example: {
    more: say('Show a short example of use.', 'an example of use'),
    less: say('Leave examples of use out.', 'no examples of use'),
  },
  headers: { less: say('Write the answer without headings.', 'no headings') },
  bullets: {
    more: say('Put explanations in bullet points.', 'bullet points'),
    less: say('Write explanations as sentences.', 'no bullet points'),
  },
  numbered: { more: say('Explain in numbered steps.', 'numbered steps') },
  log_pre: { less: say('Begin with the code.', 'code first') },
  log_post: { less: say('End with the code.', 'nothing after the code') },
  sure: { less: say('Begin with the answer itself.', 'no opening phrase') },
  closing: { less: say('Stop when the answer is complete.', 'no closing phrase') },
  complex: { more: say('Name the time complexity.', 'complexity named') },
};
