import { randomBytes } from 'node:crypto';
import type { Examples } from '../learn/examples.ts';
import type { RuleBook } from '../learn/ruleBook.ts';
import type { Memory } from '../memory/memory.ts';
import type { Engine } from '../models/engine.ts';
import { AppError } from '../protocol/errors.ts';
import type { Params, Result } from '../protocol/methods.ts';
import type { Candidate } from '../protocol/requestSchemas.ts';
import type { Settings } from '../protocol/settingsSchemas.ts';
import type { Category } from '../protocol/words.ts';
import { sha256Of } from './canonicalText.ts';
import { detectCategory } from './category.ts';
import { type Schedule, scheduleByTimer } from './deltaBatcher.ts';
import { earlierTurns } from './earlierTurns.ts';
import { failedGates } from './gates.ts';
import { type Generated, generateCandidate } from './generateCandidate.ts';
import { type ResolvedModel, resolveModel } from './modelResolver.ts';
import type { Notify } from './notify.ts';
import { type BuiltPrompt, buildPrompt } from './promptBuilder.ts';
import { readCandidate, readRequest } from './recordedTexts.ts';
import { liveSystem } from './systemText.ts';
import { toCandidate } from './toCandidate.ts';

type AskParams = Params<'request.ask'>;
type AskResult = Result<'request.ask'>;

export interface AskDeps {
  readonly memory: Memory;
  /** The current engine. */
  readonly engine: (signal: AbortSignal) => Promise<Engine>;
  readonly settings: () => Settings;
  readonly rules: RuleBook;
  readonly examples: Examples;
  readonly ids: () => string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly notify: Notify;
  readonly appVersion: string;
  /** The platform's timers where absent. */
  readonly schedule?: Schedule;
}

export interface AskService {
  /**
   * Answers a prompt. Rejects with `rpc.cancelled`, `context.tooLong`, `model.*`, `server.*`, `engine.*`,
   * `stream.cut`, `memory.*`, `request.unknown`, `rpc.invalid`. An answer that broke off with some text is no
   * rejection: its candidate says so.
   */
  ask(params: AskParams, signal: AbortSignal): Promise<AskResult>;
  /** Stops what is being made for a request; the text so far is kept. Nothing to stop is fine. */
  cancel(request: string): void;
  /** Stops everything and resolves when what there is has been recorded, or after 2 seconds. */
  interruptAll(): Promise<void>;
}

interface Running {
  readonly controller: AbortController;
  why: 'user' | 'interrupted';
  done: Promise<unknown>;
}

const LABELS = ['', 'second answer', 'third answer', 'fourth answer'];
const MAX_EXAMPLES = 2;
const INTERRUPT_DEADLINE_MS = 2_000;

export function createAskService(deps: AskDeps): AskService {
  const running = new Map<string, Running>();
  const schedule = deps.schedule ?? scheduleByTimer;

  const ask = async (params: AskParams, signal: AbortSignal): Promise<AskResult> => {
    if (running.has(params.request)) {
      throw new AppError('rpc.invalid', 'This request is being answered already.', {
        next: 'Wait, or stop it first.',
      });
    }
    const controller = new AbortController();
    const job: Running = { controller, why: 'user', done: Promise.resolve() };
    const abort = (): void => {
      // The window that asked is gone: nobody pressed Stop.
      if (AppError.is(signal.reason, 'rpc.disconnected')) job.why = 'interrupted';
      controller.abort();
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    running.set(params.request, job);
    const work = answer({ ...deps, schedule }, params, job);
    job.done = work.catch(() => undefined);
    try {
      return await work;
    } finally {
      running.delete(params.request);
      signal.removeEventListener('abort', abort);
    }
  };

  return {
    ask,
    cancel: (request) => running.get(request)?.controller.abort(),
    interruptAll: async () => {
      const all = [...running.values()];
      for (const job of all) {
        job.why = 'interrupted';
        job.controller.abort();
      }
      if (all.length === 0) return;
      let unschedule = (): void => undefined;
      const deadline = new Promise<void>((resolve) => {
        unschedule = schedule(INTERRUPT_DEADLINE_MS, resolve);
      });
      await Promise.race([Promise.all(all.map((job) => job.done)), deadline]);
      unschedule();
    },
  };
}

type AnswerDeps = AskDeps & { readonly schedule: Schedule };

interface Task {
  readonly request: string;
  readonly thread: string;
  readonly prompt: string;
  readonly category: Category;
  /** Candidates that exist, oldest first. */
  readonly existing: readonly Candidate[];
  readonly another: boolean;
}

async function answer(deps: AnswerDeps, params: AskParams, job: Running): Promise<AskResult> {
  const { signal } = job.controller;
  // Rules, the active version and what this request has already are known only then.
  await deps.memory.ready;
  throwIfAborted(signal);
  const task = await taskOf(deps, params);
  const engine = await deps.engine(signal);
  const model = await resolveModel(deps, engine, params.model, signal);
  const built = await build(deps, params, task, model);
  const finished = task.existing.filter(
    (each) => each.stopped !== 'failed' && each.stopped !== 'interrupted',
  );
  if (!task.another && finished.length > 0) return toResult(task, finished, built, finished[0]?.candidate);
  throwIfAborted(signal);
  await recordRequest(deps, params, task, model);
  const made = await makeAll({ deps, params, task, job, engine, model, built });
  const kept = made.filter((each) => each.recorded).map((each) => each.candidate);
  if (kept.length === 0) throw made.find((each) => each.error)?.error ?? cancelled();
  const suggested = suggest(task.another ? kept : [...task.existing, ...kept]);
  if (job.why !== 'interrupted') await recordShown(deps, task, kept, suggested);
  return toResult(task, kept, built, suggested);
}

async function taskOf(deps: AnswerDeps, params: AskParams): Promise<Task> {
  const entry = deps.memory.index.request(params.request);
  if (!entry) {
    if (params.another) throw unknownRequest();
    const { request, thread, prompt } = params;
    return {
      request,
      thread,
      prompt,
      category: params.category ?? detectCategory(prompt),
      existing: [],
      another: false,
    };
  }
  const [event, candidates] = await Promise.all([
    readRequest(deps.memory, entry),
    Promise.all(entry.candidates.map((each) => readCandidate(deps.memory, each))),
  ]);
  if (!event) throw unknownRequest();
  const existing = candidates.flatMap((each) => (each ? [toCandidate(each)] : []));
  const { request, thread, prompt, category } = event;
  return { request, thread, prompt, category, existing, another: params.another };
}

async function build(
  deps: AnswerDeps,
  params: AskParams,
  task: Task,
  model: ResolvedModel,
): Promise<BuiltPrompt> {
  const { learn, contextLength } = deps.settings();
  const live = learn === 'atOnce';
  const detail = model.version?.detail;
  const [rules, earlier] = await Promise.all([
    deps.rules.all(),
    earlierTurns(deps.memory, task.thread, task.request),
  ]);
  const except = new Set([...earlier.requests, task.request]);
  const held = new Set(detail?.examples.map((each) => each.decision));
  const similar = live ? await deps.examples.similar(task.prompt, MAX_EXAMPLES + held.size, except) : [];
  const system = liveSystem(detail, rules, live);
  const replaying = model.replay !== undefined;
  return buildPrompt({
    prompt: task.prompt,
    system: system.system === '' && replaying ? (detail?.system ?? '') : system.system,
    rules: system.rules.map(({ id, text }) => ({ id, text })),
    examples: [
      ...similar.filter((each) => !held.has(each.decision)).slice(0, MAX_EXAMPLES),
      ...(model.replay ?? []),
    ],
    earlier: earlier.exchanges,
    context: params.context,
    contextLength,
    fence: randomBytes(6).toString('hex'),
  });
}

async function recordRequest(
  deps: AnswerDeps,
  params: AskParams,
  task: Task,
  model: ResolvedModel,
): Promise<void> {
  if (deps.memory.index.request(task.request)) return;
  const { language, workspace } = params;
  await deps.memory.append<'request'>(
    {
      kind: 'request',
      thread: task.thread,
      request: task.request,
      prompt: task.prompt,
      context: params.context.map(({ kind, name, range, text }) => ({
        kind,
        name,
        ...(range && { range }),
        textSha256: sha256Of(text),
      })),
      category: task.category,
      ...(language !== undefined && { language }),
      ...(workspace && { workspace }),
      model: model.name,
      ...(model.digest !== undefined && { modelDigest: model.digest }),
      ...(model.version && { version: model.version.version }),
      appVersion: deps.appVersion,
    },
    task.request,
  );
}

interface Making {
  readonly deps: AnswerDeps;
  readonly params: AskParams;
  readonly task: Task;
  readonly job: Running;
  readonly engine: Engine;
  readonly model: ResolvedModel;
  readonly built: BuiltPrompt;
}

/** One after the other: a machine with one model has nothing to gain from several at once. */
async function makeAll(making: Making): Promise<Generated[]> {
  const { deps, params, task, job } = making;
  const wanted = params.candidates ?? deps.settings().candidates;
  // "auto" makes a second answer when the first scores low; until there is a calibrated score it makes one.
  const count = task.another || wanted === 'auto' ? 1 : wanted;
  const made: Generated[] = [];
  for (let at = 0; at < count && !job.controller.signal.aborted; at += 1) {
    const place = task.existing.length + at;
    made.push(await makeOne(making, place));
    if (made.at(-1)?.error) break;
  }
  return made;
}

async function makeOne(
  { deps, params, task, job, engine, model, built }: Making,
  place: number,
): Promise<Generated> {
  const { signal } = job.controller;
  const { strongModel, temperature, contextLength } = deps.settings();
  const strong =
    place > 0 && strongModel !== '' && params.model === undefined
      ? await resolveModel(deps, engine, strongModel, signal)
      : undefined;
  const used = strong ?? model;
  const label =
    place === 0 ? undefined : strong ? `by ${strong.name}` : (LABELS[place] ?? `answer ${place + 1}`);
  return generateCandidate(
    { memory: deps.memory, engine, notify: deps.notify, schedule: deps.schedule, now: deps.clock },
    {
      request: task.request,
      candidate: deps.ids(),
      category: task.category,
      model: used.name,
      digest: used.digest,
      label,
      messages: built.messages,
      options: {
        temperature,
        contextLength,
        maxTokens: built.answerTokens,
        ...(params.seed !== undefined && { seed: params.seed + place }),
      },
      sent: built.sent,
    },
    signal,
    () => job.why,
  );
}

/** The first answer that passes the gates, else the first one. */
function suggest(candidates: readonly Candidate[]): string | undefined {
  return (candidates.find((each) => failedGates(each).length === 0) ?? candidates[0])?.candidate;
}

async function recordShown(
  deps: AnswerDeps,
  task: Task,
  kept: readonly Candidate[],
  opened: string | undefined,
): Promise<void> {
  if (opened === undefined) return;
  await deps.memory.append<'shown'>({
    kind: 'shown',
    request: task.request,
    order: [...task.existing, ...kept].map((each) => each.candidate),
    opened,
    propensity: 1,
    scores: {},
    hidden: [],
  });
}

function toResult(
  task: Task,
  candidates: readonly Candidate[],
  built: BuiltPrompt,
  suggested: string | undefined,
): AskResult {
  return {
    request: task.request,
    category: task.category,
    candidates: [...candidates],
    ...(suggested !== undefined && { suggested }),
    sent: built.sent,
  };
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled();
}

const cancelled = (): AppError => new AppError('rpc.cancelled', 'Stopped before there was any text.');
const unknownRequest = (): AppError =>
  new AppError('request.unknown', 'There is no such request.', { next: 'Ask again.' });
