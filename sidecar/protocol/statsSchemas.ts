import * as z from 'zod';
import { timeSchema, ulidSchema } from './ids.ts';
import { categorySchema, phaseSchema } from './words.ts';

/** A share with its sample size and 95 % Wilson interval; `value` is null where n is 0. */
export const rateSchema = z.object({
  value: z.number().min(0).max(1).nullable(),
  n: z.number().int(),
  low: z.number(),
  high: z.number(),
});
export type Rate = z.infer<typeof rateSchema>;

/** An estimate with its 95 % interval; `value` is null where n is 0. Unbiased, so it may lie outside of 0 to 1. */
export const estimateSchema = z.object({
  value: z.number().nullable(),
  n: z.number().int(),
  low: z.number(),
  high: z.number(),
});
export type Estimate = z.infer<typeof estimateSchema>;

/** Of the last 2,000 decided requests, those with several answers. */
export const suggestionsSchema = z.object({
  /** The answer that opened first was the one that was approved or edited. */
  chosen: rateSchema,
  /** The same if always the suggested answer opened first, and if chance chose, both by inverse propensity. */
  suggested: estimateSchema,
  atRandom: estimateSchema,
});
export type Suggestions = z.infer<typeof suggestionsSchema>;

/**
 * What was learned beside decisions: readings of unclear requests, facets, feedback with a score. Scripts know the two
 * counts by these names.
 */
export const learningStatsSchema = z.object({
  /** Requests that were asked back about. */
  hypotheses_count: z.number().int(),
  persona_updates_count: z.number().int(),
  /** Of those that the user was asked about, a reading was picked and not skipped. */
  selectionRate: rateSchema,
  /** Of those with a choice, the first reading was taken without asking and stayed. */
  autoAdvanceRate: rateSchema,
  /** Days, by UTC, on which something was asked back, chosen, learned or scored. */
  activeDays: z.number().int(),
  /** Mean of the scores of feedback, 1 to 5; null without one. */
  meanScore: z.number().nullable(),
  /** How many scores. */
  scores: z.number().int(),
});
export type LearningStats = z.infer<typeof learningStatsSchema>;

export const statsSchema = z.object({
  asOf: timeSchema.optional(),
  requests: z.number().int(),
  approved: z.number().int(),
  denied: z.number().int(),
  edited: z.number().int(),
  /** (approved + edited) / (approved + edited + denied), one live verdict a request. */
  approval: rateSchema,
  /** Applied candidates with at least half of the text still there after 60 minutes. */
  kept: rateSchema,
  byCategory: z.array(z.object({ category: categorySchema, approval: rateSchema, weak: z.boolean() })),
  phase: phaseSchema,
  /** good, great, perfect, or empty. */
  word: z.enum(['', 'good', 'great', 'perfect']),
  activeVersion: z.object({ version: ulidSchema, name: z.string(), number: z.number().int() }).optional(),
  newSinceTraining: z.number().int(),
  trainingDue: z.boolean(),
  /** The nine denial reasons used most here, most used first. */
  topReasons: z.array(z.string()),
  learning: learningStatsSchema,
  /** Requests with a second answer because the first scored low: how often that one was approved or edited. */
  alternatives: rateSchema.optional(),
  suggestions: suggestionsSchema.optional(),
});
export type Stats = z.infer<typeof statsSchema>;
