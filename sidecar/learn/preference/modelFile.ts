import * as z from 'zod';
import { BAG_OF_WORDS_DEFAULTS } from './bagOfWordsExpert.ts';
import { CONTEXT_NAMES } from './contextFeatures.ts';
import { FEATURE_NAMES } from './featureNames.ts';

// A number of this schema is finite.
const finite = z.number();
const positive = finite.positive();
const share = finite.min(0).max(1);
const scaling = <N extends string>(names: readonly N[]) =>
  z.object({ centre: z.record(z.enum(names), finite), scale: z.record(z.enum(names), positive) });

const storedExpertSchema = z.discriminatedUnion('kind', [
  z.object({
    name: z.string(),
    kind: z.literal('gaussian'),
    /** Log-odds by term, of standardised features. */
    weights: z.record(z.string(), finite),
    /** Lower half of the covariance of the weights, row by row, little-endian 64-bit floats in base64. */
    covariance: z.string(),
  }),
  z.object({
    name: z.string(),
    kind: z.literal('words'),
    intercept: finite,
    vocabulary: z.record(z.string(), finite),
  }),
]);
export type StoredExpert = z.infer<typeof storedExpertSchema>;

/** Bounds of what a user may set for the expert on words. */
export const MAX_EPOCHS = 100;
export const MAX_VOCABULARY = 100_000;

export const MODEL_FILE_VERSION = 1;

/** `preference_model.json`. */
export const modelFileSchema = z.object({
  v: z.literal(MODEL_FILE_VERSION),
  kind: z.literal('preference_model'),
  surface: z.enum(['answer', 'inline']),
  provenance: z.object({
    /** The public prior it began with. */
    prior: z.object({ script: z.string(), sources: z.array(z.string()) }),
    /** Live votes, comparisons and reasons that it has learned from. */
    votes: z.number().int().min(0),
    comparisons: z.number().int().min(0),
    reasons: z.number().int().min(0),
    /** Decisions that still count in it, oldest first; of feedback its own id. */
    decisions: z.array(z.string()),
  }),
  /** SHA-256 over what was counted of these decisions; what changed since is told by it. */
  digest: z.string().max(64).default(''),
  /** How the expert on words is trained. */
  words: z
    .object({
      epochs: z.number().int().min(1).max(MAX_EPOCHS),
      vocabularySize: z.number().int().min(1).max(MAX_VOCABULARY),
      learningRate: positive.max(1),
    })
    .default({ ...BAG_OF_WORDS_DEFAULTS }),
  /** Decisions after which one counts half; null where nothing is forgotten. */
  halfLife: positive.nullable(),
  answer: scaling(FEATURE_NAMES),
  context: scaling(CONTEXT_NAMES),
  /** Features that the user named in a reason. */
  named: z.array(z.enum(FEATURE_NAMES)),
  calibration: z.object({ shift: finite, slope: finite, covariance: z.string() }),
  /** Natural logarithm of the e-value against the running rate. */
  logEvidence: finite,
  /** The last predictions that were made before their outcome: [said, said by the running rate, approved]. */
  forecasts: z.array(z.tuple([share, share, z.union([z.literal(0), z.literal(1)])])).default([]),
  /** In the order of blending: log losses in nats, and shares that follow from them. */
  mixture: z.array(z.object({ expert: z.string(), loss: finite, share: finite })),
  experts: z.array(storedExpertSchema),
});
export type ModelFile = z.infer<typeof modelFileSchema>;
