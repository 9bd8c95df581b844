import { writeSync } from 'node:fs';
import { monotonicFactory } from 'ulid';
import { createMemory } from '../../../sidecar/memory/createMemory.ts';
import { decide } from './memoryStage.ts';

// Decides again and again, several at a time, and says each id once it is acknowledged.
const [, , dataFolder = '', count = '1000000'] = process.argv;
const ids = monotonicFactory();
const memory = await createMemory({ dataFolder, clock: Date.now, ids: () => ids(), log: () => undefined });
let left = Number(count);
async function decideOn(): Promise<void> {
  while (left > 0) {
    left -= 1;
    const id = await decide(memory);
    writeSync(1, `${id}\n`);
  }
}
await Promise.all([decideOn(), decideOn(), decideOn()]);
await memory.dispose();
