import * as z from 'zod';
import { actionSchema } from '../sidecar/protocol/errors.ts';
import { noteSchema, sha256Schema, textSchema, ulidSchema } from '../sidecar/protocol/ids.ts';
import { readingIdSchema, readingSchema } from '../sidecar/protocol/readingSchemas.ts';
import { sentSchema } from '../sidecar/protocol/requestSchemas.ts';
import { categorySchema, chosenBySchema, reasonSchema, verdictSchema } from '../sidecar/protocol/words.ts';

/*
 * Host <-> panel page. The host owns every card; the page shows snapshots and streams, and sends intents.
 * An intent names what the user wants, never a command, a path or HTML.
 */

const label = z.string().max(1_000);
/** Made anew for each page that is rendered; messages of an older page are dropped. */
const renderId = z.string().max(64);

const errorViewSchema = z.object({
  code: z.string().max(64),
  what: z.string().max(2_000),
  why: z.string().max(4_000).optional(),
  next: z.string().max(2_000).optional(),
  /** Buttons in order; the first is the main one. */
  buttons: z.array(z.object({ action: actionSchema, title: label })),
});
export type ErrorView = z.infer<typeof errorViewSchema>;

const candidateViewSchema = z.object({
  id: ulidSchema,
  state: z.enum(['waiting', 'loading', 'streaming', 'complete', 'stopped', 'failed']),
  text: textSchema,
  thinking: textSchema,
  /** Sequence number of the next delta that the page may append. */
  nextSeq: z.number().int(),
  sha256: sha256Schema.optional(),
  model: label,
  label: label.optional(),
  /** Unix milliseconds when loading began, for "loading, 12 s". */
  loadingSince: z.number().optional(),
  error: errorViewSchema.optional(),
  /** How it differs from the other answers, by what was learned; `+` speaks for it, `-` against. */
  why: z.array(label).max(3).optional(),
  /** Foretold share of approvals, 0 to 1, and the decisions that it rests on. */
  foretold: z.object({ p: z.number(), n: z.number().int() }).optional(),
  /** What of the things never to be suggested it uses. */
  blocked: z.array(label).max(200).optional(),
});
export type CandidateView = z.infer<typeof candidateViewSchema>;

const decisionViewSchema = z.object({
  id: ulidSchema,
  verdict: verdictSchema,
  reasons: z.array(reasonSchema),
  note: noteSchema.optional(),
  candidate: ulidSchema,
  /** What was noted; empty until it is on disk. */
  line: z.string().max(500),
  rule: z.string().max(128).optional(),
  state: z.enum(['saving', 'saved', 'queued']),
});
export type DecisionView = z.infer<typeof decisionViewSchema>;

const readingsViewSchema = z.object({
  /**
   * `looking`: what it may mean is being found. `open`: the user is asked. `taken`: the first one was taken without
   * asking. `chosen`, `skipped`: the user said so.
   */
  state: z.enum(['looking', 'open', 'taken', 'chosen', 'skipped']),
  rows: z.array(readingSchema).max(3),
  selected: readingIdSchema.optional(),
});
export type ReadingsView = z.infer<typeof readingsViewSchema>;

const cardSchema = z.object({
  request: ulidSchema,
  prompt: textSchema,
  /** Absent until the request has one: chosen by the user, or found when it is answered. */
  category: categorySchema.optional(),
  /** Chips that went with the prompt. */
  context: z.array(label),
  model: label,
  candidates: z.array(candidateViewSchema),
  open: ulidSchema.optional(),
  /** The answer that opened first, and what chose it. */
  suggested: ulidSchema.optional(),
  chosenBy: chosenBySchema.optional(),
  decision: decisionViewSchema.optional(),
  sent: sentSchema.optional(),
  /** What a short request may mean; absent where it is clear. */
  readings: readingsViewSchema.optional(),
  /** An error of the whole request, before any candidate. */
  error: errorViewSchema.optional(),
  /** True for a card that came back after a reload. */
  restored: z.boolean(),
});
export type Card = z.infer<typeof cardSchema>;

const chipSchema = z.object({
  id: z.string().max(200),
  kind: z.enum(['selection', 'file', 'problems', 'diff']),
  /** For example `selection 18 lines` or `@types.ts`. */
  title: label,
  detail: label,
});
export type Chip = z.infer<typeof chipSchema>;

const recommendedViewSchema = z.object({ name: label, size: label, memory: label, note: label });
const bannerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('noServer'), error: errorViewSchema }),
  z.object({
    kind: z.literal('noModels'),
    recommended: z.array(recommendedViewSchema),
    builtIn: z.boolean(),
    pulling: z.object({ name: label, status: label, percent: z.number().optional() }).optional(),
  }),
  z.object({ kind: z.literal('restarting'), message: label }),
  z.object({ kind: z.literal('notSaved'), error: errorViewSchema, waiting: z.number().int() }),
  z.object({ kind: z.literal('restricted') }),
  /** Nothing stops the user; something should be looked at. */
  z.object({ kind: z.literal('advice'), message: label }),
  z.object({ kind: z.literal('stopped'), error: errorViewSchema }),
]);
export type Banner = z.infer<typeof bannerSchema>;

/** Answers for each request. */
export const candidatesSchema = z.union([z.literal('auto'), z.number().int().min(1).max(4)]);
export type Candidates = z.infer<typeof candidatesSchema>;

export const panelStateSchema = z.object({
  /** Shown in the header, for example `qwen2.5-coder:7b-trained v3`. */
  model: label,
  /** The machine that answers, where it is not this one; empty otherwise. */
  machine: label,
  cards: z.array(cardSchema),
  /** True where older cards can be loaded. */
  more: z.boolean(),
  chips: z.array(chipSchema),
  banner: bannerSchema,
  /** Prompts for Up in the box, newest first. */
  history: z.array(textSchema).max(200),
  /** Three example prompts for the empty panel. */
  examples: z.array(label).max(3),
  /** The nine denial reasons offered first. */
  reasons: z.array(reasonSchema).max(9),
  candidates: candidatesSchema,
  /** False in Restricted Mode. */
  canWrite: z.boolean(),
  draft: textSchema,
});
export type PanelState = z.infer<typeof panelStateSchema>;

/** Host -> page. */
export const hostMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('state'), renderId, state: panelStateSchema }),
  z.object({ type: z.literal('card'), renderId, card: cardSchema }),
  z.object({
    type: z.literal('delta'),
    renderId,
    request: ulidSchema,
    candidate: ulidSchema,
    seq: z.number().int(),
    text: z.string(),
  }),
  z.object({
    type: z.literal('thinking'),
    renderId,
    request: ulidSchema,
    candidate: ulidSchema,
    text: z.string(),
  }),
  z.object({ type: z.literal('older'), renderId, cards: z.array(cardSchema), more: z.boolean() }),
  /** Everything of the state but the cards. */
  z.object({
    type: z.literal('frame'),
    renderId,
    state: panelStateSchema.omit({ cards: true, more: true, draft: true }),
  }),
  z.object({
    type: z.literal('files'),
    renderId,
    query: label,
    files: z.array(z.object({ id: label, title: label, detail: label })).max(50),
  }),
  /** A command of the editor, for the newest card or the box. */
  z.object({
    type: z.literal('do'),
    renderId,
    what: z.enum(['focusBox', 'approve', 'deny', 'edit', 'stop', 'undo']),
  }),
  z.object({ type: z.literal('draft'), renderId, text: textSchema }),
  /** Brings a card into sight and opens it. */
  z.object({ type: z.literal('reveal'), renderId, request: ulidSchema }),
]);
export type HostMessage = z.infer<typeof hostMessageSchema>;

const onCandidate = { request: ulidSchema, candidate: ulidSchema };
/** Code of a candidate is named by its block number and bound to the candidate's hash, never sent back as text. */
const onBlock = { ...onCandidate, sha256: sha256Schema, block: z.number().int().min(0).max(1_000) };

/** Page -> host. Every one carries the renderId of its page. */
export const intentSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({
    type: z.literal('ask'),
    prompt: textSchema.min(1),
    chips: z.array(z.string().max(200)).max(50),
    category: categorySchema.optional(),
  }),
  z.object({ type: z.literal('stop'), request: ulidSchema }),
  /** What a short request means; null to have it answered as it stands. */
  z.object({ type: z.literal('choose'), request: ulidSchema, reading: readingIdSchema.nullable() }),
  z.object({ type: z.literal('another'), request: ulidSchema }),
  z.object({ type: z.literal('retry'), request: ulidSchema }),
  z.object({
    type: z.literal('decide'),
    ...onCandidate,
    sha256: sha256Schema,
    verdict: verdictSchema,
    reasons: z.array(reasonSchema).max(32),
    note: noteSchema.optional(),
    editedText: textSchema.optional(),
    dwellMs: z.number().nonnegative(),
    /** Answers of the card whose whole text was on the screen. */
    seen: z.array(ulidSchema).max(50),
  }),
  z.object({
    type: z.literal('addReasons'),
    decision: ulidSchema,
    reasons: z.array(reasonSchema).max(32),
    note: noteSchema.optional(),
  }),
  z.object({ type: z.literal('undo'), decision: ulidSchema }),
  /** Never suggest a word of an answer again, or lift it. */
  z.object({
    type: z.literal('block'),
    ...onCandidate,
    phrase: z.string().trim().min(1).max(500),
    on: z.boolean(),
  }),
  z.object({
    type: z.literal('copy'),
    ...onBlock,
    block: z.number().int().min(-1).max(1_000),
    sha256: sha256Schema.optional(),
  }),
  z.object({ type: z.literal('apply'), ...onBlock, how: z.enum(['insert', 'replace', 'newFile']) }),
  z.object({ type: z.literal('open'), ...onCandidate }),
  z.object({ type: z.literal('category'), request: ulidSchema, category: categorySchema }),
  z.object({
    type: z.literal('addChip'),
    kind: z.enum(['selection', 'file', 'problems', 'diff']),
    id: label.optional(),
  }),
  z.object({ type: z.literal('removeChip'), id: z.string().max(200) }),
  z.object({ type: z.literal('findFiles'), query: label }),
  z.object({ type: z.literal('action'), action: actionSchema, request: ulidSchema.optional() }),
  z.object({ type: z.literal('pull'), name: label }),
  z.object({ type: z.literal('cancelPull') }),
  z.object({ type: z.literal('pickModel') }),
  z.object({ type: z.literal('settings') }),
  z.object({ type: z.literal('newThread') }),
  z.object({ type: z.literal('candidates'), candidates: candidatesSchema }),
  z.object({ type: z.literal('seeRule'), rule: z.string().max(128) }),
  z.object({ type: z.literal('link'), href: z.string().max(4_000) }),
  z.object({ type: z.literal('older') }),
  z.object({ type: z.literal('resync'), request: ulidSchema }),
  z.object({ type: z.literal('draft'), text: textSchema }),
]);
export type Intent = z.infer<typeof intentSchema>;
export const intentMessageSchema = z.object({ renderId, intent: intentSchema });
export type IntentMessage = z.infer<typeof intentMessageSchema>;
