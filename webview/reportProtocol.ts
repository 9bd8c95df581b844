import * as z from 'zod';
import { actionSchema } from '../sidecar/protocol/errors.ts';
import { ulidSchema } from '../sidecar/protocol/ids.ts';
import { trainResult } from '../sidecar/protocol/trainingSchemas.ts';

/* Host <-> report page of one training run. The page shows a result and sends what the user chose. */

const renderId = z.string().max(64);

/** Host -> page. */
export const reportHostMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('result'),
    renderId,
    result: trainResult,
    /** Number of the version that is active now; undefined where the base model answers. */
    activeNumber: z.number().int().optional(),
  }),
]);
export type ReportHostMessage = z.infer<typeof reportHostMessageSchema>;

/** Page -> host. */
export const reportIntentSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('useVersion'), version: ulidSchema }),
  z.object({ type: z.literal('keep') }),
  z.object({ type: z.literal('seeDecisions'), decisions: z.array(ulidSchema).max(10_000) }),
  z.object({ type: z.literal('openModelfile') }),
  z.object({ type: z.literal('openLog') }),
  z.object({ type: z.literal('action'), action: actionSchema }),
]);
export type ReportIntent = z.infer<typeof reportIntentSchema>;
export const reportIntentMessageSchema = z.object({ renderId, intent: reportIntentSchema });
export type ReportIntentMessage = z.infer<typeof reportIntentMessageSchema>;
