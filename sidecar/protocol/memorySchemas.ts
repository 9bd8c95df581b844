import * as z from 'zod';
import { noteSchema, timeSchema, ulidSchema } from './ids.ts';

const tag = z.string().min(1).max(64);
const name = z.string().max(1_000);

/** What a memory is about: what the user wants to reach, likes to use, or asked for and chose. */
export const MEMORY_TYPES = ['goal', 'preference', 'history'] as const;
export const memoryTypeSchema = z.enum(MEMORY_TYPES);
export type MemoryType = (typeof MEMORY_TYPES)[number];

/** How a memory was found: by the words of a text, by the model with a quote, or written by the user. */
export const MEMORY_SOURCES = ['keywords', 'model', 'user', 'import'] as const;
export const memorySourceSchema = z.enum(MEMORY_SOURCES);

export const MEMORY_STATES = ['on', 'off', 'pin'] as const;
export const memoryStateSchema = z.enum(MEMORY_STATES);

/** From 0, a guess, to 1, said in so many words. */
export const confidenceSchema = z.number().min(0).max(1);

/** One thing remembered, with everything that says it. */
export const memorySchema = z.object({
  /** Stays the same when it is said again. */
  id: z.string().max(128),
  type: memoryTypeSchema,
  text: noteSchema,
  tags: z.array(tag).max(32),
  confidence: confidenceSchema,
  /** The words that it came from. */
  quote: noteSchema.optional(),
  source: memorySourceSchema,
  /** When it was said last. */
  at: timeSchema,
  state: memoryStateSchema,
  /** Events that say it, newest first; forgetting these deletes it for real. */
  events: z.array(ulidSchema),
  /** Requests and decisions that it came from, newest first, at most 20. */
  evidence: z.array(ulidSchema).max(20),
  /** How often it was said. */
  count: z.number().int(),
  /** A newer memory that says the opposite, which holds instead. */
  replacedBy: z.string().max(128).optional(),
  /** The newest request that it went into, among the last 200. */
  lastUsed: z.object({ request: ulidSchema, at: timeSchema }).optional(),
});
export type MemoryItem = z.infer<typeof memorySchema>;

export const memorySetParams = z.object({
  /** Left out for a memory that the user writes: then type and text are needed. */
  id: z.string().max(128).optional(),
  type: memoryTypeSchema.optional(),
  text: noteSchema.min(1).optional(),
  state: memoryStateSchema.optional(),
});

/** Something never to be suggested again. */
export const blockSchema = z.object({
  id: z.string().max(128),
  phrase: z.string().min(1).max(500),
  on: z.boolean(),
  at: timeSchema,
  /** Requests and decisions at which it was asked for. */
  evidence: z.array(ulidSchema),
  /** Events that say it; forgetting these deletes it for real. */
  events: z.array(ulidSchema),
  lastUsed: z.object({ request: ulidSchema, at: timeSchema }).optional(),
});
export type Block = z.infer<typeof blockSchema>;

export const blockSetParams = z.object({
  phrase: z.string().trim().min(1).max(500),
  on: z.boolean(),
  /** The answer in which it was seen. */
  candidate: ulidSchema.optional(),
});

export const facetSchema = z.object({
  name: z.string().max(64),
  value: z.number().min(0).max(1),
  /** Changes so far. */
  updates: z.number().int(),
  at: timeSchema.optional(),
  on: z.boolean(),
});
export type Facet = z.infer<typeof facetSchema>;

export const personaUpdateSchema = z.object({
  id: ulidSchema,
  at: timeSchema,
  facetDeltas: z.record(z.string(), z.number()),
  newFacets: z.record(z.string(), z.number()),
  /** What moved it, in a few words, with a quote where there is one. */
  why: name,
  request: ulidSchema.optional(),
});
export type PersonaUpdate = z.infer<typeof personaUpdateSchema>;

export const personaResult = z.object({
  facets: z.array(facetSchema),
  /** Newest first, at most 200. */
  updates: z.array(personaUpdateSchema).max(200),
});
