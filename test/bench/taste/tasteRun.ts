import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ulid } from 'ulid';
import type { ParamsIn } from '../../../sidecar/protocol/methods.ts';
import type { Settings } from '../../../sidecar/protocol/settingsSchemas.ts';
import { forkSidecar } from '../../helpers/forkSidecar.ts';
import type { Complaint } from '../learn/hiddenTaste.ts';

/** What a scripted user says of the answer that it sees. */
export interface Vote extends Complaint {
  readonly approved: boolean;
}

/** One request of a run: its answers in the order they were made, and the one that was opened. */
export interface Asked {
  readonly prompt: string;
  readonly answers: readonly string[];
  /** Place of the answer that was opened. */
  readonly opened: number;
}

export interface TasteRun {
  readonly host: string;
  readonly model: string;
  readonly prompts: readonly string[];
  /** Seed of the first answer; each next request is `ANSWERS` further. */
  readonly seed: number;
  /** Whether what was decided acts on the next answer. */
  readonly learning: boolean;
  /** Asked once for each request, of the answer that was opened; without it nothing is decided. */
  readonly vote?: (text: string) => Vote;
}

export const ANSWERS = 4;
/** Varied enough that there is something to choose from. */
const TEMPERATURE = 0.8;
/** Tokens; bounds an answer that rambles. */
const CONTEXT_LENGTH = 1_536;

/** A user works through all prompts on the shipped sidecar and the real server, deciding on each answer that opens. */
export async function runTaste(run: TasteRun): Promise<Asked[]> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'whetstone-taste-'));
  const settings: Partial<Settings> = {
    host: run.host,
    model: run.model,
    engine: 'ollama',
    candidates: ANSWERS,
    temperature: TEMPERATURE,
    contextLength: CONTEXT_LENGTH,
    learn: run.learning ? 'atOnce' : 'nextTraining',
    readings: 'never',
  };
  const sidecar = await forkSidecar({ dataFolder, settings });
  try {
    const all: Asked[] = [];
    for (const [at, prompt] of run.prompts.entries()) {
      const answer = await sidecar.client.call('request.ask', {
        request: ulid(),
        thread: ulid(),
        prompt,
        language: 'python',
        seed: run.seed + at * ANSWERS,
      });
      const { candidates, suggested } = answer;
      const opened = Math.max(
        0,
        candidates.findIndex(({ candidate }) => candidate === suggested),
      );
      all.push({ prompt, answers: candidates.map(({ text }) => text), opened });
      const seen = candidates[opened];
      if (!seen || !run.vote) continue;
      await sidecar.client.call('decision.record', decisionOf(seen, run.vote(seen.text)));
    }
    return all;
  } finally {
    await sidecar.disconnect();
    await rm(dataFolder, { recursive: true, force: true });
  }
}

function decisionOf(
  seen: { readonly request: string; readonly candidate: string; readonly sha256: string },
  { approved, reasons, note }: Vote,
): ParamsIn<'decision.record'> {
  const { request, candidate, sha256 } = seen;
  return {
    ...{ decision: ulid(), request, candidate, sha256 },
    verdict: approved ? 'approved' : 'denied',
    reasons: [...reasons],
    ...(note !== undefined && { note }),
  };
}
