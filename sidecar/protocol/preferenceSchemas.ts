import * as z from 'zod';

/** A figure with its 95 % bootstrap interval over prompts; `value` is null where nothing could be measured. */
export const figureSchema = z.object({
  value: z.number().nullable(),
  low: z.number(),
  high: z.number(),
});
export type Figure = z.infer<typeof figureSchema>;

export const PREDICTORS = [
  'mixture',
  'running rate',
  'log-probability',
  'length only',
  'bag of words',
  'public taste',
] as const;

/** How well one way of predicting foretold this user's verdicts. */
export const predictorSchema = z.object({
  name: z.enum(PREDICTORS),
  /** Mean, in nats; lower is better. */
  logLoss: figureSchema,
  /** Share of verdicts on the right side of a half. */
  accuracy: figureSchema,
  /** Probability that an approved answer scores above a denied one. */
  auc: figureSchema,
  /** Mean distance of what was said from what came, in ten groups of equal size. */
  calibrationError: figureSchema,
  /** Log loss minus that of the running rate; below 0 is better. */
  againstRate: figureSchema,
});

export const preferenceReportSchema = z.object({
  /** What was learned from. */
  votes: z.number().int(),
  comparisons: z.number().int(),
  reasons: z.number().int(),
  options: z.object({ epochs: z.number(), maxVocab: z.number(), lr: z.number() }),
  tables: z.array(
    z.object({
      /** Each verdict foretold from those before it; or from four fifths of the prompts, in five folds. */
      protocol: z.enum(['prequential', 'folds']),
      /** Verdicts that were foretold, and prompts that they are on. */
      n: z.number().int(),
      prompts: z.number().int(),
      rows: z.array(predictorSchema),
    }),
  ),
  /** E-value of the predictions against the running rate; ranking acts from 3 on. */
  evidence: z.object({ e: z.number(), useful: z.boolean() }),
});
export type PreferenceReport = z.infer<typeof preferenceReportSchema>;
