import * as z from 'zod';
import { noteSchema, timeSchema, ulidSchema } from '../sidecar/protocol/ids.ts';
import { memoryTypeSchema } from '../sidecar/protocol/memorySchemas.ts';
import { reasonSchema, verdictSchema } from '../sidecar/protocol/words.ts';

/* Host <-> page of what Whetstone knows. The page shows entries and names them by their keys in what it sends. */

const renderId = z.string().max(64);
const label = z.string().max(1_000);
const keySchema = z.string().min(1).max(200);

/** In the order in which they are shown. */
export const SECTIONS = ['rules', 'preferences', 'goals', 'facets', 'tastes', 'history', 'blocks'] as const;
export type Section = (typeof SECTIONS)[number];

/** One learned thing. */
export const entrySchema = z.object({
  /** `rule:errors`, `memory:...`, `block:...`, `facet:concise`, `taste:docstring`. */
  key: keySchema,
  section: z.enum(SECTIONS),
  /** One sentence, in the user's words. */
  text: z.string().max(5_000),
  /** What the model is told, or the words that it came from, where the sentence is another. */
  detail: z.string().max(5_000).optional(),
  /** Absent for what can't be switched by itself. */
  on: z.boolean().optional(),
  /** Absent for what can't be pinned. */
  pinned: z.boolean().optional(),
  /** What an edit begins with; absent for what has no text of its own. */
  editable: noteSchema.optional(),
  /** Whether it can be deleted by itself. */
  deletable: z.boolean(),
  /** Why it does not act, where it was found, how sure it is. */
  notes: z.array(label).max(10),
  /** `7 for, 1 against`; absent where no decision is behind it. */
  evidence: label.optional(),
  /** The newest request that it went into. */
  lastUsed: timeSchema.optional(),
});
export type Entry = z.infer<typeof entrySchema>;

/** A facet of the persona, from 0 to 1; 0.5 is neither. */
export const facetViewSchema = z.object({
  key: keySchema,
  low: label,
  high: label,
  value: z.number().min(0).max(1),
  /** Changes so far. */
  n: z.number().int(),
  /** Values after the last changes, oldest first, this one last. */
  trend: z.array(z.number()).max(20),
  /** The last changes in words: `+0.02 picked h1`, newest first. */
  changes: z.array(label).max(3),
});
export type FacetView = z.infer<typeof facetViewSchema>;

export const knowledgeSchema = z.object({
  entries: z.array(entrySchema),
  facets: z.array(facetViewSchema),
  /** Whole sentences with figures: how much was approved, and kept. */
  figures: z.array(label).max(5),
  /** What is said where the preference model is sure of nothing. */
  tastesNote: label,
  /** Who says how much in the predictions. */
  experts: z.array(z.object({ name: label, does: label, share: z.number().min(0).max(1) })),
  expertsNote: label,
  decisions: z.number().int(),
});
export type Knowledge = z.infer<typeof knowledgeSchema>;

const evidenceRowSchema = z.object({
  request: ulidSchema,
  /** Absent for a request that was not decided on. */
  decision: ulidSchema.optional(),
  verdict: verdictSchema.optional(),
  side: z.enum(['for', 'against']),
  at: timeSchema,
  reasons: z.array(reasonSchema),
  note: noteSchema.optional(),
  /** The beginning of the prompt. */
  prompt: z.string().max(500),
});
export type EvidenceRow = z.infer<typeof evidenceRowSchema>;

/** Host -> page. */
export const knowledgeHostMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('knowledge'), renderId, knowledge: knowledgeSchema }),
  /** Nothing could be read; what and what now. */
  z.object({ type: z.literal('failed'), renderId, message: label }),
  /** Brings an entry into sight. */
  z.object({ type: z.literal('show'), renderId, key: keySchema, evidence: z.boolean() }),
  z.object({
    type: z.literal('evidence'),
    renderId,
    key: keySchema,
    rows: z.array(evidenceRowSchema).max(200),
    /** How many more there are that are not listed. */
    more: z.number().int(),
  }),
]);
export type KnowledgeHostMessage = z.infer<typeof knowledgeHostMessageSchema>;

/** Page -> host. */
export const knowledgeIntentSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('refresh') }),
  z.object({ type: z.literal('ask') }),
  z.object({ type: z.literal('switch'), key: keySchema, on: z.boolean() }),
  z.object({ type: z.literal('pin'), key: keySchema, pinned: z.boolean() }),
  z.object({ type: z.literal('edit'), key: keySchema, text: noteSchema.trim().min(1) }),
  z.object({ type: z.literal('forget'), key: keySchema }),
  z.object({ type: z.literal('evidence'), key: keySchema }),
  z.object({ type: z.literal('openRequest'), request: ulidSchema }),
  z.object({ type: z.literal('openUse'), key: keySchema }),
  z.object({ type: z.literal('addMemory'), memory: memoryTypeSchema, text: noteSchema.trim().min(1) }),
  z.object({ type: z.literal('addBlock'), phrase: z.string().trim().min(1).max(500) }),
]);
export type KnowledgeIntent = z.infer<typeof knowledgeIntentSchema>;
export const knowledgeIntentMessageSchema = z.object({ renderId, intent: knowledgeIntentSchema });
