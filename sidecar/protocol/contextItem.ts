import * as z from 'zod';

/** A piece of the workspace that the user attached to a request. */
export const contextItemSchema = z.object({
  kind: z.enum(['selection', 'file', 'problems', 'diff']),
  /** Path inside the workspace, or a short title. */
  name: z.string().max(1_000),
  language: z.string().max(64).optional(),
  /** First and last line, from 1. */
  range: z.tuple([z.number().int(), z.number().int()]).optional(),
  text: z.string().max(200_000),
});
export type ContextItem = z.infer<typeof contextItemSchema>;
