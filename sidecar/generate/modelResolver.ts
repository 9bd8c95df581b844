import type { BlockBook } from '../learn/blocks/blockBook.ts';
import { readExample } from '../learn/examples.ts';
import {
  activeVersion,
  type VersionDetail,
  type VersionState,
  versionStates,
} from '../learn/versionStates.ts';
import type { Memory } from '../memory/memory.ts';
import type { Engine, EngineModel } from '../models/engine.ts';
import { baseOf, isEmbeddingModel, sameModel } from '../models/modelNames.ts';
import { AppError } from '../protocol/errors.ts';
import type { Settings } from '../protocol/settingsSchemas.ts';

/** The model that a request goes to. */
export interface ResolvedModel {
  readonly name: string;
  readonly digest: string | undefined;
  /** The version that it is, where it is one. */
  readonly version: VersionState | undefined;
  /**
   * Set where the version's model can't be used as it is (it holds an example that was taken back or uses what is
   * blocked, or is gone from the server): `name` is then its base, and these examples and the version's system text are sent instead.
   */
  readonly replay: VersionDetail['examples'] | undefined;
}

export interface ResolverDeps {
  readonly memory: Memory;
  readonly settings: () => Settings;
  /** What is never to be suggested; nothing where absent. */
  readonly blocks?: Pick<BlockBook, 'blockedIn'>;
}

/** Chooses the model of a request. Throws `model.missing`, `model.none`, and what the engine throws. */
export async function resolveModel(
  deps: ResolverDeps,
  engine: Engine,
  requested: string | undefined,
  signal: AbortSignal,
): Promise<ResolvedModel> {
  const models = await engine.list(signal);
  const find = (name: string): EngineModel | undefined => models.find((model) => isSame(model.name, name));
  const version = wantedVersion(deps, engine, requested);
  if (version) return resolveVersion(deps, version, find);
  const wanted = requested ?? deps.settings().model;
  const model = wanted === '' ? firstSuitable(deps.memory, models) : find(wanted);
  if (model) return { name: model.name, digest: model.digest, version: undefined, replay: undefined };
  throw wanted === '' ? noModel(engine.id) : missingModel(wanted);
}

function wantedVersion(
  { memory, settings }: { readonly memory: Memory; readonly settings: () => Settings },
  engine: Engine,
  requested: string | undefined,
): VersionState | undefined {
  const onEngine = (each: VersionState): boolean => each.detail.engine === engine.id && !each.deleted;
  const active = activeVersion(memory.index);
  const isActiveName = (name: string): boolean =>
    active !== undefined && isSame(active.detail.activeName, name);
  if (requested !== undefined) {
    const named = versionStates(memory.index).find((each) => isSame(each.detail.name, requested));
    const found = named ?? (isActiveName(requested) ? active : undefined);
    return found && onEngine(found) ? found : undefined;
  }
  if (!active || !onEngine(active)) return undefined;
  const { model } = settings();
  return model === '' || sameBase(model, active.detail.base) ? active : undefined;
}

async function resolveVersion(
  { memory, blocks }: ResolverDeps,
  version: VersionState,
  find: (name: string) => EngineModel | undefined,
): Promise<ResolvedModel> {
  const { detail } = version;
  const live: VersionDetail['examples'] = [];
  for (const each of detail.examples) {
    if (blocks && blocks.blockedIn(each.response).length > 0) continue;
    // An example that names its run was written by hand into the Modelfile: there is no decision to take back.
    if (each.decision === detail.run || (await readExample(memory, each.decision))) live.push(each);
  }
  const named = (version.active && find(detail.activeName)) || find(detail.name);
  // The name must still be the model that was recorded; anyone may have made another one of that name since.
  const model = named && (detail.digest === undefined || named.digest === detail.digest) ? named : undefined;
  if (model && live.length === detail.examples.length) {
    return { name: model.name, digest: model.digest, version, replay: undefined };
  }
  const base = find(detail.base);
  if (!base) throw missingModel(detail.base);
  return { name: base.name, digest: base.digest, version, replay: live };
}

function firstSuitable(memory: Memory, models: readonly EngineModel[]): EngineModel | undefined {
  const ours = versionStates(memory.index).flatMap(({ detail }) => [detail.name, detail.activeName]);
  return models.find((model) => !ours.some((name) => isSame(name, model.name)) && !isEmbeddingModel(model));
}

function isSame(left: string, right: string): boolean {
  if (left === right) return true;
  try {
    return sameModel(left, right);
  } catch (error) {
    // Names of other engines need not follow this server's rules; such names are equal only to themselves.
    if (AppError.is(error, 'model.nameInvalid')) return false;
    throw error;
  }
}

function sameBase(name: string, base: string): boolean {
  try {
    return isSame(baseOf(name), baseOf(base));
  } catch (error) {
    if (AppError.is(error, 'model.nameInvalid')) return name === base;
    throw error;
  }
}

const NO_MODEL: Readonly<Record<Engine['id'], readonly [what: string, next: string]>> = {
  ollama: ['The model server has no model to answer with.', 'Pull one, or use the built-in model.'],
  embedded: ['The built-in model is not set up.', 'Run "Set Up Built-in Model", or choose another engine.'],
};

function noModel(engine: Engine['id']): AppError {
  const [what, next] = NO_MODEL[engine];
  return new AppError('model.none', what, { next, details: { engine } });
}

const missingModel = (name: string): AppError =>
  new AppError('model.missing', `The model ${name} is not on the model server.`, {
    next: 'Pull it, or choose another one.',
    details: { model: name },
  });
