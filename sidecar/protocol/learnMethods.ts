import * as z from 'zod';
import { forgottenSchema } from './forgetSchemas.ts';
import { noteSchema, ulidSchema } from './ids.ts';
import {
  blockSchema,
  blockSetParams,
  memorySchema,
  memorySetParams,
  memoryTypeSchema,
  personaResult,
} from './memorySchemas.ts';
import { call, limit, none } from './methodEntry.ts';
import { chooseParams, chooseResult, hypothesesParams, hypothesesResult } from './readingSchemas.ts';
import { statsSchema } from './statsSchemas.ts';
import { personaSetParams, preferenceResult } from './tasteSchemas.ts';
import { ruleSchema } from './trainingSchemas.ts';

/** Rows of the method table about what is learned. */
export const LEARN_METHODS = {
  'hypotheses.ask': call(
    'ask',
    hypothesesParams,
    hypothesesResult,
    'Up to three readings of a short or ambiguous request; none of a clear one.',
  ),
  'hypotheses.choose': call(
    'decide',
    chooseParams,
    chooseResult,
    'Picks a reading or skips, and learns from it; `request.ask` of the same request then follows it.',
  ),

  'stats.get': call(
    'read',
    none,
    statsSchema,
    'Approval rate by category, phase, active version, whether training is due.',
  ),
  'memory.list': call(
    'read',
    z.object({ type: memoryTypeSchema.optional(), limit }),
    z.object({ memories: z.array(memorySchema) }),
    'Goals, preferences and history entries, newest first.',
  ),
  'memory.set': call(
    'decide',
    memorySetParams,
    z.object({ memory: memorySchema }),
    'Writes, edits, pins or switches a memory; the next answer follows.',
  ),
  'memory.forget': call(
    'admin',
    z.object({
      /** Of requests, answers or decisions, each of which means the whole request, or of other events. */
      ids: z.array(ulidSchema).max(1_000).default([]),
      /** Everything whose prompt, answer, correction or note contains it, in capitals or not. */
      about: z.string().trim().min(2).max(1_000).optional(),
      preview: z.boolean().default(true),
    }),
    forgottenSchema,
    'Deletes for real; `preview`, the default, only says what would go.',
  ),
  'rules.list': call(
    'read',
    none,
    z.object({ rules: z.array(ruleSchema) }),
    'Learned rules with the decisions they came from.',
  ),
  'rules.set': call(
    'decide',
    z
      .object({
        id: z.string().max(128),
        on: z.boolean().optional(),
        /** On, and before others where room is short; false lets go of it. */
        pinned: z.boolean().optional(),
        /** In the user's own words from now on. */
        text: noteSchema.trim().min(1).optional(),
        /** What was said for it so far counts no more, and what the user wrote is deleted for real. */
        forget: z.literal(true).optional(),
      })
      .refine(
        ({ on, pinned, text, forget }) => (on ?? pinned ?? text ?? forget) !== undefined,
        'nothing to change',
      ),
    none,
    'Switches a rule, pins it, words it anew, or forgets it; the next answer follows.',
  ),
  'blocks.list': call(
    'read',
    none,
    z.object({ blocks: z.array(blockSchema) }),
    'What is never to be suggested again, newest first.',
  ),
  'blocks.set': call(
    'decide',
    blockSetParams,
    z.object({ block: blockSchema }),
    'Never suggest this again, or lift it.',
  ),
  'persona.get': call('read', none, personaResult, 'Persona facets with their deltas.'),
  'persona.set': call('decide', personaSetParams, none, 'Switches a facet; the next answer follows.'),
  'preference.get': call(
    'read',
    none,
    preferenceResult,
    'What the preference model is sure of, with the decisions that say it most.',
  ),
} as const;
