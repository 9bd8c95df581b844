import type { BlockBook } from '../learn/blocks/blockBook.ts';
import type { Denials } from '../learn/denials.ts';
import type { Examples } from '../learn/examples.ts';
import type { MemoryBook } from '../learn/memories/memoryBook.ts';
import type { PreferenceBook } from '../learn/preferenceBook.ts';
import type { RuleBook } from '../learn/ruleBook.ts';
import type { Memory } from '../memory/memory.ts';
import type { Engine } from '../models/engine.ts';
import { AppError } from '../protocol/errors.ts';
import type { Params, Result } from '../protocol/methods.ts';
import type { Candidate } from '../protocol/requestSchemas.ts';
import type { Settings } from '../protocol/settingsSchemas.ts';
import { type AskTask, askTask } from './askTask.ts';
import { blockedFailure, blockedWhy, withBlocked, withoutBlocked } from './blockedAnswers.ts';
import { sha256Of } from './canonicalText.ts';
import { type Schedule, scheduleByTimer } from './deltaBatcher.ts';
import type { CodeParser } from './gates/codeParser.ts';
import { failedGates } from './gates/failedGates.ts';
import { type Generated, generateCandidate } from './generateCandidate.ts';
import type { Readings } from './hypotheses/readingService.ts';
import { type ResolvedModel, resolveModel } from './modelResolver.ts';
import type { Notify } from './notify.ts';
import type { BuiltPrompt } from './promptBuilder.ts';
import { promptOf, readMaterial, type UsedThings } from './promptMaterial.ts';
import { alternativeWhy, likelyDenied, type Ranking, type RankingDeps, rankCandidates } from './ranking.ts';
import { type RecordedRanking, readShown, recordShown, withScores } from './rankingShown.ts';

type AskParams = Params<'request.ask'>;
type AskResult = Result<'request.ask'>;

export interface AskDeps {
  readonly memory: Memory;
  /** The current engine. */
  readonly engine: (signal: AbortSignal) => Promise<Engine>;
  readonly settings: () => Settings;
  readonly rules: RuleBook;
  readonly examples: Examples;
  readonly denials: Denials;
  readonly blocks: Pick<BlockBook, 'active' | 'blockedIn'>;
  readonly memories: Pick<MemoryBook, 'relevant' | 'facetWords'>;
  readonly readings?: Pick<Readings, 'readingOf'>;
  readonly preferences: Pick<PreferenceBook, 'rank' | 'evidence' | 'forecasts'>;
  readonly parser: CodeParser;
  /** From 0 up to 1; chooses what is explored. The platform's where absent. */
  readonly random?: () => number;
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
    const work = answer({ ...deps, schedule, random: deps.random ?? Math.random }, params, job);
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

type AnswerDeps = AskDeps & { readonly schedule: Schedule; readonly random: () => number };

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
  const { context, language } = params;
  const built = promptOf(material, { ...deps.settings(), task, model, context, language });
  const finished = task.existing.filter(
    (each) => each.stopped !== 'failed' && each.stopped !== 'interrupted',
  );
  if (!task.another && finished.length > 0) {
    const entry = deps.memory.index.request(task.request);
    const known = entry && (await readShown(deps.memory, entry));
    const shown = finished.map((each) => withBlocked(each, deps.blocks.blockedIn));
    return toResult(task, shown, built, known ?? unranked(finished[0]));
  }
  throwIfAborted(signal);
  // The model starts while the request is written, which is before anything of the answer: it was queued first. A
  // disk that refuses ends both.
  const making = makeAll({ deps, params, task, job, engine, model, built });
  const recording = recordRequest(deps, params, task, { model, used: built.used });
  recording.catch(() => job.controller.abort());
  const made = await making.finally(() => recording);
  const kept = made.filter((each) => each.recorded).map((each) => each.candidate);
  if (kept.length === 0) throw made.find((each) => each.error)?.error ?? cancelled();
  const all = [...task.existing, ...kept];
  const ranking = await rankCandidates(rankingOf(deps, params), task, all);
  const order = all.map((each) => each.candidate);
  if (ranking && job.why !== 'interrupted') await recordShown(deps.memory, task.request, order, ranking);
  return toResult(task, kept, built, ranking);
}

const rankingOf = (deps: AnswerDeps, { language }: AskParams): RankingDeps => ({
  ...deps,
  acts: deps.settings().learn === 'atOnce',
  failedGates: async ({ text, stopped }) => [
    ...deps.blocks.blockedIn(text).map(blockedFailure),
    ...(await failedGates({ text, stopped, language }, deps.parser)),
  ],
});

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
  { model, used }: { readonly model: ResolvedModel; readonly used: UsedThings },
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
      used,
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
  const count = task.another || wanted === 'auto' ? 1 : wanted;
  const made: Generated[] = [];
  for (let at = 0; at < count && !job.controller.signal.aborted; at += 1) {
    const place = task.existing.length + at;
    made.push(await makeOne(making, place));
    if (made.at(-1)?.error) break;
  }
  const unblocked = await makeUnblocked(making, made);
  if (unblocked.length > 0) return [...made, ...unblocked];
  const [first] = made;
  if (wanted === 'auto' && !task.another && first?.recorded && !first.error && !job.controller.signal.aborted)
    made.push(...(await makeAlternative(making, first.candidate)));
  return made;
}

/** With "auto": one more answer where the first is likely to be denied. */
async function makeAlternative(making: Making, first: Candidate): Promise<Generated[]> {
  const { deps, task, job } = making;
  const denied = await likelyDenied(rankingOf(deps, making.params), task, first);
  if (denied === undefined || job.controller.signal.aborted) return [];
  return oneMore(() => makeOne(making, task.existing.length + 1, alternativeWhy(denied)));
}

/** One more answer where every new one uses what is never to be suggested; it is told which. */
async function makeUnblocked(making: Making, made: readonly Generated[]): Promise<Generated[]> {
  const { deps, task, job, built } = making;
  const kept = made.filter((each) => each.recorded);
  const last = kept.at(-1);
  if (!last || last.error || job.controller.signal.aborted) return [];
  const blocked = kept.map(({ candidate }) => deps.blocks.blockedIn(candidate.text));
  if (blocked.some((each) => each.length === 0)) return [];
  const phrases = [...new Set(blocked.flat().map(({ text }) => text))];
  const place = task.existing.length + made.length;
  const told = { ...built, messages: withoutBlocked(built.messages, phrases) };
  return oneMore(() => makeOne({ ...making, built: told }, place, blockedWhy(place, phrases)));
}

/** There is an answer: that no other one could be made is no reason to take it away. */
async function oneMore(make: () => Promise<Generated>): Promise<Generated[]> {
  try {
    return [await make()];
  } catch (error) {
    if (AppError.is(error) && !error.code.startsWith('memory.')) return [];
    throw error;
  }
}

async function makeOne(
  { deps, params, task, job, engine, model, built }: Making,
  place: number,
  why?: string,
): Promise<Generated> {
  const { signal } = job.controller;
  const { strongModel, temperature, contextLength } = deps.settings();
  const strong =
    place > 0 && strongModel !== '' && params.model === undefined
      ? await resolveModel(deps, engine, strongModel, signal)
      : undefined;
  const used = strong ?? model;
  const made =
    place === 0 ? undefined : strong ? `by ${strong.name}` : (LABELS[place] ?? `answer ${place + 1}`);
  const label = made === undefined || why === undefined ? made : `${made}: ${why}`;
  return generateCandidate(
    {
      ...{ memory: deps.memory, engine, notify: deps.notify, schedule: deps.schedule, now: deps.clock },
      blockedIn: deps.blocks.blockedIn,
    },
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

/** As it was before answers were scored. */
const unranked = (
  first: Candidate | undefined,
): Pick<Ranking, 'opened' | 'scores' | 'chosenBy'> | undefined =>
  first && { opened: first.candidate, scores: new Map(), chosenBy: 'order' };

function toResult(
  task: AskTask,
  candidates: readonly Candidate[],
  built: BuiltPrompt,
  ranking: Pick<Ranking | RecordedRanking, 'opened' | 'scores' | 'chosenBy'> | undefined,
): AskResult {
  return {
    request: task.request,
    category: task.category,
    candidates: withScores(candidates, ranking?.scores),
    ...(ranking && { suggested: ranking.opened, chosenBy: ranking.chosenBy }),
    sent: built.sent,
  };
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled();
}

const cancelled = (): AppError => new AppError('rpc.cancelled', 'Stopped before there was any text.');
