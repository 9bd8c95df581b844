import { readdirSync, writeSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createFsPort } from '../../../sidecar/memory/disk/fsPort.ts';
import { createKillingFs } from './killingFs.ts';
import { isScenarioName, scenarioOf } from './scenarios.ts';

// Runs one scenario and tells on file descriptor 3: the thread that makes the system calls, what is acknowledged,
// and the end. With a third argument it kills itself before the so many-th call that changes the disk.
const [, , name = '', folder = '', killAt = ''] = process.argv;
const tell = (line: string): void => void writeSync(3, `${line}\n`);
const threads = (): string[] => (process.platform === 'linux' ? readdirSync('/proc/self/task') : []);

async function main(): Promise<void> {
  if (!isScenarioName(name)) throw new Error(`There is no scenario ${name}.`);
  const before = new Set(threads());
  await stat('/');
  tell(`ready ${threads().find((thread) => !before.has(thread)) ?? ''}`);
  await new Promise((resolve) => process.stdin.once('data', resolve));
  const real = createFsPort();
  const fs = killAt === '' ? real : createKillingFs(real, Number(killAt), tell);
  await scenarioOf(name).run({ folder, fs, acknowledged: (id) => tell(`ack ${id}`) });
  tell('done');
  process.exit(0);
}

void main();
