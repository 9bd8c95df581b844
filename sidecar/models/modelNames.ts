import { AppError } from '../protocol/errors.ts';

const PART = '[A-Za-z0-9][A-Za-z0-9._-]{0,79}';
const HOST = '[A-Za-z0-9][A-Za-z0-9.-]{0,199}(?::[0-9]{1,5})?';
const NAME = new RegExp(`^(?:(?:${HOST}/)?${PART}/)?(${PART})(?::(${PART}))?$`);
const MAX_NAME = 200;
const TRAINED = '-trained';
const DEFAULT_TAG = 'latest';
const VERSION_SUFFIX = /^(?:(.*)-)?v([1-9]\d{0,5})$/;

export interface ModelName {
  /** With registry and namespace where the name has them, without the tag. */
  readonly path: string;
  /** `latest` where the name has none. */
  readonly tag: string;
}

/** Splits `[host/][namespace/]name[:tag]`. Throws `model.nameInvalid` for anything else. */
export function splitModelName(name: string): ModelName {
  const found = NAME.exec(name);
  if (!found || name.length > MAX_NAME || name.includes('..')) {
    throw new AppError('model.nameInvalid', `"${name.slice(0, MAX_NAME)}" is not a model name.`, {
      why: 'A name has letters, digits, dots, dashes and underscores, with an optional tag after a colon.',
      next: 'Choose a model from the list.',
    });
  }
  const tag = found[2];
  return tag === undefined
    ? { path: name, tag: DEFAULT_TAG }
    : { path: name.slice(0, name.length - tag.length - 1), tag };
}

/** The name with its tag written out. */
export function fullModelName(name: string): string {
  const { path, tag } = splitModelName(name);
  return `${path}:${tag}`;
}

/** True where both name the same model; `a` and `a:latest` do. Servers compare without case. */
export function sameModel(left: string, right: string): boolean {
  return fullModelName(left).toLowerCase() === fullModelName(right).toLowerCase();
}

export interface TrainedNames {
  /** Written once, never changed. */
  readonly immutable: string;
  /** A copy of whichever version is active. */
  readonly active: string;
}

/** The two names of version `version` of `base`. A trained name counts as its base. */
export function trainedNames(base: string, version: number): TrainedNames {
  if (!Number.isInteger(version) || version < 1)
    throw new RangeError('A version is a whole number from 1 on.');
  const { path, tag } = splitModelName(baseOf(base));
  const suffix = tag === DEFAULT_TAG ? `v${version}` : `${tag}-v${version}`;
  const names = { immutable: `${path}${TRAINED}:${suffix}`, active: `${path}${TRAINED}:${tag}` };
  splitModelName(names.immutable);
  return names;
}

/** True for names of the form that trained versions have; says nothing about who made the model. */
export function isTrainedName(name: string): boolean {
  return splitModelName(name).path.endsWith(TRAINED);
}

/** The base model that a trained name belongs to, tag written out; other names come back with their tag. */
export function baseOf(name: string): string {
  const { path, tag } = splitModelName(name);
  if (!path.endsWith(TRAINED)) return `${path}:${tag}`;
  const found = VERSION_SUFFIX.exec(tag);
  return `${path.slice(0, -TRAINED.length)}:${found ? (found[1] ?? DEFAULT_TAG) : tag}`;
}

/** True for a model that turns texts into vectors and can't answer. */
export const isEmbeddingModel = ({
  name,
  family = '',
}: {
  readonly name: string;
  readonly family?: string;
}): boolean => /bert|embed|minilm|bge/i.test(`${name} ${family}`);
