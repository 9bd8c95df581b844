import * as z from 'zod';
import { ulidSchema } from './ids.ts';

const count = z.number().int().min(0);

/** What forgetting took, or would take. */
export const forgottenSchema = z.object({
  preview: z.boolean(),
  requests: count,
  answers: count,
  decisions: count,
  /** Feedback, rules and other events that go by themselves. */
  others: count,
  /** Versions that were trained on something of it. They stay until they are removed; their models still hold it. */
  versions: z.array(
    z.object({
      version: ulidSchema,
      number: z.number().int(),
      name: z.string().max(1_000),
      deleted: z.boolean(),
    }),
  ),
  /** Journal files of other windows that still hold something of it; they see to it within a second. */
  waiting: count,
});
export type ForgottenCounts = z.infer<typeof forgottenSchema>;
