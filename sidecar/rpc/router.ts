import type * as z from 'zod';
import { AppError } from '../protocol/errors.ts';
import {
  METHODS,
  type MethodName,
  type Methods,
  type NotificationName,
  type Params,
  type RequestName,
  type Result,
} from '../protocol/methods.ts';
import type { Scope } from '../protocol/scopes.ts';

/** Methods that have a handler in this version; the rest of the table answers `rpc.notYet`. */
export type HandledName = {
  [N in RequestName]: Methods[N]['since'] extends 'now' ? N : never;
}[RequestName];

export type Handlers = {
  readonly [N in HandledName]: (params: Params<N>, signal: AbortSignal) => Promise<Result<N>>;
};

export type Notify = <N extends NotificationName>(method: N, params: Params<N>) => void;

export interface Router {
  /**
   * Checks method, scope and parameters, runs the handler, checks the result.
   * Rejects with an AppError, always: any other failure becomes `rpc.internal`.
   */
  dispatch(
    method: string,
    params: unknown,
    scopes: ReadonlySet<Scope>,
    signal: AbortSignal,
  ): Promise<unknown>;
}

export interface RouterDeps {
  readonly handlers: Handlers;
  /** Called with failures that nobody foresaw. */
  readonly onUnexpected: (method: string, error: unknown) => void;
}

/** A message is checked once or twice in the life of most processes: compiling its check takes longer than that. */
const CHECK = { jitless: true };

const isMethod = (name: string): name is MethodName => Object.hasOwn(METHODS, name);

/** One sentence on the first thing that is wrong with a value, with its place. */
export function describeIssue(error: z.ZodError): { readonly tooLarge: boolean; readonly text: string } {
  const [issue] = error.issues;
  if (issue === undefined) return { tooLarge: false, text: 'The value is not valid.' };
  const place = issue.path.length === 0 ? 'the parameters' : issue.path.map(String).join('.');
  return { tooLarge: issue.code === 'too_big', text: `${place}: ${issue.message}` };
}

function checkParams(method: MethodName, params: unknown): unknown {
  const parsed = METHODS[method].params.safeParse(params ?? {}, CHECK);
  if (parsed.success) return parsed.data;
  const { tooLarge, text } = describeIssue(parsed.error);
  throw new AppError(
    tooLarge ? 'input.tooLarge' : 'rpc.invalid',
    tooLarge
      ? `${method} was given more than it takes.`
      : `${method} was called with parameters it does not take.`,
    { why: text, next: 'See docs/PROTOCOL.md for what it takes.' },
  );
}

/** The gate that every call passes, whatever carried it here. */
export function createRouter({ handlers, onUnexpected }: RouterDeps): Router {
  const table = new Map<string, (params: never, signal: AbortSignal) => Promise<unknown>>(
    Object.entries(handlers),
  );

  const run = async (method: MethodName, params: unknown, signal: AbortSignal): Promise<unknown> => {
    const handler = table.get(method);
    if (handler === undefined) {
      throw new AppError('rpc.notYet', `${method} is not part of this version yet.`, {
        next: 'Update Whetstone when a newer version is out.',
      });
    }
    // The parameters were just parsed by the schema that the handler's type is made from.
    const result = await handler(checkParams(method, params) as never, signal);
    const checked = METHODS[method].result.safeParse(result, CHECK);
    if (!checked.success)
      throw new Error(`${method} made a result of the wrong shape: ${describeIssue(checked.error).text}`);
    return checked.data;
  };

  return {
    async dispatch(method, params, scopes, signal) {
      try {
        if (!isMethod(method) || METHODS[method].kind !== 'request') {
          throw new AppError('rpc.unknownMethod', `There is no method ${method.slice(0, 80)}.`);
        }
        if (!scopes.has(METHODS[method].scope)) {
          throw new AppError(
            'rpc.scope',
            `${method} needs the scope ${METHODS[method].scope}, which this caller does not have.`,
          );
        }
        if (METHODS[method].since === 'later') checkParams(method, params);
        return await run(method, params, signal);
      } catch (error) {
        if (AppError.is(error)) throw error;
        if (signal.aborted) throw new AppError('rpc.cancelled', 'Cancelled.', { cause: error });
        onUnexpected(method, error);
        throw new AppError('rpc.internal', 'Whetstone ran into a fault of its own.', {
          why: error instanceof Error ? error.message.slice(0, 500) : 'Unknown.',
          next: 'The log has the details. Nothing that was recorded is affected.',
          cause: error,
        });
      }
    },
  };
}
