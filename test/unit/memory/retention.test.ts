import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startRetention, undecidedBefore } from '../../../sidecar/memory/forget/retention.ts';
import { AppError } from '../../../sidecar/protocol/errors.ts';
import { memoryDouble } from '../../helpers/memoryDouble.ts';

const START = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;
const MINUTE = 60_000;
const id = (n: number): string => `01HZZZZZZZZZZZZZZZZZZZ${String(n).padStart(4, '0')}`;

describe('forgetting by age', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: START + 10 * DAY });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Requests 1 to `count`, all from the first day; the even ones are decided, the fourth undecided again. */
  async function stage(count: number) {
    const memory = memoryDouble(START);
    for (let n = 1; n <= count; n += 1) {
      const request = {
        kind: 'request',
        thread: id(n),
        request: id(n),
        prompt: 'p',
        appVersion: '0',
      } as const;
      await memory.append<'request'>({ ...request, context: [], category: 'other', model: 'm' }, id(n));
      if (n % 2 === 1) continue;
      const decision = {
        kind: 'decision',
        decision: id(n + 5_000),
        request: id(n),
        candidate: id(9_999),
      } as const;
      await memory.append<'decision'>({
        ...decision,
        sha256: 'a'.repeat(64),
        verdict: 'denied',
        reasons: [],
      });
    }
    await memory.append<'undo'>({ kind: 'undo', decision: id(5_004) });
    return memory;
  }

  it('takes what is old and was never decided on, however many', async () => {
    const memory = await stage(1_203);
    const old = undecidedBefore(memory.index, START + 5 * DAY);
    expect(old).toHaveLength(602);
    expect(old).toContain(id(1));
    expect(old).not.toContain(id(2));
    expect(old).not.toContain(id(4));
    expect(undecidedBefore(memory.index, START)).toEqual([]);
  });

  it('does it once a day where the setting says so, and nothing by default', async () => {
    const memory = await stage(5);
    const forget = vi.spyOn(memory, 'forget');
    let days = 0;
    const stop = startRetention({ memory, days: () => days, clock: Date.now, log: () => undefined });
    await vi.advanceTimersByTimeAsync(6 * MINUTE);
    expect(forget).not.toHaveBeenCalled();
    days = 30;
    await vi.advanceTimersByTimeAsync(DAY);
    expect(forget).not.toHaveBeenCalled();
    days = 7;
    await vi.advanceTimersByTimeAsync(DAY);
    expect(forget).toHaveBeenCalledWith({ ids: [id(5), id(3), id(1)] }, 'age');
    stop();
    await vi.advanceTimersByTimeAsync(3 * DAY);
    expect(forget).toHaveBeenCalledTimes(1);
  });

  it('waits for a training to end', async () => {
    const memory = await stage(1);
    const forget = vi.spyOn(memory, 'forget').mockRejectedValueOnce(new AppError('training.busy', 'busy'));
    const stop = startRetention({ memory, days: () => 1, clock: Date.now, log: () => undefined });
    await vi.advanceTimersByTimeAsync(6 * MINUTE);
    await vi.advanceTimersByTimeAsync(61 * MINUTE);
    expect(forget).toHaveBeenCalledTimes(2);
    stop();
  });
});
