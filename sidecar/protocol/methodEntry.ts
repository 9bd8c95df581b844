import * as z from 'zod';
import type { Scope } from './scopes.ts';

/** One row of the method table. */
export interface MethodEntry {
  readonly kind: 'request' | 'notification';
  readonly from: 'client' | 'sidecar';
  readonly params: z.ZodType;
  readonly result: z.ZodType;
  readonly scope: Scope;
  /** `now`, or `later` for a method that answers `rpc.notYet` in this version. */
  readonly since: 'now' | 'later';
  readonly does: string;
}

/** No parameters, or an empty result. */
export const none = z.object({});
/** How many entries a list may have. */
export const limit = z.number().int().min(1).max(1_000).default(50);
/** A result whose form is not fixed yet. */
export const open = z.record(z.string(), z.unknown());

/** A request that this version answers. */
export const call = <P extends z.ZodType, R extends z.ZodType>(
  scope: Scope,
  params: P,
  result: R,
  does: string,
) => ({ kind: 'request', from: 'client', scope, params, result, since: 'now', does }) as const;
/** A request that a later version answers. */
export const later = <P extends z.ZodType, R extends z.ZodType>(
  scope: Scope,
  params: P,
  result: R,
  does: string,
) => ({ kind: 'request', from: 'client', scope, params, result, since: 'later', does }) as const;
/** A notification of the sidecar. */
export const told = <P extends z.ZodType>(params: P, does: string) =>
  ({
    kind: 'notification',
    from: 'sidecar',
    scope: 'read',
    params,
    result: none,
    since: 'now',
    does,
  }) as const;
