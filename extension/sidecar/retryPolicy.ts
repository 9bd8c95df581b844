import { ERRORS, type ErrorData } from '../../sidecar/protocol/errors.ts';

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;

/** Milliseconds until the next try after so many failures in a row, at least one: 1 s, doubled up to 60 s. */
export function retryDelayMs(failures: number): number {
  return Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
}

/** True for a refusal that may go away by itself, like a full disk; another version never does. */
export function mayPass(refusal: ErrorData): boolean {
  return ERRORS[refusal.code].retryable;
}
