import { writeSync } from 'node:fs';
import { monotonicFactory } from 'ulid';
import { createMemory } from '../../../sidecar/memory/createMemory.ts';
import type { Verdict } from '../../../sidecar/protocol/words.ts';
import { createRandom } from './crashScale.ts';
import { BYTES } from './decisionModel.ts';
import { recordAnswer, sha256Of, textOf } from './toldDecision.ts';

// Decides, decides anew and takes back, and says of each step what it is about to do and, once it is acknowledged,
// that it is done. The steps of one request are all of one process, so their order is known.
const [, , dataFolder = '', count = '0', seed = '0'] = process.argv;

interface Open {
  readonly request: string;
  readonly candidate: string;
  decisions: string[];
}

async function main(): Promise<void> {
  const ids = monotonicFactory();
  const next = (): string => ids();
  const random = createRandom(Number(seed));
  const memory = await createMemory({ dataFolder, clock: Date.now, ids: next, log: () => undefined });
  const open: Open[] = [];
  const tell = (...words: string[]): void => void writeSync(1, `${words.join(' ')}\n`);

  async function decide(on: Open): Promise<void> {
    const decision = next();
    const verdict = random.pick(['approved', 'denied', 'edited'] satisfies [Verdict, ...Verdict[]]);
    const { request, candidate } = on;
    tell('try', 'decide', decision, request, candidate, verdict);
    const text = textOf(candidate, BYTES);
    const click = { kind: 'decision' as const, decision, request, candidate, verdict, reasons: [] };
    const edit = verdict === 'edited' ? { editedText: `${text}!` } : {};
    await memory.append<'decision'>({ ...click, sha256: sha256Of(text), ...edit });
    tell('ack', decision);
    on.decisions.push(decision);
  }

  for (let done = 0; done < Number(count); done += 1) {
    const on = open.length > 0 && random.below(10) === 0 ? random.pick([open[0], ...open]) : undefined;
    const last = on?.decisions.at(-1);
    if (on && last !== undefined && random.below(2) === 0) {
      const id = next();
      tell('try', 'undo', id, last);
      await memory.append<'undo'>({ kind: 'undo', decision: last }, id);
      tell('ack', id);
      on.decisions.pop();
    } else if (on) await decide(on);
    else {
      const fresh: Open = { request: next(), candidate: next(), decisions: [] };
      await recordAnswer(memory, fresh.request, fresh.candidate, textOf(fresh.candidate, BYTES));
      await decide(fresh);
      open.push(fresh);
      if (open.length > 50) open.shift();
    }
  }
  await memory.ready;
  await memory.refresh();
  tell('known', String(memory.index.liveDecisions().length));
  await memory.dispose();
}

void main();
