import { APPROVE_REASONS, DENY_REASONS, type Verdict } from '../../sidecar/protocol/words.ts';

/** The reasons offered by digit for a verdict, at most nine. */
export function offeredReasons(verdict: Verdict, frequent: readonly string[]): readonly string[] {
  if (verdict !== 'denied') return APPROVE_REASONS;
  return frequent.length > 0 ? frequent.slice(0, 9) : DENY_REASONS.slice(0, 9);
}

/** Every reason of a verdict, the offered ones first. */
export function allReasons(verdict: Verdict, frequent: readonly string[]): readonly string[] {
  return [
    ...new Set([
      ...offeredReasons(verdict, frequent),
      ...(verdict === 'denied' ? DENY_REASONS : APPROVE_REASONS),
    ]),
  ];
}
