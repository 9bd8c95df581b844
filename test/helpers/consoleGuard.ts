import { afterEach, beforeEach, expect, type MockInstance, vi } from 'vitest';

/** Fails each test of the file in which something was printed: standard output is the wire of a sidecar. */
export function expectNothingPrinted(): void {
  let spies: MockInstance[] = [];
  beforeEach(() => {
    spies = (['log', 'info', 'debug', 'warn', 'error'] as const).map((name) =>
      vi.spyOn(globalThis.console, name).mockImplementation(() => undefined),
    );
    spies.push(vi.spyOn(process.stdout, 'write').mockImplementation(() => true));
  });
  afterEach(() => {
    const printed = spies.flatMap((spy) => spy.mock.calls);
    for (const spy of spies) spy.mockRestore();
    expect(printed).toEqual([]);
  });
}
