import { BAG_OF_WORDS_DEFAULTS } from './bagOfWordsExpert.ts';
import { CONTEXT_NAMES } from './contextFeatures.ts';
import { createForecastRace } from './eValue.ts';
import { FEATURE_NAMES } from './featureNames.ts';
import { MODEL_FILE_VERSION, type ModelFile } from './modelFile.ts';
import { packLower, unpackLower } from './packedMatrix.ts';
import {
  createPreferenceModel,
  DEFAULT_HALF_LIFE,
  emptyState,
  type PreferenceModel,
  type PreferenceModelOptions,
} from './preferenceModel.ts';
import type { Standardiser } from './standardiser.ts';

/**
 * The model as it is written to `preference_model.json`.
 * @param digest over what was counted of its decisions
 */
export function storeModel(model: PreferenceModel, options: PreferenceModelOptions, digest = ''): ModelFile {
  const { scaling, named, mixture, calibration, race, counts, decisions, forecasts } = model.state();
  const halfLife = options.halfLife ?? DEFAULT_HALF_LIFE;
  const shares = mixture.weights();
  const losses = mixture.losses();
  const { mean, covariance } = calibration.posterior();
  const { script, sources } = options.prior.provenance;
  return {
    v: MODEL_FILE_VERSION,
    kind: 'preference_model',
    surface: options.surface,
    provenance: {
      prior: { script, sources: sources.map(({ name }) => name) },
      ...counts,
      decisions: [...decisions],
    },
    digest,
    words: { ...(options.words ?? BAG_OF_WORDS_DEFAULTS) },
    halfLife: Number.isFinite(halfLife) ? halfLife : null,
    answer: scalingRecord(FEATURE_NAMES, scaling.answer),
    context: scalingRecord(CONTEXT_NAMES, scaling.context),
    named: FEATURE_NAMES.filter((_, i) => named.has(i)),
    calibration: { shift: mean[0] ?? 0, slope: mean[1] ?? 1, covariance: packLower(covariance) },
    logEvidence: race.logE(),
    forecasts: forecasts.map(({ p, rate, y }) => [p, rate, y]),
    mixture: mixture.experts.map(({ name }, k) => ({
      expert: name,
      loss: losses[k] ?? 0,
      share: shares[k] ?? 0,
    })),
    experts: mixture.experts.map((expert) => expert.store()),
  };
}

/**
 * A model that predicts exactly as the stored one did and goes on learning from there. Throws a RangeError where the file
 * is valid JSON of its form but does not hold this version's experts.
 */
export function restoreModel(file: ModelFile, own: Pick<PreferenceModelOptions, 'prior'>): PreferenceModel {
  const halfLife = file.halfLife ?? Number.POSITIVE_INFINITY;
  const options = { ...own, words: file.words, surface: file.surface, halfLife };
  const scaling = {
    answer: standardiserFrom(FEATURE_NAMES, file.answer),
    context: standardiserFrom(CONTEXT_NAMES, file.context),
  };
  const named = new Set(file.named.map((name) => FEATURE_NAMES.indexOf(name)));
  const empty = emptyState(options, scaling, named, halfLife, file.surface);
  const losses = empty.mixture.experts.map((expert) => {
    const stored = file.experts.find(({ name }) => name === expert.name);
    const entry = file.mixture.find((each) => each.expert === expert.name);
    if (!stored || !entry) throw new RangeError(`The model file has no expert ${expert.name}.`);
    expert.restore(stored);
    return entry.loss;
  });
  empty.mixture.setLosses(losses);
  const { shift, slope, covariance } = file.calibration;
  empty.calibration.replace({ mean: Float64Array.of(shift, slope), covariance: unpackLower(covariance, 2) });
  const { votes, comparisons, reasons, decisions } = file.provenance;
  return createPreferenceModel(options, {
    ...empty,
    race: createForecastRace(file.logEvidence),
    counts: { votes, comparisons, reasons },
    decisions: [...decisions],
    forecasts: file.forecasts.map(([p, rate, y]) => ({ p, rate, y })),
  });
}

const record = (names: readonly string[], values: Float64Array): Record<string, number> =>
  Object.fromEntries(names.map((name, i) => [name, values[i] ?? 0]));

const scalingRecord = (names: readonly string[], { centre, scale }: Standardiser) => ({
  centre: record(names, centre),
  scale: record(names, scale),
});

function standardiserFrom<N extends string>(
  names: readonly N[],
  { centre, scale }: { readonly centre: Record<N, number>; readonly scale: Record<N, number> },
): Standardiser {
  return {
    centre: Float64Array.from(names, (name) => centre[name]),
    scale: Float64Array.from(names, (name) => scale[name]),
  };
}
