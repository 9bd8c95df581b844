import * as z from 'zod';
import { noteSchema, sha256Schema, textSchema, timeSchema, ulidSchema } from '../protocol/ids.ts';
import { confidenceSchema, memorySourceSchema, memoryTypeSchema } from '../protocol/memorySchemas.ts';
import {
  categorySchema,
  chosenBySchema,
  reasonSchema,
  runKindSchema,
  runStatusSchema,
  verdictSchema,
} from '../protocol/words.ts';

/** Major version of a journal line. A program writes only segments of its own major version. */
export const JOURNAL_VERSION = 1;

const name = z.string().max(1_000);

/** What a request took from the editor. The text itself is not kept, only its hash. */
export const contextReferenceSchema = z.object({
  kind: z.enum(['selection', 'file', 'problems', 'diff']),
  name,
  /** First and last line, from 1. */
  range: z.tuple([z.number().int(), z.number().int()]).optional(),
  textSha256: sha256Schema,
});

export const generationOptionsSchema = z.object({
  temperature: z.number().optional(),
  contextLength: z.number().int().optional(),
  maxTokens: z.number().int().optional(),
});

/** Natural-log probabilities of the generated tokens; `worstWindow` is the lowest mean over 8 tokens. */
export const logprobSummarySchema = z.object({
  mean: z.number(),
  worstWindow: z.number(),
  n: z.number().int(),
});

export const usageSchema = z.object({
  promptTokens: z.number().int(),
  answerTokens: z.number().int(),
  /** Milliseconds from sending the request to the last token. */
  totalMs: z.number(),
});

/** As many as fit into a line in each of the five lists. */
export const MAX_FORGOTTEN = 5_000;
const forgottenIds = z.array(ulidSchema).max(MAX_FORGOTTEN);

const bodies = {
  request: z.object({
    kind: z.literal('request'),
    thread: ulidSchema,
    request: ulidSchema,
    prompt: textSchema,
    context: z.array(contextReferenceSchema).max(100),
    category: categorySchema,
    language: name.optional(),
    workspace: z.object({ name, hash: z.string().max(64) }).optional(),
    model: name,
    modelDigest: z.string().max(128).optional(),
    /** Id of the active version, where one was used. */
    version: ulidSchema.optional(),
    appVersion: name,
    /** Learned things that went into the prompt, by id; examples by decision. */
    used: z
      .object({
        rules: z.array(z.string().max(128)).max(100),
        memories: z.array(z.string().max(128)).max(100),
        blocks: z.array(z.string().max(128)).max(200),
        examples: z.array(ulidSchema).max(20),
      })
      .optional(),
  }),
  candidate: z.object({
    kind: z.literal('candidate'),
    request: ulidSchema,
    candidate: ulidSchema,
    /** Canonical text: no thinking, `\n` line ends, nothing trimmed. */
    text: textSchema,
    thinking: textSchema.optional(),
    sha256: sha256Schema,
    model: name,
    modelDigest: z.string().max(128).optional(),
    options: generationOptionsSchema,
    seed: z.number().int().optional(),
    logprobs: logprobSummarySchema.optional(),
    usage: usageSchema.optional(),
    stopped: z.enum(['complete', 'length', 'user', 'failed', 'interrupted']),
    engine: z.enum(['ollama', 'embedded', 'unknown']),
    label: name.optional(),
  }),
  shown: z.object({
    kind: z.literal('shown'),
    request: ulidSchema,
    order: z.array(ulidSchema),
    opened: ulidSchema,
    /** Probability with which `opened` was chosen; 1 where nothing was explored. */
    propensity: z.number(),
    /** What chose `opened`. */
    chosenBy: chosenBySchema.optional(),
    /** By candidate; `n` is the number of decisions that a score was learned from. */
    scores: z.record(
      z.string(),
      z.object({ p: z.number(), why: z.array(z.string()), n: z.number().int().optional() }),
    ),
    hidden: z.array(ulidSchema),
  }),
  decision: z.object({
    kind: z.literal('decision'),
    decision: ulidSchema,
    request: ulidSchema,
    candidate: ulidSchema,
    sha256: sha256Schema,
    verdict: verdictSchema,
    reasons: z.array(reasonSchema).max(32),
    note: noteSchema.optional(),
    /** The corrected text of an `edited` verdict. */
    editedText: textSchema.optional(),
    /** Milliseconds between the answer being complete and the decision. */
    dwellMs: z.number().optional(),
    /** Candidates of the request whose text was on the screen before it was decided; absent where that is not known. */
    seen: z.array(ulidSchema).max(50).optional(),
  }),
  reason: z.object({
    kind: z.literal('reason'),
    decision: ulidSchema,
    reasons: z.array(reasonSchema).max(32),
    note: noteSchema.optional(),
  }),
  undo: z.object({ kind: z.literal('undo'), decision: ulidSchema }),
  applied: z.object({
    kind: z.literal('applied'),
    candidate: ulidSchema,
    how: z.enum(['insert', 'replace', 'newFile', 'copy']),
    target: z.object({ uriHash: z.string().max(64), range: z.tuple([z.number().int(), z.number().int()]) }),
  }),
  survival: z.object({
    kind: z.literal('survival'),
    candidate: ulidSchema,
    afterMinutes: z.number(),
    ratio: z.number().min(0).max(1),
  }),
  feedback: z.object({
    kind: z.literal('feedback'),
    request: ulidSchema,
    candidate: ulidSchema.optional(),
    text: noteSchema,
    tags: z.array(reasonSchema).max(32),
    score: z.number().int().min(1).max(5).optional(),
    corrections: textSchema.optional(),
    feedbackType: name,
  }),
  rule: z.object({
    kind: z.literal('rule'),
    rule: z.string().max(128),
    text: noteSchema,
    scope: name,
    evidence: z.array(ulidSchema),
  }),
  /** Says once that something is to be remembered; what says the same has the same `memory`. */
  memory: z.object({
    kind: z.literal('memory'),
    memory: z.string().max(128),
    type: memoryTypeSchema,
    text: noteSchema,
    tags: z.array(z.string().min(1).max(64)).max(32),
    confidence: confidenceSchema,
    /** The words that it came from. */
    quote: noteSchema.optional(),
    source: memorySourceSchema,
    scope: name,
    request: ulidSchema.optional(),
    decision: ulidSchema.optional(),
    evidence: z.array(ulidSchema).max(100),
  }),
  /** Something never to be suggested again; a later `state` lifts it or brings it back. */
  block: z.object({
    kind: z.literal('block'),
    block: z.string().max(128),
    text: z.string().min(1).max(500),
    scope: name,
    request: ulidSchema.optional(),
    evidence: z.array(ulidSchema).max(100),
  }),
  state: z.object({
    kind: z.literal('state'),
    /** Id of the memory, rule or block. */
    of: z.string().max(128),
    state: z.enum(['on', 'off', 'pin', 'edit', 'forget']),
    text: noteSchema.optional(),
  }),
  version: z.object({
    kind: z.literal('version'),
    version: ulidSchema,
    event: z.enum(['published', 'activated', 'deactivated', 'deleted']),
    /** Everything a published version is; absent on the later events. */
    detail: z
      .object({
        number: z.number().int(),
        name,
        activeName: name,
        base: name,
        baseDigest: z.string().max(128).optional(),
        digest: z.string().max(128).optional(),
        engine: z.enum(['ollama', 'embedded']),
        run: ulidSchema,
        runKind: runKindSchema,
        system: textSchema,
        rules: z.array(
          z.object({ id: z.string().max(128), text: noteSchema, evidence: z.array(ulidSchema) }),
        ),
        examples: z.array(z.object({ prompt: textSchema, response: textSchema, decision: ulidSchema })),
        parameters: z.record(z.string(), z.union([z.string(), z.number()])),
        decisions: z.number().int(),
      })
      .optional(),
  }),
  run: z.object({
    kind: z.literal('run'),
    run: ulidSchema,
    runKind: runKindSchema,
    status: runStatusSchema,
    samples: z.number().int().optional(),
    version: ulidSchema.optional(),
    error: z.string().max(20_000).optional(),
  }),
  hypotheses: z.object({
    kind: z.literal('hypotheses'),
    request: ulidSchema,
    /** What the user wrote; the request itself may never be asked. */
    prompt: textSchema.optional(),
    /** What was known of the user then. */
    context: z.record(z.string(), z.unknown()).optional(),
    /** Readings of a short request, best first. */
    hypotheses: z
      .array(z.object({ id: z.string().max(64), question: noteSchema, confidence: z.number() }))
      .max(10),
  }),
  choice: z.object({
    kind: z.literal('choice'),
    request: ulidSchema,
    /** Id of the reading; null where the user skipped. */
    selected: z.string().max(64).nullable(),
    automatic: z.boolean(),
  }),
  persona: z.object({
    kind: z.literal('persona'),
    oldFacets: z.record(z.string(), z.number()),
    newFacets: z.record(z.string(), z.number()),
    facetDeltas: z.record(z.string(), z.number()),
    signals: z.record(z.string(), z.unknown()),
    request: ulidSchema.optional(),
    decision: ulidSchema.optional(),
  }),
  import: z.object({
    kind: z.literal('import'),
    /** What the source was recognised as. */
    format: name,
    /** Its file name, without the folder. */
    source: name,
    sha256: sha256Schema.optional(),
    /** Events by kind. Each of them carries this event's id as `import`. */
    taken: z.record(z.string(), z.number().int()),
  }),
  reset: z.object({ kind: z.literal('reset'), quarantine: name }),
  /** What is to be known no more: whole requests with all that belongs to them, and other events by themselves. */
  forget: z.object({
    kind: z.literal('forget'),
    requests: forgottenIds,
    candidates: forgottenIds,
    decisions: forgottenIds,
    events: forgottenIds,
    /** Versions that were trained on something of it. */
    versions: forgottenIds,
    why: z.enum(['asked', 'age']),
  }),
  /** Stands in the place of a line whose text is forgotten; its id stays taken. */
  forgotten: z.object({
    kind: z.literal('forgotten'),
    /** The kind that it was. */
    was: z.string().max(64),
    request: ulidSchema.optional(),
    candidate: ulidSchema.optional(),
    decision: ulidSchema.optional(),
  }),
} as const;

/** Kinds that this version knows. */
export const EVENT_KINDS: ReadonlySet<string> = new Set(Object.keys(bodies));

/** The part of an event that its maker gives; the journal adds `v`, `id`, `at` and `writer`. */
export const eventBodySchema = z.discriminatedUnion('kind', [
  bodies.request,
  bodies.candidate,
  bodies.shown,
  bodies.decision,
  bodies.reason,
  bodies.undo,
  bodies.applied,
  bodies.survival,
  bodies.feedback,
  bodies.rule,
  bodies.memory,
  bodies.block,
  bodies.state,
  bodies.version,
  bodies.run,
  bodies.hypotheses,
  bodies.choice,
  bodies.persona,
  bodies.import,
  bodies.reset,
  bodies.forget,
  bodies.forgotten,
]);
export type EventBody = z.infer<typeof eventBodySchema>;
export type EventKind = EventBody['kind'];
export type BodyOf<K extends EventKind> = Extract<EventBody, { kind: K }>;

/** What every journal line has. Unknown kinds and fields are kept as they are. */
export const envelopeSchema = z.looseObject({
  v: z.number().int().positive(),
  id: ulidSchema,
  at: timeSchema,
  writer: ulidSchema,
  kind: z.string().max(64),
});
export type Envelope = z.infer<typeof envelopeSchema>;

export type JournalEvent = EventBody & {
  readonly v: number;
  readonly id: string;
  readonly at: string;
  readonly writer: string;
};
export type EventOf<K extends EventKind> = BodyOf<K> & {
  readonly v: number;
  readonly id: string;
  readonly at: string;
  readonly writer: string;
};
