import * as z from 'zod';
import { GRAMMARS } from './grammars.ts';

/** What the parser's process is asked. */
export const orderSchema = z.object({
  id: z.number().int(),
  grammar: z.enum(GRAMMARS),
  code: z.string(),
});
export type Order = z.infer<typeof orderSchema>;

/** What it answers. */
export const reportSchema = z.object({
  id: z.number().int(),
  verdict: z.enum(['ok', 'broken', 'unknown']),
});
export type Report = z.infer<typeof reportSchema>;
