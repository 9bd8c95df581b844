import { tasteOf } from './explain.ts';
import { FEATURE_NAMES } from './featureNames.ts';
import type { ModelFile } from './modelFile.ts';
import { type PreferencePrior, preferencePriorSchema } from './preferencePrior.ts';
import { restoreModel } from './storedModel.ts';

/**
 * The taste of a model file as a prior: what its experts together say of each feature, and how its answers usually look.
 * Decisions that it was learned from are not here, so their weights are where this user's begin, as the public ones are
 * without it. The situation keeps the weights of `base`. Throws a RangeError where the file doesn't hold this version's
 * experts, or weights that are no taste.
 */
export function importedPrior(file: ModelFile, base: PreferencePrior): PreferencePrior {
  if (file.surface !== 'answer') throw new RangeError('The model file is not about whole answers.');
  const { mixture } = restoreModel(file, { prior: base }).state();
  const taste = tasteOf(mixture);
  const length = mixture.experts.find(({ name }) => name === 'length')?.store();
  const slope = (length?.kind === 'gaussian' ? length.weights['log_chars'] : undefined) ?? 0;
  const weights = { ...base.answer.weights };
  for (const [i, name] of FEATURE_NAMES.entries())
    weights[name] = (taste[i] ?? 0) - (name === 'log_chars' ? slope : 0);
  const { votes } = file.provenance;
  const parsed = preferencePriorSchema.safeParse({
    v: 1,
    provenance: {
      script: 'whetstone import',
      sources: [{ name: 'preference_model.json', licence: 'of its owner', rows: votes }],
    },
    answer: {
      ...file.answer,
      weights,
      lengthSlope: slope,
    },
    context: base.context,
  });
  if (!parsed.success) throw new RangeError('The model file holds weights that are no taste.');
  return parsed.data;
}
