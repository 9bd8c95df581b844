import { expect, test } from 'vitest';
import { createSupervisor } from '../../../extension/sidecar/supervisor.ts';

const MINUTE = 60_000;

function clock() {
  let at = 0;
  return {
    now: () => at,
    pass: (ms: number) => {
      at += ms;
    },
  };
}

test('pauses grow from a quarter of a second to eight, then the fifth crash stops', () => {
  const time = clock();
  const supervisor = createSupervisor(time.now);
  const delays = [1, 2, 3, 4].map(() => supervisor.crashed());
  expect(delays).toEqual([250, 1_000, 4_000, 8_000].map((delayMs) => ({ kind: 'restart', delayMs })));
  expect(supervisor.crashed()).toEqual({ kind: 'stop', crashes: 5 });
});

test('crashes older than three minutes do not count', () => {
  const time = clock();
  const supervisor = createSupervisor(time.now);
  for (let crash = 0; crash < 20; crash++) {
    expect(supervisor.crashed().kind).toBe('restart');
    time.pass(MINUTE);
  }
  expect(supervisor.crashed()).toEqual({ kind: 'restart', delayMs: 4_000 });
});

test('a reset forgets earlier crashes', () => {
  const supervisor = createSupervisor(() => 0);
  for (let crash = 0; crash < 4; crash++) supervisor.crashed();
  supervisor.reset();
  expect(supervisor.crashed()).toEqual({ kind: 'restart', delayMs: 250 });
});
