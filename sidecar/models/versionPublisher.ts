import { AppError } from '../protocol/errors.ts';
import type { CreateRequest, Engine, EngineModel } from './engine.ts';
import { isTrainedName, sameModel, trainedNames } from './modelNames.ts';

export interface VersionToPublish extends Omit<CreateRequest, 'name' | 'from'> {
  /** The base model that the names are made of. */
  readonly base: string;
  /** What the version is built on; the base where absent. */
  readonly from?: string;
  readonly version: number;
}

export interface PublishedVersion {
  readonly name: string;
  readonly digest: string;
}

/** Digests of models that Whetstone made, as recorded by the caller. Nothing else is ever overwritten or removed. */
export type OwnedDigests = ReadonlySet<string>;

export interface VersionPublisher {
  /**
   * Creates the immutable model of a version and reads it back. Throws `model.notOurs` where the name is taken,
   * `training.createFailed` where the server made something else than was asked for.
   */
  publish(version: VersionToPublish, owned: OwnedDigests, signal: AbortSignal): Promise<PublishedVersion>;
  /**
   * Copies a published version to the active name. Throws `model.missing` or `model.notOurs` where the version
   * or the active name is not what was recorded.
   */
  activate(
    version: { readonly base: string; readonly version: number; readonly digest: string },
    owned: OwnedDigests,
    signal: AbortSignal,
  ): Promise<PublishedVersion>;
  /** Removes a model of ours; one that is not there is fine. */
  remove(name: string, owned: OwnedDigests, signal: AbortSignal): Promise<void>;
}

export function createVersionPublisher(engine: Engine): VersionPublisher {
  const find = async (name: string, signal: AbortSignal): Promise<EngineModel | undefined> =>
    (await engine.list(signal)).find((model) => sameModel(model.name, name));

  return {
    publish: async ({ base, from, version, ...content }, owned, signal) => {
      const name = trainedNames(base, version).immutable;
      const taken = await find(name, signal);
      if (taken)
        throw notOurs(
          name,
          owned.has(taken.digest) ? 'It is a version that was published before.' : undefined,
        );
      const { digest } = await engine.create({ ...content, name, from: from ?? base }, signal);
      await verify(engine, name, content, signal);
      return { name, digest };
    },
    activate: async ({ base, version, digest }, owned, signal) => {
      const { immutable, active } = trainedNames(base, version);
      const source = await find(immutable, signal);
      if (!source) throw missing(immutable);
      if (source.digest !== digest) throw notOurs(immutable, 'It was changed since it was published.');
      const current = await find(active, signal);
      if (current?.digest === digest) return { name: active, digest };
      if (current && !owned.has(current.digest)) throw notOurs(active);
      await engine.copy(immutable, active, signal);
      const copied = await find(active, signal);
      if (copied?.digest !== digest)
        throw createFailed(active, 'The copy on the server differs from its source.');
      return { name: active, digest };
    },
    remove: async (name, owned, signal) => {
      const found = await find(name, signal);
      if (!found) return;
      if (!isTrainedName(name) || !owned.has(found.digest)) throw notOurs(name);
      await engine.remove(name, signal);
    },
  };
}

async function verify(
  engine: Engine,
  name: string,
  content: Pick<CreateRequest, 'system' | 'messages'>,
  signal: AbortSignal,
): Promise<void> {
  const made = await engine.show(name, signal);
  const same =
    (content.system === undefined || made.system?.trim() === content.system.trim()) &&
    (content.messages === undefined ||
      JSON.stringify((made.messages ?? []).map(pair)) === JSON.stringify(content.messages.map(pair)));
  if (same) return;
  await engine.remove(name, signal);
  throw createFailed(name, 'What the server stored is not the text that was sent.');
}

const pair = ({ role, content }: { readonly role: string; readonly content: string }): string[] => [
  role,
  content,
];

function notOurs(name: string, why = 'It was not made by Whetstone, or was changed since.'): AppError {
  return new AppError('model.notOurs', `A model named ${name} exists and is left as it is.`, {
    why,
    next: 'Rename or remove that model on the server, then try again.',
    details: { model: name },
  });
}

function missing(name: string): AppError {
  return new AppError('model.missing', `${name} is no longer on the model server.`, {
    next: 'Rebuild the version, or choose another one.',
    details: { model: name },
  });
}

function createFailed(name: string, why: string): AppError {
  return new AppError('training.createFailed', `The version ${name} could not be published.`, {
    why,
    next: 'Try again; if it stays, look at the log.',
    details: { model: name },
  });
}
