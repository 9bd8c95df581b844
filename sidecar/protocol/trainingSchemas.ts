import * as z from 'zod';
import { errorDataSchema } from './errors.ts';
import { noteSchema, textSchema, timeSchema, ulidSchema } from './ids.ts';
import { preferenceReportSchema } from './preferenceSchemas.ts';
import { runKindSchema, runStatusSchema } from './words.ts';

const name = z.string().max(1_000);

/** What a rule was made of: what decisions say in reasons, notes and edits, or what the preference model found. */
export const RULE_SOURCES = ['decisions', 'features'] as const;

export const ruleSchema = z.object({
  id: z.string().max(128),
  /** One sentence in the user's words. */
  text: noteSchema,
  /** What it asks for in a few words, to follow "You prefer"; absent where its text is the user's own. */
  short: z.string().max(400).optional(),
  /** Where it applies: `always`, `language:python`, `category:testing`. */
  scope: z.string().max(128),
  source: z.enum(RULE_SOURCES),
  /** The newest decisions that speak for it, at most 20, newest first. */
  evidence: z.array(ulidSchema).max(20),
  against: z.array(ulidSchema).max(20),
  /** All of them. */
  counts: z.object({ for: z.number().int(), against: z.number().int() }),
  on: z.boolean(),
  pinned: z.boolean(),
  /** True where the user wrote its text. */
  edited: z.boolean(),
  /** Why it does not act though it was not switched off. */
  resting: z.enum(['weak', 'overruled']).optional(),
  /** True where the active version already holds it. */
  trained: z.boolean(),
  /** The newest request that it went into, among the last 200. */
  lastUsed: z.object({ request: ulidSchema, at: timeSchema }).optional(),
});
export type Rule = z.infer<typeof ruleSchema>;

export const versionSchema = z.object({
  version: ulidSchema,
  number: z.number().int(),
  /** Immutable name on the server. */
  name,
  /** Name that follows the active version. */
  activeName: name,
  base: name,
  engine: z.enum(['ollama', 'embedded']),
  run: ulidSchema,
  runKind: runKindSchema,
  createdAt: timeSchema,
  decisions: z.number().int(),
  rules: z.array(z.object({ id: z.string(), text: noteSchema })),
  examples: z.number().int(),
  system: textSchema,
  active: z.boolean(),
  deleted: z.boolean(),
  /** True where something that it was trained on was forgotten since; remove it and train again. */
  forgotten: z.boolean().optional(),
  /** What is known of it being better; "not yet known (n = 0)" until there is held-out evidence. */
  verdict: name,
});
export type Version = z.infer<typeof versionSchema>;

export const runSchema = z.object({
  run: ulidSchema,
  kind: runKindSchema,
  status: runStatusSchema,
  startedAt: timeSchema.optional(),
  finishedAt: timeSchema.optional(),
  samples: z.number().int().optional(),
  version: ulidSchema.optional(),
  error: z.string().optional(),
});
export type Run = z.infer<typeof runSchema>;

export const trainParams = z.object({
  kind: runKindSchema.default('prompt'),
  /** Writes Modelfile and log, talks to no server, publishes nothing. */
  noBuild: z.boolean().default(false),
  /** Trains on less data than needed; the version can't be activated. */
  force: z.boolean().default(false),
  /** Makes nothing where the newest version would come out once more; it is answered with instead. Not with `force`. */
  onlyNew: z.boolean().default(false),
  /** What to do with a Modelfile.trained that was edited by hand: keep the edit as a pinned block, or stop. */
  handEdit: z.enum(['keep', 'stop', 'discard']).default('keep'),
  /** Builds the version from the Modelfile.trained on disk instead of from decisions. */
  fromModelfile: z.boolean().default(false),
  /** Of the kind `preference`: passes over the decisions, most words, and step size of the expert on words. */
  epochs: z.number().int().min(1).max(100).optional(),
  maxVocab: z.number().int().min(1).max(100_000).optional(),
  lr: z.number().positive().max(1).optional(),
});
export const trainStepNote = z.object({
  run: ulidSchema,
  step: z.enum(['reading', 'finding', 'checking', 'building', 'comparing', 'writing']),
  message: name,
  done: z.number().int().optional(),
  total: z.number().int().optional(),
});
export const trainResult = z.object({
  run: ulidSchema,
  status: runStatusSchema,
  /** For a person: what was trained from what, and what is known of it. */
  line: z.string().max(1_000),
  version: versionSchema.optional(),
  modelfile: textSchema,
  system: textSchema,
  previousSystem: textSchema,
  rules: z.array(ruleSchema),
  examples: z.array(z.object({ prompt: textSchema, response: textSchema, decision: ulidSchema })),
  decisions: z.number().int(),
  advice: z.array(name),
  /** Absolute paths on the user's machine, shown and opened, never sent anywhere. */
  files: z.object({ modelfile: name, log: name, preferenceModel: name.optional() }),
  /** Of the kind `preference`: what its predictions are worth, beside every baseline. */
  report: preferenceReportSchema.optional(),
  handEdit: z.enum(['none', 'kept', 'discarded']),
  error: errorDataSchema.optional(),
});
export type TrainResult = z.infer<typeof trainResult>;
