import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monotonicFactory } from 'ulid';
import type { Schedule } from '../../sidecar/generate/deltaBatcher.ts';
import type { Readings } from '../../sidecar/generate/hypotheses/readingService.ts';
import { createMemory } from '../../sidecar/memory/createMemory.ts';
import type { Memory } from '../../sidecar/memory/memory.ts';
import type { ChatRequest, Engine } from '../../sidecar/models/engine.ts';
import { METHODS, type Result } from '../../sidecar/protocol/methods.ts';
import type { Reading } from '../../sidecar/protocol/readingSchemas.ts';
import type { Settings } from '../../sidecar/protocol/settingsSchemas.ts';
import { wireLearning } from '../../sidecar/wireLearning.ts';
import { wireReadings } from '../../sidecar/wireReadings.ts';
import { never, type Services, services } from './services.ts';

export interface ReadingStage {
  readonly memory: Memory;
  readonly all: Services;
  readonly readings: Readings;
  /** Every chat that went to the engine. */
  readonly asked: ChatRequest[];
  dispose(): Promise<void>;
}

/** The services of readings and learning on a real data folder, as the sidecar wires them; `schedule` is its timer. */
export async function readingStage(
  engine: Engine,
  settings: Partial<Settings>,
  schedule?: Schedule,
): Promise<ReadingStage> {
  const folder = await mkdtemp(join(tmpdir(), 'whetstone-readings-'));
  const ids = monotonicFactory();
  const memory = await createMemory({
    dataFolder: folder,
    clock: Date.now,
    ids: () => ids(),
    log: () => undefined,
  });
  const asked: ChatRequest[] = [];
  const recorded: Engine = {
    ...engine,
    chat: (request, signal) => {
      asked.push(request);
      return engine.chat(request, signal);
    },
  };
  const all = services(memory, recorded, settings);
  const wires = { memory, memories: all.memories, settings: () => all.settings, clock: Date.now };
  const learning = wireLearning({
    ...wires,
    notify: () => undefined,
    resolve: async () => ({ engine: recorded, model: all.settings.model }),
  });
  const readings = wireReadings({
    ...wires,
    engine: async () => recorded,
    fromChoice: learning.fromChoice,
    ...(schedule && { schedule }),
  });
  return {
    memory,
    all,
    readings,
    asked,
    dispose: async () => {
      await learning.stop();
      await memory.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface Told {
  readonly asked: Result<'hypotheses.ask'>;
  readonly chosen: Result<'hypotheses.choose'>;
  readonly answered: Result<'request.ask'>;
  /** The text of the message that was answered. */
  readonly sent: string;
}

/** Asks back, picks, and answers: what a person does with one short request. */
export async function tell(
  { all, readings, asked }: ReadingStage,
  prompt: string,
  pick: (readings: readonly Reading[]) => Reading | undefined,
): Promise<Told> {
  const request = all.ids();
  const thread = all.ids();
  const found = await readings.ask(
    METHODS['hypotheses.ask'].params.parse({ request, thread, prompt }),
    never,
  );
  const picked = pick(found.readings);
  if (!picked) throw new Error(`None of ${JSON.stringify(found.readings)} could be picked for ${prompt}.`);
  const chosen = await readings.choose({ request, selected: picked.id });
  const answered = await all.ask({ request, thread, prompt, candidates: 1 });
  return { asked: found, chosen, answered, sent: asked.at(-1)?.messages.at(-1)?.content ?? '' };
}
