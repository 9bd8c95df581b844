import { ChildProcess } from 'node:child_process';
import { expect, test } from 'vitest';
import { createEmbeddedChild } from '../../../sidecar/models/embedded/embeddedChild.ts';

/** A keeper of a process that never runs; `orders` is what it would have been told. */
function bench() {
  const orders: unknown[] = [];
  const child = createEmbeddedChild({
    fork: () =>
      Object.assign(new ChildProcess(), {
        connected: true,
        send: (order: unknown) => orders.push(order) > 0,
      }),
    entry: 'embedded.cjs',
    env: {},
    log: () => undefined,
    idleMs: 60_000,
  });
  return { child, orders };
}

const work = { order: 'embed' as const, file: '/m.gguf', model: 'm', inputs: ['x'] };

test('an order that is stopped while the process is made ready ends at once, and is never sent', async () => {
  const { child, orders } = bench();
  const stop = new AbortController();
  const first = child.run('engine.cjs', work, stop.signal).next();
  stop.abort();
  await expect(first).rejects.toMatchObject({ code: 'rpc.cancelled' });
  expect(orders).toEqual([{ order: 'cancel', id: 1 }]);
});
