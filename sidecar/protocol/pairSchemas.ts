import * as z from 'zod';
import { textSchema, timeSchema, ulidSchema } from './ids.ts';

/** Of a decision's own pair or of feedback, with what it is compared to; longer than a ULID. */
const pairIdSchema = z.string().max(64);

/** What says that one answer is better: a correction made while deciding, two verdicts, or feedback. */
export const PAIR_SOURCES = ['edit', 'decision', 'correction'] as const;

export const pairSchema = z.object({
  id: pairIdSchema,
  request: ulidSchema,
  /** Empty where it was lost. */
  prompt: textSchema,
  chosen: textSchema,
  rejected: textSchema,
  source: z.enum(PAIR_SOURCES),
  weight: z.number(),
  createdAt: timeSchema,
});
export type Pair = z.infer<typeof pairSchema>;

export const pairsParams = z.object({
  /** Id of a pair; only those that come after it in the list, which are older. */
  before: pairIdSchema.optional(),
  limit: z.number().int().min(1).max(1_000).default(20),
});
export const pairsResult = z.object({ pairs: z.array(pairSchema) });
