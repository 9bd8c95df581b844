import * as z from 'zod';
import { ulidSchema } from './ids.ts';

/** A property of answers that the preference model is sure the user wants more or less of. */
export const tasteSchema = z.object({
  feature: z.string().max(64),
  /** Follows "more" or "less". */
  label: z.string().max(200),
  wanted: z.enum(['more', 'less']),
  /** Probability that it is this direction and not the other, 0.5 to 1. */
  sureness: z.number().min(0).max(1),
  /** Log-odds of an approval that one standard deviation more of it adds. */
  weight: z.number(),
  /** Decisions, and feedback by its own id, whose reasons name it, newest first, at most 20. */
  named: z.array(ulidSchema).max(20),
  /** Those that moved it most without naming it, strongest first, at most 20. */
  moved: z.array(ulidSchema).max(20),
});
export type Taste = z.infer<typeof tasteSchema>;

export const preferenceResult = z.object({
  /** Decisions and feedback that were learned from. */
  n: z.number().int(),
  /** Below so many nothing is said to be clear. */
  needed: z.number().int(),
  /** The clear ones, surest first. */
  tastes: z.array(tasteSchema),
  /** Evidence (an e-value) that the predictions beat the running rate; ranking acts while `useful`. */
  evidence: z.object({ e: z.number(), useful: z.boolean() }),
  /** Share of each expert in the predictions, largest first; together 1. */
  experts: z.array(z.object({ name: z.string().max(64), share: z.number().min(0).max(1) })),
});
export type PreferenceView = z.infer<typeof preferenceResult>;

export const personaSetParams = z.object({ name: z.string().max(64), on: z.boolean() });
