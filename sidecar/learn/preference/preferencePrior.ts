import * as z from 'zod';
import { CONTEXT_NAMES } from './contextFeatures.ts';
import { FEATURE_NAMES } from './featureNames.ts';
import type { Standardiser } from './standardiser.ts';

const finite = z.number().refine(Number.isFinite);
const positive = finite.refine((value) => value > 0);
/** Log-odds beyond these are no taste, and what is summed of them is no number. */
const weight = finite.min(-1_000).max(1_000);
const byName = <N extends string>(names: readonly N[], value: z.ZodType<number>) =>
  z.record(z.enum(names), value);

/** What is known of people's taste in general, before the first decision of this user. */
export const preferencePriorSchema = z.object({
  v: z.literal(1),
  provenance: z.object({
    script: z.string(),
    sources: z.array(z.object({ name: z.string(), licence: z.string(), rows: z.number().int() })),
  }),
  answer: z.object({
    centre: byName(FEATURE_NAMES, finite),
    scale: byName(FEATURE_NAMES, positive),
    /** Log-odds a standard deviation, from all features together. */
    weights: byName(FEATURE_NAMES, weight),
    /** Log-odds a standard deviation of `log_chars`, from length alone. */
    lengthSlope: weight,
  }),
  context: z.object({
    centre: byName(CONTEXT_NAMES, finite),
    scale: byName(CONTEXT_NAMES, positive),
    intercept: weight,
    weights: byName(CONTEXT_NAMES, weight),
    /** Of a regression on the log-probability alone. */
    logprobOnly: z.object({ intercept: weight, logprob: weight, no_logprob: weight }),
  }),
});
export type PreferencePrior = z.infer<typeof preferencePriorSchema>;

export function answerStandardiser({ answer }: PreferencePrior): Standardiser {
  return {
    centre: Float64Array.from(FEATURE_NAMES, (name) => answer.centre[name]),
    scale: Float64Array.from(FEATURE_NAMES, (name) => answer.scale[name]),
  };
}

export function contextStandardiser({ context }: PreferencePrior): Standardiser {
  return {
    centre: Float64Array.from(CONTEXT_NAMES, (name) => context.centre[name]),
    scale: Float64Array.from(CONTEXT_NAMES, (name) => context.scale[name]),
  };
}
