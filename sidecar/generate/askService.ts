import type { Examples } from '../learn/examples.ts';
import type { RuleBook } from '../learn/ruleBook.ts';
import type { Memory } from '../memory/memory.ts';
import type { Engine } from '../models/engine.ts';
import { AppError } from '../protocol/errors.ts';
import type { Params, Result } from '../protocol/methods.ts';
import type { Candidate } from '../protocol/requestSchemas.ts';
import type { Settings } from '../protocol/settingsSchemas.ts';
import { type AskTask, askTask } from './askTask.ts';
import { sha256Of } from './canonicalText.ts';
import { type Schedule, scheduleByTimer } from './deltaBatcher.ts';
import type { CodeParser } from './gates/codeParser.ts';
import { failedGates } from './gates/failedGates.ts';
import { type Generated, generateCandidate } from './generateCandidate.ts';
import { type ResolvedModel, resolveModel } from './modelResolver.ts';
import type { Notify } from './notify.ts';
import type { BuiltPrompt } from './promptBuilder.ts';
import { promptOf, readMaterial } from './promptMaterial.ts';

type AskParams = Params<'request.ask'>;
type AskResult = Result<'request.ask'>;

export interface AskDeps {
  readonly memory: Memory;
  /** The current engine. */
  readonly engine: (signal: AbortSignal) => Promise<Engine>;
  readonly settings: () => Settings;
  readonly rules: RuleBook;
  readonly examples: Examples;
  readonly parser: CodeParser;
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

async function answer(deps: AnswerDeps, params: AskParams, job: Running): Promise<AskResult> {
  const { signal } = job.controller;
  // Rules, the active version and what this request has already are known only then.
  await deps.memory.ready;
  throwIfAborted(signal);
  // What the prompt is made of is read from disk while the server tells which models it has.
  const reading = askTask(deps.memory, params).then(async (task) => ({
    task,
    material: await readMaterial(deps, task),
  }));
  const resolving = resolve(deps, params, signal);
  const [{ task, material }, { engine, model }] = await Promise.all([reading, resolving]);
  const built = promptOf(material, { ...deps.settings(), task, model, context: params.context });
  const finished = task.existing.filter(
    (each) => each.stopped !== 'failed' && each.stopped !== 'interrupted',
  );
  if (!task.another && finished.length > 0) return toResult(task, finished, built, finished[0]?.candidate);
  throwIfAborted(signal);
  // The model starts while the request is written, which is before anything of the answer: it was queued first. A
  // disk that refuses ends both.
  const making = makeAll({ deps, params, task, job, engine, model, built });
  const recording = recordRequest(deps, params, task, model);
  recording.catch(() => job.controller.abort());
  const made = await making.finally(() => recording);
  const kept = made.filter((each) => each.recorded).map((each) => each.candidate);
  if (kept.length === 0) throw made.find((each) => each.error)?.error ?? cancelled();
  const choice = task.another ? kept : [...task.existing, ...kept];
  const suggested = await suggest(choice, params.language, deps.parser);
  if (job.why !== 'interrupted') await recordShown(deps, task, kept, suggested);
  return toResult(task, kept, built, suggested);
}

async function resolve(
  deps: AnswerDeps,
  params: AskParams,
  signal: AbortSignal,
): Promise<{ readonly engine: Engine; readonly model: ResolvedModel }> {
  const engine = await deps.engine(signal);
  try {
    return { engine, model: await resolveModel(deps, engine, params.model, signal) };
  } catch (error) {
    // The server is gone since it last answered: now another engine may be the one to use.
    const other = AppError.is(error, 'server.unreachable') ? await deps.engine(signal) : engine;
    if (other === engine) throw error;
    return { engine: other, model: await resolveModel(deps, other, params.model, signal) };
  }
}

async function recordRequest(
  deps: AnswerDeps,
  params: AskParams,
  task: AskTask,
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
  readonly task: AskTask;
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
async function suggest(
  candidates: readonly Candidate[],
  language: string | undefined,
  parser: CodeParser,
): Promise<string | undefined> {
  const [first, ...others] = candidates;
  if (others.length === 0) return first?.candidate;
  for (const { candidate, text, stopped } of candidates) {
    const failed = await failedGates({ text, stopped, language }, parser);
    if (failed.length === 0) return candidate;
  }
  return first?.candidate;
}

async function recordShown(
  deps: AnswerDeps,
  task: AskTask,
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
  task: AskTask,
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
