import * as z from 'zod';
import { exportParams, exportResult, importParams, importResult } from './exchangeSchemas.ts';
import { noteSchema, textSchema, ulidSchema } from './ids.ts';
import { LEARN_METHODS } from './learnMethods.ts';
import { call, later, limit, type MethodEntry, none, open } from './methodEntry.ts';
import { modelNameSchema, modelsListResult, pullParams, pullResult, serverSchema } from './modelSchemas.ts';
import { NOTIFICATIONS } from './notifications.ts';
import { pairsParams, pairsResult } from './pairSchemas.ts';
import {
  askParams,
  askResult,
  decisionSchema,
  notedSchema,
  recordParams,
  requestSchema,
} from './requestSchemas.ts';
import { settingsSchema } from './settingsSchemas.ts';
import { runSchema, trainParams, trainResult, versionSchema } from './trainingSchemas.ts';
import { reasonSchema } from './words.ts';

/** Bumped at every change that an older peer would not understand. `initialize` refuses another one. */
export const PROTOCOL_VERSION = 1;

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
    open,
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
    z.object({
      limit,
      texts: z.boolean().default(false),
      /** Only these, in this order: of decisions, or of requests, whose live decision is meant. Unknown ones are left out. */
      ids: z.array(ulidSchema).max(200).optional(),
    }),
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

  ...LEARN_METHODS,

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
    open,
    'A vote of a blind comparison.',
  ),

  'data.list': later('read', z.object({ limit }), open, 'Training data with confidence and survival.'),
  'data.set': later(
    'decide',
    z.object({ decision: ulidSchema, use: z.boolean() }),
    open,
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

  ...NOTIFICATIONS,
} as const satisfies Record<string, MethodEntry>;

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
