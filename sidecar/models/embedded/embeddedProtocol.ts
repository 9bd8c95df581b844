import * as z from 'zod';

// Messages between the sidecar and the process that holds the embedded model. Both sides check what they get.

const text = z.string().max(16_000_000);

const message = z.object({ role: z.enum(['system', 'user', 'assistant']), content: text });
export type EmbeddedMessage = z.infer<typeof message>;

export const chatOrder = z.object({
  order: z.literal('chat'),
  id: z.number().int(),
  /** Absolute path of the weights. */
  file: z.string(),
  model: z.string(),
  messages: z.array(message).min(1),
  temperature: z.number().optional(),
  seed: z.number().int().optional(),
  contextLength: z.number().int().optional(),
  maxTokens: z.number().int().optional(),
  stop: z.array(z.string()).optional(),
  /** JSON schema. */
  format: z.record(z.string(), z.unknown()).optional(),
  logprobs: z.boolean(),
});
export type ChatOrder = z.infer<typeof chatOrder>;

export const embedOrder = z.object({
  order: z.literal('embed'),
  id: z.number().int(),
  file: z.string(),
  model: z.string(),
  inputs: z.array(text),
});
export type EmbedOrder = z.infer<typeof embedOrder>;

export const orderSchema = z.discriminatedUnion('order', [
  chatOrder,
  embedOrder,
  z.object({ order: z.literal('cancel'), id: z.number().int() }),
]);
export type Order = z.infer<typeof orderSchema>;

const id = z.number().int();

export const reportSchema = z.discriminatedUnion('report', [
  z.object({ report: z.literal('loading'), id }),
  z.object({
    report: z.literal('text'),
    id,
    text,
    logprobs: z.array(z.object({ token: z.string(), logprob: z.number() })).optional(),
  }),
  z.object({ report: z.literal('thinking'), id, text }),
  z.object({
    report: z.literal('end'),
    id,
    reason: z.enum(['complete', 'length']),
    promptTokens: z.number().int(),
    answerTokens: z.number().int(),
    loadMs: z.number().optional(),
    totalMs: z.number(),
  }),
  z.object({ report: z.literal('vectors'), id, vectors: z.array(z.array(z.number())) }),
  z.object({
    report: z.literal('failed'),
    id,
    code: z.enum([
      'context.tooLong',
      'model.outOfMemory',
      'model.unsupported',
      'engine.unsupported',
      'rpc.cancelled',
      'engine.crashed',
    ]),
    why: z.string().max(4_000),
  }),
]);
export type Report = z.infer<typeof reportSchema>;
