import * as z from 'zod';
import { exportParams, exportResult, importParams, importResult } from './exchangeSchemas.ts';
import { forgottenSchema } from './forgetSchemas.ts';
import { noteSchema, textSchema, timeSchema, ulidSchema } from './ids.ts';
import {
  modelNameSchema,
  modelsListResult,
  progressNote,
  pullParams,
  pullResult,
  serverSchema,
} from './modelSchemas.ts';
import { pairsParams, pairsResult } from './pairSchemas.ts';
import {
  askParams,
  askResult,
  decisionSchema,
  deltaNote,
  endNote,
  notedSchema,
  recordParams,
  requestSchema,
  statusNote,
} from './requestSchemas.ts';
import { settingsSchema } from './settingsSchemas.ts';
import { statsSchema } from './statsSchemas.ts';
import {
  ruleSchema,
  runSchema,
  trainParams,
  trainResult,
  trainStepNote,
  versionSchema,
} from './trainingSchemas.ts';
import { reasonSchema } from './words.ts';

/** Bumped at every change that an older peer would not understand. `initialize` refuses another one. */
export const PROTOCOL_VERSION = 1;

/** What a caller may do. `decide` is apart from `ask`, so that a script that may ask can't approve. */
export const SCOPES = ['read', 'ask', 'decide', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

interface Entry {
  readonly kind: 'request' | 'notification';
  readonly from: 'client' | 'sidecar';
  readonly params: z.ZodType;
  readonly result: z.ZodType;
  readonly scope: Scope;
  /** `now`, or `later` for a method that answers `rpc.notYet` in this version. */
  readonly since: 'now' | 'later';
  readonly does: string;
}

const none = z.object({});
const limit = z.number().int().min(1).max(1_000).default(50);
const open = z.record(z.string(), z.unknown());

const call = <P extends z.ZodType, R extends z.ZodType>(scope: Scope, params: P, result: R, does: string) =>
  ({ kind: 'request', from: 'client', scope, params, result, since: 'now', does }) as const;
const later = <P extends z.ZodType>(scope: Scope, params: P, does: string) =>
  ({ kind: 'request', from: 'client', scope, params, result: open, since: 'later', does }) as const;
const told = <P extends z.ZodType>(params: P, does: string) =>
  ({
    kind: 'notification',
    from: 'sidecar',
    scope: 'read',
    params,
    result: none,
    since: 'now',
    does,
  }) as const;

/** The contract. From it come types, run-time checks, the terminal's JSON, and PROTOCOL.md. */
export const METHODS = {
  initialize: call(
    'read',
    z.object({
      protocolVersion: z.number().int(),
      client: z.object({ name: z.string().max(64), version: z.string().max(64) }),
      settings: settingsSchema,
      trusted: z.boolean(),
      /** Bearer token of a remote model server; never logged. */
      token: z.string().max(4_000).optional(),
    }),
    z.object({
      protocolVersion: z.number().int(),
      sidecarVersion: z.string(),
      writer: ulidSchema,
      dataFolder: z.string(),
    }),
    'Opens the session. Must come first; another protocol version is refused with advice to reload.',
  ),
  shutdown: call('read', none, none, 'Brings views up to date within a deadline and ends the process.'),
  'health.get': call(
    'read',
    none,
    z.object({
      pid: z.number().int(),
      uptimeMs: z.number(),
      server: serverSchema,
      writable: z.boolean(),
      dataFolder: z.string(),
      memoryBytes: z.number(),
    }),
    'Whether model server and data folder can be used.',
  ),

  'models.list': call(
    'read',
    none,
    modelsListResult,
    'Models of the server, recommended ones, and the current one.',
  ),
  'models.pull': call(
    'admin',
    pullParams,
    pullResult,
    'Fetches a model, with `models.progress`; `dryRun` says from where and how much.',
  ),
  'models.adopt': later(
    'admin',
    z.object({ name: modelNameSchema }),
    'Brings an externally tuned model in as a version.',
  ),
  'models.remove': call(
    'admin',
    z.object({ name: modelNameSchema }),
    none,
    'Removes a version that Whetstone published from the server.',
  ),

  'request.ask': call(
    'ask',
    askParams,
    askResult,
    'Answers a prompt; text arrives by `request.delta`. Ends when every candidate has.',
  ),
  'request.cancel': call(
    'ask',
    z.object({ request: ulidSchema }),
    none,
    'Stops the candidates of a request; their text so far is kept.',
  ),
  'request.get': call(
    'read',
    z.object({ request: ulidSchema }),
    requestSchema,
    'One request with its texts.',
  ),
  'request.list': call(
    'read',
    z.object({ thread: ulidSchema.optional(), before: ulidSchema.optional(), limit }),
    z.object({ requests: z.array(requestSchema) }),
    'Requests, newest first, with their texts.',
  ),

  'decision.record': call(
    'decide',
    recordParams,
    notedSchema,
    'Records a decision; answered after it is on disk. The same ULID twice counts once.',
  ),
  'decision.reason': call(
    'decide',
    z.object({ decision: ulidSchema, reasons: z.array(reasonSchema).max(32), note: noteSchema.optional() }),
    notedSchema,
    'Adds reasons to a decision.',
  ),
  'decision.undo': call(
    'decide',
    z.object({ decision: ulidSchema }),
    none,
    'Takes a decision back. No time limit.',
  ),
  'decision.list': call(
    'read',
    z.object({ limit, texts: z.boolean().default(false) }),
    z.object({ decisions: z.array(decisionSchema) }),
    'Live decisions, newest first.',
  ),
  'applied.record': call(
    'decide',
    z.object({
      candidate: ulidSchema,
      how: z.enum(['insert', 'replace', 'newFile', 'copy']),
      target: z.object({ uriHash: z.string().max(64), range: z.tuple([z.number().int(), z.number().int()]) }),
    }),
    none,
    'Notes that code of a candidate went into a file.',
  ),
  'survival.record': call(
    'decide',
    z.object({ candidate: ulidSchema, afterMinutes: z.number(), ratio: z.number().min(0).max(1) }),
    none,
    'Notes how much of applied code is still there.',
  ),
  'feedback.record': call(
    'decide',
    z.object({
      request: ulidSchema,
      candidate: ulidSchema.optional(),
      text: noteSchema,
      tags: z.array(reasonSchema).max(32).default([]),
      score: z.number().int().min(1).max(5).optional(),
      corrections: textSchema.optional(),
      feedbackType: z.string().max(64).default('text'),
    }),
    z.object({ id: ulidSchema, polarity: z.enum(['positive', 'negative', 'none']) }),
    'Records free feedback on a request.',
  ),
  'pairs.list': call('read', pairsParams, pairsResult, 'Preference pairs, newest first.'),

  'hypotheses.ask': later(
    'ask',
    z.object({ prompt: textSchema }),
    'Up to three readings of a short request.',
  ),
  'hypotheses.choose': later(
    'decide',
    z.object({ request: ulidSchema, selected: z.string().max(8).nullable() }),
    'Picks a reading or skips.',
  ),

  'stats.get': call(
    'read',
    none,
    statsSchema,
    'Approval rate by category, phase, active version, whether training is due.',
  ),
  'memory.list': later('read', z.object({ limit }), 'Goals, preferences and history entries.'),
  'memory.set': later(
    'decide',
    z.object({ id: z.string().max(128), text: noteSchema.optional(), state: z.string().max(16).optional() }),
    'Edits, pins or switches a memory.',
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
    z.object({ id: z.string().max(128), on: z.boolean() }),
    none,
    'Switches a rule on or off; the next answer follows.',
  ),
  'blocks.set': later(
    'decide',
    z.object({ phrase: z.string().max(500), on: z.boolean() }),
    'Never suggest this again, or lift it.',
  ),
  'persona.get': later('read', none, 'Persona facets with their deltas.'),

  'train.start': call(
    'admin',
    trainParams,
    trainResult,
    'Runs a training, with `train.step`; one at a time.',
  ),
  'train.cancel': call('admin', z.object({ run: ulidSchema }), none, 'Cancels the run.'),
  'runs.list': call(
    'read',
    z.object({ limit }),
    z.object({ runs: z.array(runSchema) }),
    'Training runs, newest first.',
  ),
  'runs.get': call('read', z.object({ run: ulidSchema }), runSchema, 'One training run.'),
  'versions.list': call(
    'read',
    none,
    z.object({ versions: z.array(versionSchema) }),
    'Published versions, newest first.',
  ),
  'versions.activate': call(
    'admin',
    z.object({ version: ulidSchema.nullable() }),
    z.object({ active: versionSchema.optional(), line: z.string() }),
    'Makes a version the one that answers; null goes back to the base model.',
  ),
  'versions.remove': call(
    'admin',
    z.object({ version: ulidSchema }),
    none,
    'Removes a version, from the server too.',
  ),
  'compare.vote': later(
    'decide',
    z.object({ request: ulidSchema, winner: ulidSchema.nullable() }),
    'A vote of a blind comparison.',
  ),

  'data.list': later('read', z.object({ limit }), 'Training data with confidence and survival.'),
  'data.set': later(
    'decide',
    z.object({ decision: ulidSchema, use: z.boolean() }),
    'Excludes or restores a decision for training.',
  ),
  'export.run': call(
    'admin',
    exportParams,
    exportResult,
    'Writes a backup of everything, or a dataset; an existing file is left alone.',
  ),
  'import.run': call(
    'admin',
    importParams,
    importResult,
    'Takes in a backup, another data folder, or foreign decisions and feedback; `preview` only says what it would take.',
  ),
  'doctor.run': call(
    'read',
    none,
    z.object({
      checks: z.array(
        z.object({
          name: z.string(),
          state: z.enum(['ok', 'warning', 'problem']),
          detail: z.string(),
          next: z.string().optional(),
        }),
      ),
    }),
    'Checks data folder, journal, model server and settings.',
  ),
  'reset.run': call(
    'admin',
    z.object({ confirm: z.string().max(64) }),
    z.object({ quarantine: z.string() }),
    'Moves everything learned to quarantine; `confirm` must be the word `reset`.',
  ),
  'settings.get': call('read', none, settingsSchema, 'The settings in force.'),
  'settings.set': call(
    'admin',
    settingsSchema.partial(),
    settingsSchema,
    'Changes settings for this process.',
  ),

  'request.status': told(statusNote, 'A candidate waits, loads its model, or is being generated.'),
  'request.delta': told(deltaNote, 'Text of a candidate, in order.'),
  'request.thinking': told(deltaNote, 'Thinking of a candidate, a stream of its own.'),
  'request.end': told(endNote, 'A candidate is complete, stopped or failed, and recorded.'),
  'models.progress': told(progressNote, 'Progress of a download.'),
  'train.step': told(trainStepNote, 'Progress of a training.'),
  'memory.changed': told(
    z.object({ stats: statsSchema, at: timeSchema }),
    'Decisions changed, here or in another window.',
  ),
  'memory.notice': told(
    z.object({ code: z.string().max(64), message: z.string().max(2_000) }),
    'Something about the data folder that a person should know.',
  ),
  'log.event': told(
    z.object({
      level: z.enum(['debug', 'info', 'warn', 'error']),
      event: z.string().max(64),
      message: z.string().max(8_000),
    }),
    'A line for the log.',
  ),
} as const satisfies Record<string, Entry>;

export type Methods = typeof METHODS;
export type MethodName = keyof Methods;
export type RequestName = { [N in MethodName]: Methods[N]['kind'] extends 'request' ? N : never }[MethodName];
export type NotificationName = {
  [N in MethodName]: Methods[N]['kind'] extends 'notification' ? N : never;
}[MethodName];
/** What a caller passes; defaults may be left out. */
export type ParamsIn<N extends MethodName> = z.input<Methods[N]['params']>;
/** What a handler receives, defaults filled in. */
export type Params<N extends MethodName> = z.output<Methods[N]['params']>;
export type Result<N extends MethodName> = z.output<Methods[N]['result']>;

/** The part of an AbortSignal that callers use; the platform's own fits. The protocol itself has no platform. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A typed way to call the table, whatever carries it: IPC, stdio, or the router itself. */
export interface Client {
  call<N extends RequestName>(method: N, params: ParamsIn<N>, signal?: CancelSignal): Promise<Result<N>>;
  on<N extends NotificationName>(method: N, listener: (params: Params<N>) => void): () => void;
}
