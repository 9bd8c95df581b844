import * as z from 'zod';

/** A button that an error offers. The client maps each to something it can do. */
export const ACTIONS = [
  'startOllama',
  'changeHost',
  'setToken',
  'changeDataFolder',
  'useBuiltIn',
  'pullModel',
  'chooseModel',
  'retry',
  'reload',
  'showLogs',
  'diagnose',
  'openDataFolder',
  'showDiff',
  'applyElsewhere',
  'copy',
  'train',
  'trust',
] as const;
export const actionSchema = z.enum(ACTIONS);
export type Action = z.infer<typeof actionSchema>;

interface ErrorKind {
  /** True where the same call may succeed later without the user changing anything. */
  readonly retryable: boolean;
  readonly actions: readonly Action[];
  /** Exit code of the terminal command. */
  readonly exit: number;
}

const kind = (retryable: boolean, exit: number, ...actions: Action[]): ErrorKind => ({
  retryable,
  exit,
  actions,
});

/** Every error that crosses a process boundary. Messages are made where the error is raised. */
export const ERRORS = {
  'rpc.invalid': kind(false, 2),
  'rpc.unknownMethod': kind(false, 2),
  'rpc.notYet': kind(false, 3),
  'rpc.scope': kind(false, 2),
  'rpc.versionMismatch': kind(false, 3, 'reload'),
  'rpc.notInitialized': kind(false, 2),
  'rpc.cancelled': kind(false, 130),
  'rpc.disconnected': kind(true, 4, 'retry', 'showLogs'),
  'rpc.stopped': kind(false, 4, 'retry', 'showLogs', 'diagnose'),
  'rpc.internal': kind(false, 70, 'showLogs', 'diagnose'),
  'server.unreachable': kind(true, 5, 'startOllama', 'changeHost', 'useBuiltIn', 'retry'),
  'server.failed': kind(true, 5, 'retry', 'showLogs'),
  'server.unauthorized': kind(false, 5, 'setToken', 'changeHost', 'showLogs'),
  'server.tooOld': kind(false, 5, 'diagnose'),
  'server.remoteRefused': kind(false, 5, 'changeHost'),
  'stream.cut': kind(true, 5, 'retry', 'showLogs'),
  'model.none': kind(false, 6, 'pullModel', 'useBuiltIn'),
  'model.missing': kind(false, 6, 'pullModel', 'chooseModel'),
  'model.loading': kind(true, 6, 'retry'),
  'model.outOfMemory': kind(false, 6, 'chooseModel', 'diagnose'),
  'model.notOurs': kind(false, 6, 'chooseModel'),
  'model.nameInvalid': kind(false, 2, 'chooseModel'),
  'model.unsupported': kind(false, 6, 'chooseModel'),
  'context.tooLong': kind(false, 6, 'chooseModel'),
  'engine.notInstalled': kind(false, 6, 'useBuiltIn'),
  'engine.installFailed': kind(true, 6, 'retry', 'showLogs'),
  'engine.checksum': kind(true, 6, 'retry', 'showLogs'),
  'engine.unsupported': kind(false, 6, 'diagnose'),
  'engine.crashed': kind(true, 6, 'retry', 'showLogs'),
  'learned.unknown': kind(false, 2),
  'memory.diskFull': kind(true, 7, 'openDataFolder', 'retry'),
  'memory.readOnly': kind(true, 7, 'openDataFolder', 'retry'),
  'memory.folderGone': kind(true, 7, 'openDataFolder', 'retry'),
  'memory.folderUnsafe': kind(false, 7, 'changeDataFolder', 'retry', 'diagnose'),
  'memory.newerVersion': kind(false, 7, 'reload'),
  'memory.locked': kind(true, 7, 'retry'),
  'memory.failed': kind(true, 7, 'openDataFolder', 'showLogs'),
  'input.tooLarge': kind(false, 2),
  'import.unreadable': kind(false, 2),
  'import.unknownFormat': kind(false, 2),
  'export.exists': kind(false, 2),
  'export.failed': kind(true, 7, 'retry'),
  'export.format': kind(false, 2),
  'request.forgotten': kind(false, 2),
  'request.unknown': kind(false, 2),
  'block.unknown': kind(false, 2),
  'rule.unknown': kind(false, 2),
  'run.unknown': kind(false, 2),
  'candidate.unknown': kind(false, 2),
  'decision.unknown': kind(false, 2),
  'decision.hashMismatch': kind(false, 2, 'reload'),
  'apply.documentChanged': kind(false, 2, 'showDiff', 'applyElsewhere', 'copy'),
  'apply.protected': kind(false, 2, 'copy'),
  'apply.untrusted': kind(false, 2, 'trust', 'copy'),
  'apply.noEditor': kind(false, 2, 'applyElsewhere', 'copy'),
  'training.notEnough': kind(false, 8),
  'training.busy': kind(true, 9),
  'training.handEdited': kind(false, 8, 'showDiff'),
  'training.createFailed': kind(true, 8, 'retry', 'showLogs'),
  'training.noBase': kind(false, 8, 'chooseModel'),
  'version.unknown': kind(false, 2),
  'reset.notConfirmed': kind(false, 2),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;
export const ERROR_CODES = Object.keys(ERRORS) as ErrorCode[];

/** JSON-RPC error code of every error of the table; `data` holds the ErrorData. */
export const APP_ERROR = -32050;

/** An error as it travels: what happened, why, what now. All three are sentences for a person. */
export const errorDataSchema = z.object({
  code: z.enum(ERROR_CODES as [ErrorCode, ...ErrorCode[]]),
  what: z.string().max(2_000),
  why: z.string().max(4_000).optional(),
  next: z.string().max(2_000).optional(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});
export type ErrorData = z.infer<typeof errorDataSchema>;

export interface AppErrorParts {
  readonly why?: string | undefined;
  readonly next?: string | undefined;
  readonly details?: Record<string, string | number | boolean> | undefined;
  readonly cause?: unknown;
}

/** The one error class that is allowed to cross a boundary. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly why: string | undefined;
  readonly next: string | undefined;
  readonly details: Record<string, string | number | boolean> | undefined;

  constructor(code: ErrorCode, what: string, parts: AppErrorParts = {}) {
    super(what, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = 'AppError';
    this.code = code;
    this.why = parts.why;
    this.next = parts.next;
    this.details = parts.details;
  }

  toData(): ErrorData {
    const { code, message: what, why, next, details } = this;
    return { code, what, ...(why && { why }), ...(next && { next }), ...(details && { details }) };
  }

  static fromData(data: ErrorData): AppError {
    return new AppError(data.code, data.what, { why: data.why, next: data.next, details: data.details });
  }

  /** True for an AppError, of the given code where one is given. */
  static is(error: unknown, code?: ErrorCode): error is AppError {
    return error instanceof AppError && (code === undefined || error.code === code);
  }
}
