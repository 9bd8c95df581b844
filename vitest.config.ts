import { defineConfig } from 'vitest/config';

const SECOND = 1000;

interface Tier {
  name: string;
  /** Per test, in milliseconds; generous, because a slow machine is no failure. */
  timeout: number;
  /** Tiers that start real servers run one file at a time: the servers share two cores. */
  parallel: boolean;
}

const tiers: Tier[] = [
  { name: 'unit', timeout: 10 * SECOND, parallel: true },
  { name: 'contract', timeout: 30 * SECOND, parallel: true },
  { name: 'architecture', timeout: 60 * SECOND, parallel: true },
  { name: 'crash', timeout: 120 * SECOND, parallel: false },
  { name: 'integration', timeout: 300 * SECOND, parallel: false },
  { name: 'e2e', timeout: 300 * SECOND, parallel: false },
];

export default defineConfig({
  test: {
    projects: tiers.map(({ name, timeout, parallel }) => ({
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        environment: 'node',
        pool: 'forks',
        testTimeout: timeout,
        hookTimeout: timeout,
        fileParallelism: parallel,
      },
    })),
  },
});
