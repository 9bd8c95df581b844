import { writeSync } from 'node:fs';
import { monotonicFactory } from 'ulid';
import { createMemory } from '../../../sidecar/memory/createMemory.ts';
import { createFsPort } from '../../../sidecar/memory/disk/fsPort.ts';
import { tell } from './forgetStage.ts';

// `tell TEXT`: records a request about the text, says its id, and goes on living. `forget TEXT N`: forgets what is about
// the text and dies at the N-th change of a file, without a word to anyone.
const [, , dataFolder = '', verb = '', text = '', at = '0'] = process.argv;
const ids = monotonicFactory();
const real = createFsPort();
let changes = 0;
let counting = false;
function change(): void {
  if (!counting) return;
  changes += 1;
  if (changes === Number(at)) process.kill(process.pid, 'SIGKILL');
}
const fs = {
  ...real,
  open: async (...args: Parameters<typeof real.open>) => {
    if (args[1] !== 'read') change();
    return real.open(...args);
  },
  rename: async (...args: Parameters<typeof real.rename>) => {
    change();
    return real.rename(...args);
  },
  remove: async (...args: Parameters<typeof real.remove>) => {
    change();
    return real.remove(...args);
  },
};
const memory = await createMemory({
  dataFolder,
  clock: Date.now,
  ids: () => ids(),
  log: () => undefined,
  fs,
});
await memory.ready;
if (verb === 'tell') {
  const told = await tell(memory, { prompt: `A prompt about ${text}`, answer: `An answer: ${text}` });
  writeSync(1, `${told.request}\n`);
  setInterval(() => undefined, 1_000);
} else {
  counting = true;
  const took = await memory.forget({ ids: [], about: text }, 'asked');
  counting = false;
  await memory.dispose();
  writeSync(1, `${JSON.stringify(took)}\n`);
}
