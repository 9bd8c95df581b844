import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAppendGate, politeReads } from '../../../sidecar/memory/journal/appendGate.ts';
import { memoryFs } from './memoryFs.ts';

describe('reading while something is recorded', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function stage() {
    const gate = createAppendGate();
    const writes: (() => void)[] = [];
    const write = () =>
      gate.during(
        new Promise<void>((resolve) => {
          writes.push(resolve);
        }),
      );
    const passed = vi.fn();
    return { gate, write, passed, finish: (at: number) => writes[at]?.() };
  }

  it('is not held up where nothing is recorded', async () => {
    const { gate, passed } = stage();
    void gate.quiet().then(passed);
    await vi.advanceTimersByTimeAsync(0);
    expect(passed).toHaveBeenCalledTimes(1);
  });

  it('waits until the last event of a decision is written', async () => {
    const { gate, write, passed, finish } = stage();
    void write();
    void gate.quiet().then(passed);
    finish(0);
    await vi.advanceTimersByTimeAsync(1);
    void write();
    await vi.advanceTimersByTimeAsync(50);
    expect(passed).not.toHaveBeenCalled();
    finish(1);
    await vi.advanceTimersByTimeAsync(10);
    expect(passed).toHaveBeenCalledTimes(1);
  });

  it('waits a little for what follows a write that is over', async () => {
    const { gate, write, passed, finish } = stage();
    void write();
    finish(0);
    await vi.advanceTimersByTimeAsync(1);
    void gate.quiet().then(passed);
    await vi.advanceTimersByTimeAsync(3);
    expect(passed).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(3);
    expect(passed).toHaveBeenCalledTimes(1);
  });

  it('goes on in the end, however much is recorded, and after a write that failed', async () => {
    const { gate, write, passed } = stage();
    void write();
    void gate.quiet().then(passed);
    await vi.advanceTimersByTimeAsync(99);
    expect(passed).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(passed).toHaveBeenCalledTimes(1);

    const other = createAppendGate();
    await expect(other.during(Promise.reject(new Error('full')))).rejects.toThrow('full');
    void other.quiet().then(passed);
    await vi.advanceTimersByTimeAsync(5);
    expect(passed).toHaveBeenCalledTimes(2);
  });

  it('holds back what was read, not what is written', async () => {
    const { gate, write, passed, finish } = stage();
    const fs = memoryFs();
    fs.files.set('/journal', Buffer.from('a line'));
    const file = await politeReads(fs, gate).open('/journal', 'read');
    void write();
    const bytes = Buffer.alloc(6);
    void file.read(bytes, 0, 6, 0).then(passed);
    await vi.advanceTimersByTimeAsync(50);
    expect(passed).not.toHaveBeenCalled();
    finish(0);
    await vi.advanceTimersByTimeAsync(5);
    expect(passed).toHaveBeenCalledWith(6);
    expect(bytes.toString()).toBe('a line');
  });
});
