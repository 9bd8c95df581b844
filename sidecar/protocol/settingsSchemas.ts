import * as z from 'zod';

export const LEARN_MODES = ['atOnce', 'nextTraining'] as const;
/** Whether a short or ambiguous request may be answered with a question first. */
export const READING_MODES = ['whenUnclear', 'never'] as const;
export const ENGINE_CHOICES = ['auto', 'ollama', 'embedded'] as const;

/** What the sidecar needs of the user's settings. The data folder is part of `initialize`, not of these. */
export const settingsSchema = z.object({
  /** Base model name; empty means the first suitable model of the server. */
  model: z.string().max(200),
  /** Address of the model server, for example `http://127.0.0.1:11434`. */
  host: z.string().max(500),
  engine: z.enum(ENGINE_CHOICES),
  candidates: z.union([z.literal('auto'), z.number().int().min(1).max(4)]),
  /** Model for second answers; empty means the same model. */
  strongModel: z.string().max(200),
  temperature: z.number().min(0).max(2),
  /** Tokens. */
  contextLength: z.number().int().min(512).max(1_048_576),
  learn: z.enum(LEARN_MODES),
  /** Allows plain http to an address that is not this machine. */
  allowRemoteHttp: z.boolean(),
  /** Days after which requests without a decision are forgotten; 0 keeps everything. */
  forgetUndecidedAfter: z.number().int().min(0).max(36_500),
  /** Whether goals, preferences, history, facets and readings are recorded. */
  collect: z.boolean(),
  /** Memories and readings below this confidence, 0 to 1, are not trained on. */
  minConfidence: z.number().min(0).max(1),
  /** Whether the model itself looks for memories in a decision; each must quote it. */
  enrich: z.boolean(),
  readings: z.enum(READING_MODES),
  /** Confidence, 0 to 1, from which the first reading is taken without asking; 1 always asks. */
  autoAdvance: z.number().min(0).max(1),
});
export type Settings = z.infer<typeof settingsSchema>;

export const DEFAULT_SETTINGS: Settings = {
  model: '',
  host: 'http://127.0.0.1:11434',
  engine: 'auto',
  candidates: 'auto',
  strongModel: '',
  temperature: 0.3,
  contextLength: 8192,
  learn: 'atOnce',
  allowRemoteHttp: false,
  forgetUndecidedAfter: 0,
  collect: true,
  minConfidence: 0.7,
  enrich: false,
  readings: 'whenUnclear',
  autoAdvance: 0.95,
};
