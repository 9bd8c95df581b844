import { describe, expect, it } from 'vitest';
import { importedPrior } from '../../../../sidecar/learn/preference/importedPrior.ts';
import type { ModelFile } from '../../../../sidecar/learn/preference/modelFile.ts';
import {
  createPreferenceModel,
  type PreferenceModelOptions,
} from '../../../../sidecar/learn/preference/preferenceModel.ts';
import { SHIPPED_PRIOR } from '../../../../sidecar/learn/preference/shippedPrior.ts';
import { storeModel } from '../../../../sidecar/learn/preference/storedModel.ts';
import { parsePreferenceFile, preferenceFileText } from '../../../../sidecar/learn/preferenceFile.ts';

const OPTIONS: PreferenceModelOptions = { prior: SHIPPED_PRIOR, surface: 'answer' };

/** A model that learned nothing, with all its weights of that size, as a file of somebody else would bring it. */
function fileWith(weight: number): ModelFile {
  const file = storeModel(createPreferenceModel(OPTIONS), OPTIONS);
  const experts = file.experts.map((each) =>
    each.kind === 'gaussian'
      ? { ...each, weights: Object.fromEntries(Object.keys(each.weights).map((name) => [name, weight])) }
      : each,
  );
  const parsed = parsePreferenceFile(preferenceFileText({ ...file, experts }));
  if (!('file' in parsed)) throw new Error(parsed.why);
  return parsed.file;
}

describe('the taste of an imported model', () => {
  it('is taken where its weights are those of a taste', () => {
    const prior = importedPrior(fileWith(0.5), SHIPPED_PRIOR);
    expect(Object.values(prior.answer.weights).every((each) => Math.abs(each) < 10)).toBe(true);
  });

  it.each([1e308, -1e308, 1e6])(
    'is refused with weights of %s, by which nothing could be ranked',
    (weight) => {
      expect(() => importedPrior(fileWith(weight), SHIPPED_PRIOR)).toThrow(RangeError);
    },
  );
});
