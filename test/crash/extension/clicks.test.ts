import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { monotonicFactory } from 'ulid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDeciding, createQueueOutcome } from '../../../extension/panel/deciding.ts';
import { createDecisionQueue, type QueueEntry } from '../../../extension/sidecar/decisionQueue.ts';
import { createRuntimeChoice } from '../../../extension/sidecar/runtimeChoice.ts';
import { createSidecarClient } from '../../../extension/sidecar/sidecarClient.ts';
import { startSidecarProcess } from '../../../extension/sidecar/sidecarProcess.ts';
import { createSupervisor } from '../../../extension/sidecar/supervisor.ts';
import { DEFAULT_SETTINGS } from '../../../sidecar/protocol/settingsSchemas.ts';
import { BUNDLE } from '../../helpers/forkSidecar.ts';
import { until } from '../../helpers/until.ts';
import { panelBench } from '../../unit/extension/panelBench.ts';
import { scaled, tried } from '../memory/crashScale.ts';
import { openMemory } from '../memory/recovered.ts';
import { recordAnswer } from '../memory/toldDecision.ts';

const POINTS = scaled(10, 50);
/** So much later than an acknowledgement usually takes the last kill comes. */
const BEYOND = 1.3;

const log = { debug: () => 0, info: () => 0, warn: () => 0, error: () => 0 };

interface Answer {
  readonly request: string;
  readonly candidate: string;
  readonly text: string;
}
interface Click {
  /** Of the decision. */
  readonly id: string;
  readonly request: string;
}

/** Everything of a window between the panel's click and the journal, with a real sidecar process. */
function openWindow(dataFolder: string, saved: unknown) {
  const bench = panelBench();
  const stored: { entries: unknown } = { entries: saved };
  const refused: string[] = [];
  let now = 0;
  const client = createSidecarClient({
    open: () => startSidecarProcess({ bundle: BUNDLE, program: undefined, dataFolder, log }),
    handshake: async () => ({
      client: { name: 't', version: '1' },
      settings: DEFAULT_SETTINGS,
      trusted: true,
    }),
    runtime: createRuntimeChoice({ nodePath: () => '', log }),
    // Every crash is the first one for a long time.
    supervisor: createSupervisor(() => {
      now += 600_000;
      return now;
    }),
    schedule: later,
    log,
  });
  const outcome = createQueueOutcome(bench.core, (error) => void refused.push(error.message));
  const queue = createDecisionQueue({
    async send(entry) {
      if (entry.method !== 'decision.record') throw new Error('The test queues decisions only.');
      return client.call(entry.method, entry.params);
    },
    dataFolder: () => dataFolder,
    load: () => stored.entries,
    save: (entries) => {
      stored.entries = structuredClone(entries);
    },
    schedule: later,
    onAcknowledged: outcome.acknowledged,
    onRefused: (entry: QueueEntry, error) => {
      refused.push(`${entry.key}: ${error.code}`);
      outcome.refused(entry, error);
    },
    onWaiting: (entry, error) => outcome.waiting(entry, error, queue.waiting.length),
  });
  client.onState((state) => {
    if (state.kind === 'ready') queue.flush();
  });
  const deciding = createDeciding({ core: bench.core, queue, newId: bench.newId });
  return {
    client,
    queue,
    stored,
    refused,
    /** Shows an answer, one in the journal or else one that only this window has, and presses Approve on it. */
    click(known?: Answer): Click {
      const request = known?.request ?? bench.newId();
      bench.cards.begin({ request, prompt: 'ask', category: 'testing', context: [], model: 'm' });
      const candidate = known?.candidate ?? bench.begins(request, 'half an answer');
      if (known === undefined) bench.cards.interrupt({ code: 'rpc.disconnected', what: 'It ended.' });
      else bench.cards.end({ request, candidate: bench.candidateOf(request, known.text, candidate) });
      const sha256 = bench.cards.get(request)?.candidates.find(({ id }) => id === candidate)?.sha256 ?? '';
      const intent = { type: 'decide', request, candidate, sha256, verdict: 'approved' } as const;
      deciding.decide({ ...intent, reasons: [], dwellMs: 1_000, seen: [] });
      return { id: bench.cards.get(request)?.decision?.id ?? '', request };
    },
    stateOf: (request: string) => bench.cards.get(request)?.decision?.state,
  };
}

function later(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

/** Answers that were made before, by another process. */
async function recordAnswers(dataFolder: string, count: number): Promise<Answer[]> {
  const memory = await openMemory(dataFolder);
  const ids = monotonicFactory();
  const answers: Answer[] = [];
  for (let n = 0; n < count; n += 1) {
    const answer = { request: ids(), candidate: ids(), text: `answer ${n}` };
    await recordAnswer(memory, answer.request, answer.candidate, answer.text);
    answers.push(answer);
  }
  await memory.dispose();
  return answers;
}

describe('a click in the panel', () => {
  let base: string;
  let folder: string;
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'wc-'));
    folder = join(base, 'data');
  });
  afterEach(() => rm(base, { recursive: true, force: true, maxRetries: 5 }));

  /** How often the decision's own line is in the journal. */
  async function linesOf(id: string): Promise<number> {
    const journal = join(folder, 'journal');
    const names = (await readdir(journal)).filter((name) => name.endsWith('.jsonl'));
    const texts = await Promise.all(names.map((name) => readFile(join(journal, name), 'utf8')));
    const own = `"kind":"decision","decision":"${id}"`;
    return texts
      .join('')
      .split('\n')
      .filter((line) => line.includes(own)).length;
  }

  it('reaches the journal exactly once, whenever the sidecar is killed before it answers', {
    timeout: 300_000,
  }, async () => {
    const answers = await recordAnswers(folder, 4 + POINTS);
    const window = openWindow(folder, undefined);
    const clicked: Click[] = [];
    // Every other answer is one that the journal does not have: the click brings it along.
    const press = (): Click => {
      const click = window.click(clicked.length % 2 === 0 ? answers[clicked.length] : undefined);
      clicked.push(click);
      return click;
    };
    const saved = ({ request }: Click): Promise<true> =>
      until('the decision', () => window.stateOf(request) === 'saved');
    await saved(press());
    let usual = 0;
    for (let n = 0; n < 3; n += 1) {
      const began = performance.now();
      const { request } = press();
      await turnsUntil(() => window.stateOf(request) === 'saved');
      usual = Math.max(usual, performance.now() - began);
    }
    const seen = { before: 0, between: 0, after: 0 };
    for (let point = 0; point < POINTS; point += 1) {
      const { pid } = window.client;
      const began = performance.now();
      const click = press();
      const moment = began + (usual * BEYOND * point) / POINTS;
      await turnsUntil(() => performance.now() >= moment);
      process.kill(pid ?? 0, 'SIGKILL');
      const answered = window.stateOf(click.request) === 'saved';
      await until('the end of the process', () => window.client.pid !== pid);
      const onDisk = (await linesOf(click.id)) > 0;
      seen[answered ? 'after' : onDisk ? 'between' : 'before'] += 1;
      await saved(click);
      await until('the next process', () => window.client.state.kind === 'ready');
    }
    expect(window.queue.waiting).toEqual([]);
    expect(window.refused).toEqual([]);
    for (const [index, { id }] of clicked.entries()) {
      // A click that brings its answer along does not wait until the journal is read, so it may be written twice.
      const lines = await linesOf(id);
      expect([id, index % 2 === 0 ? lines : Math.min(lines, 1)]).toEqual([id, 1]);
    }
    const ids = clicked.map(({ id }) => id).sort();
    const { decisions } = await window.client.call('decision.list', { limit: 1_000 });
    expect(decisions.map(({ decision }) => decision).sort()).toEqual(ids);
    expect(await window.client.call('stats.get', {})).toMatchObject({ approved: ids.length, denied: 0 });
    await window.client.dispose();
    tried(
      `panel's click, sidecar killed at ${POINTS} points in time: ${seen.before} before the decision was on disk, ` +
        `${seen.between} before the answer, ${seen.after} after it; each exactly once, 0 lost`,
    );
  });

  it('outlives the window too: what was not acknowledged is sent by the next one', {
    timeout: 120_000,
  }, async () => {
    const first = openWindow(folder, undefined);
    const { request } = first.click();
    await until('the decision', () => first.stateOf(request) === 'saved');
    const lost = first.click();
    process.kill(first.client.pid ?? 0, 'SIGKILL');
    first.queue.dispose();
    await first.client.dispose();
    const kept = first.stored.entries;
    const next = openWindow(folder, kept);
    next.queue.flush();
    await until('the decision', () => next.queue.waiting.length === 0);
    expect(next.refused).toEqual([]);
    expect(await linesOf(lost.id)).toBeGreaterThan(0);
    const { decisions } = await next.client.call('decision.list', {});
    expect(decisions.filter(({ decision }) => decision === lost.id)).toHaveLength(1);
    await next.client.dispose();
  });
});

/** Looks at every turn of the event loop, to the fraction of a millisecond. */
async function turnsUntil(reached: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!reached()) {
    if (performance.now() > deadline) throw new Error('waited 30 s in vain');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
