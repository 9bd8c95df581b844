import * as z from 'zod';
import { errorDataSchema } from './errors.ts';

const name = z.string().max(1_000);
/** Letters, digits, `. _ - / :`; as the server accepts them. */
export const modelNameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._\-/:]{0,199}$/, 'not a model name');

export const modelSchema = z.object({
  name,
  digest: z.string(),
  /** Bytes on disk. */
  size: z.number(),
  family: name.optional(),
  parameters: name.optional(),
  quantization: name.optional(),
  engine: z.enum(['ollama', 'embedded']),
  /** True for a version that Whetstone published. */
  ours: z.boolean(),
});
export type Model = z.infer<typeof modelSchema>;

export const serverSchema = z.object({
  engine: z.enum(['ollama', 'embedded']),
  state: z.enum(['ready', 'unavailable']),
  address: name,
  version: name.optional(),
  /** What the user should do about a server that works, for example one with a known security fault. */
  advice: name.optional(),
  error: errorDataSchema.optional(),
});
export type Server = z.infer<typeof serverSchema>;

export const recommendedSchema = z.object({
  name,
  /** Bytes to download. */
  size: z.number(),
  /** Bytes of memory it needs. */
  memory: z.number(),
  note: name,
});

export const modelsListResult = z.object({
  server: serverSchema,
  models: z.array(modelSchema),
  recommended: z.array(recommendedSchema),
  /** The model that the next request goes to; absent where there is none. */
  current: name.optional(),
  builtIn: z.object({ installed: z.boolean(), supported: z.boolean() }),
});

export const pullParams = z.object({
  /** A model name, or `builtin` for the embedded engine with its demo model. */
  name: modelNameSchema,
  /** Only says what would be fetched, from where, and how much. */
  dryRun: z.boolean().default(false),
});
export const pullResult = z.object({
  name,
  plan: z.array(z.object({ what: name, host: name, bytes: z.number().optional() })),
  done: z.boolean(),
});
export const progressNote = z.object({
  name,
  status: name,
  completedBytes: z.number().optional(),
  totalBytes: z.number().optional(),
});
