import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scaled } from './crashScale.ts';
import { createMemoryStage, forEachLine, type MemoryStage } from './memoryStage.ts';

const ROUNDS = scaled(6, 30);

describe('a killed writer', () => {
  let stage: MemoryStage;
  beforeEach(async () => {
    stage = await createMemoryStage();
  });
  afterEach(() => stage.strike());

  it('loses nothing that was acknowledged, wherever it is killed', { timeout: 60_000 }, async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const child = stage.run('decidingChild.ts');
      const ended = once(child, 'exit');
      let seen = 0;
      await forEachLine(child, (line) => {
        acknowledged.push(line);
        seen += 1;
        // Another moment of the run each time.
        if (seen === 1 + round * (30 / ROUNDS)) child.kill('SIGKILL');
      });
      await ended;
    }
    const memory = await stage.open();
    const recorded = new Set(memory.index.liveDecisions().map((each) => each.decision));
    expect(acknowledged.filter((id) => !recorded.has(id))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThanOrEqual(ROUNDS);
    // At most what the three deciders had on the way may be there beyond that.
    expect(recorded.size - acknowledged.length).toBeLessThanOrEqual(ROUNDS * 6);
    expect((await memory.verify()).damaged).toBe(0);
  });

  it("and two writers at once keep out of each other's way", { timeout: 60_000 }, async () => {
    const acknowledged: string[] = [];
    const note = (line: string): void => {
      acknowledged.push(line);
    };
    const watching = await stage.open();
    await Promise.all([1, 2].map(() => forEachLine(stage.run('decidingChild.ts', '150'), note)));
    await watching.refresh();
    const seen = new Set(watching.index.liveDecisions().map((each) => each.decision));
    expect(acknowledged).toHaveLength(300);
    expect(acknowledged.filter((id) => !seen.has(id))).toEqual([]);
    expect(await watching.verify()).toMatchObject({ segments: 2, events: 900, damaged: 0 });
  });
});
