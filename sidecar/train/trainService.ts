import type { Notify } from '../generate/notify.ts';
import type { BlockBook } from '../learn/blocks/blockBook.ts';
import type { PreferenceBook } from '../learn/preferenceBook.ts';
import type { RuleBook } from '../learn/ruleBook.ts';
import type { Statistics } from '../learn/statistics.ts';
import type { Memory } from '../memory/memory.ts';
import type { Engine } from '../models/engine.ts';
import { AppError } from '../protocol/errors.ts';
import type { Params, Result } from '../protocol/methods.ts';
import type { Settings } from '../protocol/settingsSchemas.ts';
import { nothingNew } from './nothingNew.ts';
import { trainPreference } from './preferenceTraining.ts';
import { runTraining } from './runTraining.ts';
import { requireDecisions } from './trainingData.ts';
import { getRun, listRuns } from './trainingRuns.ts';

export interface TrainDeps {
  readonly memory: Memory;
  /** The current engine. */
  readonly engine: (signal: AbortSignal) => Promise<Engine>;
  readonly settings: () => Settings;
  readonly rules: RuleBook;
  readonly blocks: Pick<BlockBook, 'blockedIn'>;
  readonly statistics: Statistics;
  readonly preferences: PreferenceBook;
  readonly ids: () => string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly notify: Notify;
}

export interface TrainService {
  /**
   * Trains, with `train.step`; activates nothing. Rejects with `training.*`, `model.*`, `server.*`, `engine.*`,
   * `memory.*`, `rpc.notYet` for kinds of later versions, `rpc.cancelled`.
   */
  start(params: Params<'train.start'>, signal: AbortSignal): Promise<Result<'train.start'>>;
  /** Cancels the run; one that has ended is fine. */
  cancel(params: Params<'train.cancel'>): Promise<Result<'train.cancel'>>;
  listRuns(params: Params<'runs.list'>): Promise<Result<'runs.list'>>;
  /** Rejects with `run.unknown`. */
  getRun(params: Params<'runs.get'>): Promise<Result<'runs.get'>>;
}

export function createTrainService(deps: TrainDeps): TrainService {
  const { memory } = deps;
  let current: { readonly run: string; readonly controller: AbortController } | undefined;

  const start: TrainService['start'] = async (params, signal) => {
    if (params.kind !== 'prompt' && params.kind !== 'preference') {
      throw new AppError(
        'rpc.notYet',
        `Training of the kind ${params.kind} is not part of this version yet.`,
        {
          next: 'Train with the kind prompt or preference.',
        },
      );
    }
    await memory.ready;
    if (!params.force && !params.fromModelfile) requireDecisions(memory.index.liveDecisions().length);
    if (current) throw busy();
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    const mine = { run: deps.ids(), controller };
    current = mine;
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    try {
      const lock = await memory.lock('training');
      if (!lock) throw busy();
      try {
        if (params.kind === 'preference')
          return await trainPreference(deps, mine.run, params, controller.signal);
        const { onlyNew, force, noBuild, fromModelfile } = params;
        const wantsNew = onlyNew && !force && !noBuild && !fromModelfile;
        const known = wantsNew ? await nothingNew(deps, mine.run, controller.signal) : undefined;
        return known ?? (await runTraining(deps, mine.run, params, controller.signal));
      } finally {
        await lock.release();
      }
    } finally {
      signal.removeEventListener('abort', abort);
      current = undefined;
    }
  };

  return {
    start,
    cancel: async ({ run }) => {
      if (current?.run === run) current.controller.abort();
      return {};
    },
    listRuns: async ({ limit }) => ({ runs: (await listRuns(memory, current?.run)).slice(0, limit) }),
    getRun: (params) => getRun(memory, current?.run, params),
  };
}

const busy = (): AppError =>
  new AppError('training.busy', 'A training is running already.', {
    why: 'One runs at a time, in any window or terminal.',
    next: 'Wait for it to end, or cancel it.',
  });
