import { afterEach, beforeEach } from 'vitest';

/** For a suite whose tests are steps of one path: after a step failed, the rest are not tried. */
export function stepByStep(): void {
  let failed = false;
  beforeEach(({ skip }) => {
    if (failed) skip('an earlier step failed');
  });
  afterEach(({ task }) => {
    failed ||= task.result?.state === 'fail';
  });
}
