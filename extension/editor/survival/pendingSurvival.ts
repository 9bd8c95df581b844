import { createHash } from 'node:crypto';
import * as z from 'zod';
import { ulidSchema } from '../../../sidecar/protocol/ids.ts';
import { MAX_AGE_MS } from './survivalMarks.ts';

/** Most answers that are watched at a time; the oldest goes first. */
export const MAX_WATCHED = 50;
/** Most places of one answer, and most parts of one place. */
export const MAX_PLACES = 8;
/** Longest code that is watched, in lines. */
export const MAX_LINES = 2_000;

const pieceSchema = z.object({
  uri: z.string().max(4_000),
  start: z.number().int().min(0),
  end: z.number().int().min(0),
  loose: z.boolean(),
  /** `textCheck` of the document when the range was last known to be right. */
  check: z.string().max(8),
});
/** A part of a document with applied code in it. */
export type Piece = z.infer<typeof pieceSchema>;

const placeSchema = z.object({
  /** Number of the code block in the answer. */
  block: z.number().int().min(0),
  /** `broughtLines`; says how many lines there are and which were new, not what they say. */
  lines: z.string().max(MAX_LINES),
  /** Where it was applied, then where parts of it were pasted. */
  pieces: z.array(pieceSchema).min(1).max(MAX_PLACES),
  /** `textCheck` of the branch that was checked out; empty where that is not known. */
  branch: z.string().max(8),
});
/** A code block that was applied. */
export type Place = z.infer<typeof placeSchema>;

const pendingSchema = z.object({
  candidate: ulidSchema,
  request: ulidSchema,
  /** Absolute path of the data folder that knows the answer. */
  dataFolder: z.string(),
  /** Milliseconds since 1970 of the newest application. */
  appliedAt: z.number(),
  /** Marks in minutes that a look has stood for. */
  done: z.array(z.number()),
  places: z.array(placeSchema).min(1).max(MAX_PLACES),
});
/**
 * One answer whose code is still to be looked at. No text of it: the code is read from the data folder when it is
 * needed, so that what is forgotten there is nowhere else.
 */
export type Pending = z.infer<typeof pendingSchema>;

/** What an earlier window left. Unreadable and too old entries are dropped one by one. */
export function readPending(stored: unknown, now: number): Pending[] {
  if (!Array.isArray(stored)) return [];
  const entries = stored.flatMap((item: unknown) => {
    const parsed = pendingSchema.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
  return bounded(entries, now);
}

/** The newest entries, none older than may be looked at, none of a time to come. */
export function bounded(entries: readonly Pending[], now: number): Pending[] {
  const young = entries.filter(({ appliedAt }) => Math.abs(now - appliedAt) <= MAX_AGE_MS);
  return young.sort((a, b) => b.appliedAt - a.appliedAt).slice(0, MAX_WATCHED);
}

/** Tells whether a document is the one that is known. 32 bits: enough for that, too few to find out what was in it. */
export function textCheck(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
