import * as z from 'zod';
import { contextItemSchema } from './contextItem.ts';
import { noteSchema, textSchema, ulidSchema } from './ids.ts';
import { confidenceSchema } from './memorySchemas.ts';

const name = z.string().max(1_000);

/** `h1` to `h3`, best first. */
export const readingIdSchema = z.string().max(64);

/** One way to understand a short request. */
export const readingSchema = z.object({
  id: readingIdSchema,
  question: noteSchema,
  confidence: confidenceSchema,
});
export type Reading = z.infer<typeof readingSchema>;

export const hypothesesParams = z.object({
  request: ulidSchema,
  thread: ulidSchema,
  prompt: textSchema.min(1),
  context: z.array(contextItemSchema).max(50).default([]),
  language: name.optional(),
  /** Readings also of a request that is clear, and where the setting says never. */
  force: z.boolean().default(false),
});
export const hypothesesResult = z.object({
  request: ulidSchema,
  /** False for a request that needs no question: then there are no readings. */
  unclear: z.boolean(),
  /** Why it is clear or not, for the log and the curious. */
  why: name,
  readings: z.array(readingSchema).max(3),
  /** The reading that was taken without asking, as its confidence is above the threshold; `choose` changes it. */
  taken: readingIdSchema.optional(),
});
export type Hypotheses = z.infer<typeof hypothesesResult>;

export const chooseParams = z.object({
  /** Left out for the newest request that was asked back about. */
  request: ulidSchema.optional(),
  /** Id of a reading; null to skip. The last choice counts. */
  selected: readingIdSchema.nullable(),
});
export const chooseResult = z.object({
  request: ulidSchema,
  /** What the user wrote. */
  prompt: textSchema,
  selected: readingIdSchema.nullable(),
  /** One line for the user: what was noted. */
  line: z.string().max(500),
  /** The prompt with what is known of the user, as `request.ask` of this request will send it. */
  enrichedPrompt: textSchema,
  tokensEstimate: z.number().int(),
  /** Tokens by what they are for: goal, pref, history. */
  contextBreakdown: z.record(z.string(), z.number().int()),
});
