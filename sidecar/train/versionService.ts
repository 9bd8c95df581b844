import { type VersionState, versionStates } from '../learn/versionStates.ts';
import type { Memory } from '../memory/memory.ts';
import type { Engine } from '../models/engine.ts';
import { sameModel } from '../models/modelNames.ts';
import { createVersionPublisher } from '../models/versionPublisher.ts';
import { AppError } from '../protocol/errors.ts';
import type { Params, Result } from '../protocol/methods.ts';
import { toVersion } from './toVersion.ts';
import { PROMPT_DECISIONS } from './trainingData.ts';

export interface VersionDeps {
  readonly memory: Memory;
  /** The current engine. */
  readonly engine: (signal: AbortSignal) => Promise<Engine>;
}

export interface VersionService {
  list(): Promise<Result<'versions.list'>>;
  /** Rejects with `version.unknown`, `model.missing`, `model.notOurs`, `model.unsupported`, `training.notEnough`. */
  activate(params: Params<'versions.activate'>, signal: AbortSignal): Promise<Result<'versions.activate'>>;
  /** Rejects with `version.unknown`, `model.notOurs`. */
  remove(params: Params<'versions.remove'>, signal: AbortSignal): Promise<Result<'versions.remove'>>;
  /** The same by the name on the server. Rejects with `model.notOurs` for a model that is not a version of ours. */
  removeByName(params: Params<'models.remove'>, signal: AbortSignal): Promise<Result<'models.remove'>>;
}

/** Digests of every model that was recorded as ours. */
export function ownedDigests(memory: Memory): ReadonlySet<string> {
  return new Set(versionStates(memory.index).flatMap(({ detail }) => detail.digest ?? []));
}

export function createVersionService({ memory, engine }: VersionDeps): VersionService {
  const mustFind = (version: string): VersionState => {
    const found = versionStates(memory.index).find((each) => each.version === version && !each.deleted);
    if (found) return found;
    throw new AppError('version.unknown', 'There is no such version.', {
      next: 'Reload the list of versions.',
    });
  };

  const remove = async (state: VersionState, signal: AbortSignal): Promise<Record<string, never>> => {
    const current = await engineOf(engine, state, signal);
    const publisher = createVersionPublisher(current);
    const owned = ownedDigests(memory);
    if (state.active) {
      await memory.append<'version'>({ kind: 'version', version: state.version, event: 'deactivated' });
      await publisher.remove(state.detail.activeName, owned, signal);
    }
    await publisher.remove(state.detail.name, owned, signal);
    await memory.append<'version'>({ kind: 'version', version: state.version, event: 'deleted' });
    return {};
  };

  return {
    list: async () => ({ versions: versionStates(memory.index).map(toVersion) }),
    activate: async ({ version }, signal) => {
      await memory.ready;
      if (version === null) return backToBase(memory);
      const state = mustFind(version);
      refuseTrial(memory, state);
      const current = await engineOf(engine, state, signal);
      const { base, number, digest } = state.detail;
      await createVersionPublisher(current).activate(
        { base, version: number, digest: digest ?? '' },
        ownedDigests(memory),
        signal,
      );
      await memory.append<'version'>({ kind: 'version', version, event: 'activated' });
      return {
        active: toVersion(mustFind(version)),
        line: `Answers come from ${state.detail.activeName} (v${number}) now.`,
      };
    },
    remove: ({ version }, signal) => remove(mustFind(version), signal),
    removeByName: async ({ name }, signal) => {
      const state = versionStates(memory.index).find(
        (each) => !each.deleted && sameModel(each.detail.name, name),
      );
      if (state) return remove(state, signal);
      throw new AppError('model.notOurs', `${name} is not a version that Whetstone published.`, {
        why: 'Only those are removed from here.',
        next: "Remove it with the model server's own tool.",
      });
    },
  };
}

async function backToBase(memory: Memory): Promise<Result<'versions.activate'>> {
  const active = versionStates(memory.index).find((each) => each.active);
  if (!active) return { line: 'The base model answers already.' };
  await memory.append<'version'>({ kind: 'version', version: active.version, event: 'deactivated' });
  return { line: `Answers come from ${active.detail.base} again.` };
}

/** A version of too little data is for looking at. One that was built from a hand-made Modelfile is the user's word. */
function refuseTrial(memory: Memory, { detail }: VersionState): void {
  const samples = memory.index
    .runs()
    .findLast((event) => event.run === detail.run && event.samples !== undefined)?.samples;
  if (samples === undefined || samples >= PROMPT_DECISIONS) return;
  throw new AppError('training.notEnough', `v${detail.number} is a trial and can't be activated.`, {
    why: `It was trained from ${samples} of ${PROMPT_DECISIONS} decisions needed.`,
    next: 'Decide a few more, then train again.',
  });
}

async function engineOf(
  engine: VersionDeps['engine'],
  { detail }: VersionState,
  signal: AbortSignal,
): Promise<Engine> {
  const current = await engine(signal);
  if (current.id === detail.engine) return current;
  throw new AppError('model.unsupported', `v${detail.number} belongs to the ${detail.engine} engine.`, {
    why: `Answers come from the ${current.id} engine now.`,
    next: 'Switch the engine in the settings, then try again.',
  });
}
