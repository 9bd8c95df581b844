import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCompactionSchedule } from '../../../sidecar/memory/journal/compactionSchedule.ts';
import { AppError } from '../../../sidecar/protocol/errors.ts';

const MINUTE = 60_000;

describe('merging the journal', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function stage(free = true) {
    const runs: AbortSignal[] = [];
    const released = vi.fn(async () => undefined);
    let finish: () => void = () => undefined;
    const log = vi.fn();
    const schedule = createCompactionSchedule({
      clock: Date.now,
      log,
      lock: async () => (free ? { release: released } : undefined),
      compact: (signal) => {
        runs.push(signal);
        return new Promise((resolve, reject) => {
          finish = () => resolve({ merged: 40, made: 1, damaged: 0 });
          signal.addEventListener('abort', () => reject(new AppError('rpc.cancelled', 'stopped')));
        });
      },
    });
    return { schedule, runs, released, log, finish: () => finish() };
  }

  it('waits after a start, then until nothing was recorded for a minute', async () => {
    const { schedule, runs } = stage();
    schedule.start();
    await vi.advanceTimersByTimeAsync(1.5 * MINUTE);
    schedule.recorded();
    await vi.advanceTimersByTimeAsync(0.6 * MINUTE);
    expect(runs).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(0.5 * MINUTE);
    expect(runs).toHaveLength(1);
    await schedule.stop();
  });

  it('stops as soon as something is recorded, gives the lock back and tries again when idle', async () => {
    const { schedule, runs, released } = stage();
    schedule.start();
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    schedule.recorded();
    expect(runs[0]?.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(released).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(runs).toHaveLength(2);
    await schedule.stop();
    expect(released).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(200 * MINUTE);
    expect(runs).toHaveLength(2);
  });

  it('looks again an hour after it was done, and says what it did', async () => {
    const { schedule, runs, log, finish } = stage();
    schedule.start();
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    finish();
    await vi.advanceTimersByTimeAsync(59 * MINUTE);
    expect(runs).toHaveLength(1);
    expect(log).toHaveBeenCalledWith(expect.stringContaining('40 journal files merged into 1'));
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(runs).toHaveLength(2);
    await schedule.stop();
  });

  it('leaves it where another process holds the lock', async () => {
    const { schedule, runs } = stage(false);
    schedule.start();
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    expect(runs).toHaveLength(0);
    await schedule.stop();
  });
});
