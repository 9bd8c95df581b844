import * as z from 'zod';
import { contextItemSchema } from './contextItem.ts';
import { errorDataSchema } from './errors.ts';
import { noteSchema, sha256Schema, textSchema, timeSchema, ulidSchema } from './ids.ts';
import { readingIdSchema, readingSchema } from './readingSchemas.ts';
import { categorySchema, chosenBySchema, reasonSchema, verdictSchema } from './words.ts';

const name = z.string().max(1_000);

export const workspaceSchema = z.object({ name, hash: z.string().max(64) });

export const usageSchema = z.object({
  promptTokens: z.number().int(),
  answerTokens: z.number().int(),
  /** Milliseconds from sending to the last token. */
  totalMs: z.number(),
});

/** How an answer ended. `interrupted`: the window or the sidecar ended first; the text so far was kept. */
export const STOPPED = ['complete', 'length', 'user', 'failed', 'interrupted'] as const;
export const stoppedSchema = z.enum(STOPPED);
export type Stopped = z.infer<typeof stoppedSchema>;

/** What was foretold of an answer before it was decided on. */
export const scoreSchema = z.object({
  /** Calibrated probability that the user approves. */
  p: z.number().min(0).max(1),
  /** What sets it apart, strongest first: `+ more error handling`, `- more prose`. */
  why: z.array(z.string().max(200)).max(10),
  /** Decisions and feedback that it was learned from. */
  n: z.number().int().nonnegative(),
});
export type Score = z.infer<typeof scoreSchema>;

export const candidateSchema = z.object({
  candidate: ulidSchema,
  request: ulidSchema,
  text: textSchema,
  thinking: textSchema.optional(),
  sha256: sha256Schema,
  model: name,
  /** Why this candidate was made, where it is not simply the first: `second answer`, `by qwen3:32b`. */
  label: name.optional(),
  stopped: stoppedSchema,
  usage: usageSchema.optional(),
  error: errorDataSchema.optional(),
  /** What of the things never to be suggested it uses, as it is now. */
  blocked: z.array(z.string().max(500)).max(200).optional(),
  score: scoreSchema.optional(),
});
export type Candidate = z.infer<typeof candidateSchema>;

/** What one request sent to the model, in tokens (estimated), and what did not fit. */
export const sentSchema = z.object({
  limit: z.number().int(),
  total: z.number().int(),
  parts: z.array(z.object({ name, tokens: z.number().int(), cut: z.boolean() })),
  /** The system text as sent; empty where the active version holds everything. */
  system: textSchema,
  /** The prompt with what is known of the user around it; absent where it went as it is. */
  prompt: textSchema.optional(),
  rules: z.array(z.object({ id: z.string().max(128), text: noteSchema })),
  examples: z.array(ulidSchema),
});
export type Sent = z.infer<typeof sentSchema>;

export const decisionSchema = z.object({
  decision: ulidSchema,
  at: timeSchema,
  request: ulidSchema,
  candidate: ulidSchema,
  verdict: verdictSchema,
  reasons: z.array(reasonSchema),
  note: noteSchema.optional(),
  undone: z.boolean(),
  /** Present only in `decision.list` with texts. */
  prompt: textSchema.optional(),
  text: textSchema.optional(),
  category: categorySchema,
});
export type Decision = z.infer<typeof decisionSchema>;

export const meantSchema = z.object({
  readings: z.array(readingSchema).max(3),
  /** Null where it was answered as it stands. */
  selected: readingIdSchema.nullable(),
  /** True where it was taken without asking. */
  automatic: z.boolean(),
});
export type Meant = z.infer<typeof meantSchema>;

export const requestSchema = z.object({
  request: ulidSchema,
  thread: ulidSchema,
  at: timeSchema,
  prompt: textSchema,
  category: categorySchema,
  model: name,
  version: ulidSchema.optional(),
  context: z.array(z.object({ kind: name, name })),
  candidates: z.array(candidateSchema),
  /** The candidate that was opened first. */
  suggested: ulidSchema.optional(),
  chosenBy: chosenBySchema.optional(),
  /** What a short request may have meant, and what it was taken as; absent where nothing was asked or said. */
  meant: meantSchema.optional(),
  decision: decisionSchema.optional(),
});
export type RequestRecord = z.infer<typeof requestSchema>;

export const askParams = z.object({
  request: ulidSchema,
  thread: ulidSchema,
  prompt: textSchema.min(1),
  category: categorySchema.optional(),
  context: z.array(contextItemSchema).max(50).default([]),
  language: name.optional(),
  workspace: workspaceSchema.optional(),
  model: z.string().max(200).optional(),
  candidates: z.union([z.literal('auto'), z.number().int().min(1).max(4)]).optional(),
  /** Makes one more candidate for a request that exists; the prompt given here is ignored. */
  another: z.boolean().default(false),
  seed: z.number().int().optional(),
});
export const askResult = z.object({
  request: ulidSchema,
  category: categorySchema,
  candidates: z.array(candidateSchema),
  /** The candidate that opens first. */
  suggested: ulidSchema.optional(),
  /** What chose it. */
  chosenBy: chosenBySchema.optional(),
  sent: sentSchema,
});

/** Sent before the first text: which candidate is being made by which model, and while the model loads. */
export const statusNote = z.object({
  request: ulidSchema,
  candidate: ulidSchema,
  state: z.enum(['waiting', 'loading', 'generating']),
  model: name,
  label: name.optional(),
  category: categorySchema,
  sent: sentSchema,
});
export const deltaNote = z.object({
  request: ulidSchema,
  candidate: ulidSchema,
  /** From 0, counted per candidate over `request.delta` alone. */
  seq: z.number().int().nonnegative(),
  text: z.string(),
});
export const endNote = z.object({ request: ulidSchema, candidate: candidateSchema });

export const recordParams = z.object({
  /** Made at the click; the same ULID twice counts once. */
  decision: ulidSchema,
  request: ulidSchema,
  candidate: ulidSchema,
  sha256: sha256Schema,
  verdict: verdictSchema,
  reasons: z.array(reasonSchema).max(32).default([]),
  note: noteSchema.optional(),
  editedText: textSchema.optional(),
  dwellMs: z.number().nonnegative().optional(),
  /** Candidates of the request whose text was on the screen before the decision. */
  seen: z.array(ulidSchema).max(50).optional(),
  /**
   * The client's own copy of request and answer, for an answer whose end the sidecar never recorded (it was
   * killed in mid-answer). Used only where the journal does not know the candidate.
   */
  copy: z
    .object({
      thread: ulidSchema,
      prompt: textSchema,
      category: categorySchema,
      model: name,
      text: textSchema,
    })
    .optional(),
});
export const notedSchema = z.object({
  decision: ulidSchema,
  /** One line for the user: what was noted and what it changes. */
  line: z.string().max(500),
  /** Id of the rule that this decision feeds, where there is one. */
  rule: z.string().max(128).optional(),
});
export type Noted = z.infer<typeof notedSchema>;
