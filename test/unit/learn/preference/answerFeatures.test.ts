import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerFeatures } from '../../../../sidecar/learn/preference/answerFeatures.ts';
import { answerText, MAX_ANSWER } from '../../../../sidecar/learn/preference/answerText.ts';
import { FEATURE_NAMES, type FeatureName } from '../../../../sidecar/learn/preference/featureNames.ts';

const named = (answer: string, prompt = ''): ReadonlyMap<FeatureName, number> => {
  const values = answerFeatures(prompt, answer);
  return new Map(FEATURE_NAMES.map((name, i) => [name, values[i] ?? Number.NaN]));
};

const FULL = `Sure, here it is:

\`\`\`python
import os
def read(path: str) -> str:
    """Reads."""
    try:  # may fail
        return open(path).read()
    except OSError as e:
        raise ValueError(path) from e
\`\`\`
Let me know if it helps.`;

describe('answerFeatures', () => {
  it('reads what is there', () => {
    const f = named(FULL, 'read a file by path');
    expect(f.get('n_blocks')).toBe(1);
    expect(f.get('lang_tag')).toBe(1);
    expect(f.get('docstring')).toBe(1);
    expect(f.get('type_hints')).toBe(1);
    expect(f.get('err')).toBeCloseTo(Math.log1p(3));
    expect(f.get('imports')).toBeCloseTo(Math.log1p(1));
    expect(f.get('inline_comment_ratio')).toBeCloseTo(1 / 7);
    expect(f.get('sure')).toBe(1);
    expect(f.get('closing')).toBe(1);
    expect(f.get('log_code_lines')).toBeCloseTo(Math.log(8));
    expect(f.get('prompt_cov')).toBeCloseTo(2 / 3);
    expect(f.get('log_pre')).toBeCloseTo(Math.log1p('Sure, here it is:\n\n'.length));
    expect(f.get('bal')).toBe(1);
    expect(f.get('odd_fence')).toBe(0);
  });

  it('takes bare code for code, and prose for prose', () => {
    expect(named('def f(x):\n    return x').get('has_code')).toBe(1);
    expect(named('You could read the file line by line.').get('has_code')).toBe(0);
  });

  it('takes an open block to the end for code, and tells that it is open', () => {
    const f = named('Text.\n```js\nconst a = [1, 2');
    expect(f.get('odd_fence')).toBe(1);
    expect(f.get('bal')).toBe(0);
    expect(f.get('trunc')).toBe(0);
    expect(f.get('const')).toBeCloseTo(Math.log1p(1));
  });

  it('is finite and the same each time, whatever the text', () => {
    const text = fc.array(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('```', '\n', 'for x in y]', '    ', 'def f(', '**', '\t'),
      ),
    );
    fc.assert(
      fc.property(text, fc.string(), (parts, prompt) => {
        const answer = parts.join('');
        const first = answerFeatures(prompt, answer);
        expect(first.every(Number.isFinite)).toBe(true);
        expect(first).toHaveLength(FEATURE_NAMES.length);
        expect(answerFeatures(prompt, answer).join()).toBe(first.join());
      }),
    );
  });

  it('reads a bounded part of an endless answer', () => {
    const endless = 'for a in '.repeat(10_000);
    expect(answerText(endless).text).toHaveLength(MAX_ANSWER);
    expect(answerFeatures('', endless)).toEqual(answerFeatures('', `${endless} and more`));
  });

  it('counts words of any script', () => {
    expect(named('Привет мир').get('log_words')).toBeCloseTo(Math.log(3));
  });

  it('finds repetition', () => {
    expect(named('one two three four five six').get('rep4')).toBe(0);
    expect(named('a b c d a b c d a b c d').get('rep4')).toBeCloseTo(5 / 9);
  });
});
