import { afterAll, beforeAll } from 'vitest';
import { type Harness, startHarness } from '../../helpers/panelHarness.ts';

/** One harness for all tests of a file. */
export function harnessForAll(
  entry: 'panel' | 'report' | 'knowledge',
  use: (harness: Harness) => void,
): void {
  let harness: Harness | undefined;
  beforeAll(async () => {
    harness = await startHarness(entry);
    use(harness);
  });
  afterAll(() => harness?.close());
}
