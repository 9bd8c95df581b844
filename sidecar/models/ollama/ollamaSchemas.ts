import * as z from 'zod';

// What is read from the server's answers. Unknown fields are left alone; missing ones have a safe default.

const details = z.object({
  family: z.string().optional(),
  parameter_size: z.string().optional(),
  quantization_level: z.string().optional(),
});

const number = z.number().catch(0);

export const versionAnswer = z.object({ version: z.string() });

export const listAnswer = z.object({
  models: z
    .array(z.object({ name: z.string(), digest: z.string(), size: number, details: details.nullish() }))
    .nullable(),
});

export const loadedAnswer = z.object({ models: z.array(z.object({ name: z.string() })).nullable() });

export const showAnswer = z.object({
  modelfile: z.string().optional(),
  template: z.string().optional(),
  system: z.string().optional(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })).nullish(),
  model_info: z.record(z.string(), z.unknown()).nullish(),
  capabilities: z.array(z.string()).nullish(),
  details: details.nullish(),
});

export const embedAnswer = z.object({ embeddings: z.array(z.array(z.number())) });

export const progressAnswer = z.object({
  status: z.string().default(''),
  digest: z.string().optional(),
  total: z.number().optional(),
  completed: z.number().optional(),
});

export const chatAnswer = z.object({
  message: z
    .object({
      content: z.string().default(''),
      thinking: z.string().nullish(),
      tool_calls: z
        .array(
          z.object({
            function: z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()) }),
          }),
        )
        .nullish(),
    })
    .optional(),
  logprobs: z.array(z.object({ token: z.string(), logprob: z.number() })).nullish(),
  done: z.boolean().default(false),
  done_reason: z.string().optional(),
  total_duration: z.number().optional(),
  load_duration: z.number().optional(),
  prompt_eval_count: z.number().optional(),
  eval_count: z.number().optional(),
});
export type ChatAnswer = z.infer<typeof chatAnswer>;
