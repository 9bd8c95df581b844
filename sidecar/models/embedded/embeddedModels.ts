import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { AppError } from '../../protocol/errors.ts';
import type { CreateRequest, EngineModel, ModelDetails } from '../engine.ts';
import { fullModelName, sameModel, splitModelName } from '../modelNames.ts';
import type { EngineFolder } from './engineFolder.ts';

const entrySchema = z.object({
  v: z.literal(1),
  name: z.string(),
  /** Of the weights themselves, or of base digest and texts together. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  /** Name of the weights' file in the same folder. */
  file: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*\.gguf$/),
  weights: z.string().regex(/^[0-9a-f]{64}$/),
  family: z.string().optional(),
  parameterSize: z.string().optional(),
  quantization: z.string().optional(),
  contextLength: z.number().int().optional(),
  system: z.string().optional(),
  messages: z
    .array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() }))
    .optional(),
  parameters: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
    .optional(),
});
export type EmbeddedEntry = z.infer<typeof entrySchema>;

/** A model file that was put into the folder. */
export type Weights = Pick<
  EmbeddedEntry,
  'name' | 'file' | 'weights' | 'family' | 'parameterSize' | 'quantization' | 'contextLength'
>;

/** The models of the embedded engine: one JSON file a name, beside the weights that they share. */
export interface EmbeddedModels {
  entries(): Promise<EmbeddedEntry[]>;
  /** Throws `model.missing`. */
  entry(name: string): Promise<EmbeddedEntry>;
  /** Absolute path of the weights. */
  fileOf(entry: EmbeddedEntry): string;
  list(): Promise<EngineModel[]>;
  show(name: string): Promise<ModelDetails>;
  adopt(weights: Weights): Promise<EngineModel>;
  create(request: CreateRequest): Promise<EngineModel>;
  copy(from: string, to: string): Promise<void>;
  /** Removes the name, and the weights with the last name that uses them. */
  remove(name: string): Promise<void>;
}

export function createEmbeddedModels(folder: EngineFolder): EmbeddedModels {
  const entries = async (): Promise<EmbeddedEntry[]> => {
    const found: EmbeddedEntry[] = [];
    for (const name of await folder.list()) {
      if (!name.endsWith('.json')) continue;
      const entry = entrySchema.safeParse(parse(await folder.read(name)));
      if (entry.success) found.push(entry.data);
    }
    return found;
  };
  const entry = async (name: string): Promise<EmbeddedEntry> => {
    splitModelName(name);
    const found = (await entries()).find((one) => sameModel(one.name, name));
    if (!found) throw missing(name);
    return found;
  };
  const fileOf = ({ file }: EmbeddedEntry): string => join(folder.path, file);
  const write = (one: EmbeddedEntry): Promise<void> =>
    folder.write(fileName(one.name), `${JSON.stringify(one)}\n`);
  const toModel = async (one: EmbeddedEntry): Promise<EngineModel> => ({
    name: one.name,
    digest: one.digest,
    size: await stat(fileOf(one)).then(
      ({ size }) => size,
      () => 0,
    ),
    ...(one.family && { family: one.family }),
    ...(one.parameterSize && { parameters: one.parameterSize }),
    ...(one.quantization && { quantization: one.quantization }),
  });

  return {
    entries,
    entry,
    fileOf,
    list: async () => Promise.all((await entries()).map(toModel)),
    show: async (name) => {
      const one = await entry(name);
      return {
        ...(await toModel(one)),
        capabilities: ['completion'],
        ...(one.contextLength && { contextLength: one.contextLength }),
        ...(one.system !== undefined && { system: one.system }),
        ...(one.messages && { messages: one.messages }),
      };
    },
    adopt: async (weights) => {
      const made: EmbeddedEntry = {
        v: 1,
        ...weights,
        name: fullModelName(weights.name),
        digest: weights.weights,
      };
      await write(made);
      return toModel(made);
    },
    create: async ({ name, from, system, messages, parameters }) => {
      const base = await entry(from);
      const texts = {
        system: system ?? base.system,
        messages: messages?.map((message) => ({ ...message })) ?? base.messages,
        parameters: parameters ? { ...base.parameters, ...mutable(parameters) } : base.parameters,
      };
      const digest = createHash('sha256')
        .update(JSON.stringify([base.weights, texts]))
        .digest('hex');
      const made = entrySchema.parse({ ...base, ...texts, name: fullModelName(name), digest });
      await write(made);
      return toModel(made);
    },
    copy: async (from, to) => write({ ...(await entry(from)), name: fullModelName(to) }),
    remove: async (name) => {
      const one = await entry(name);
      await folder.remove(fileName(one.name));
      const used = (await entries()).some(({ file }) => file === one.file);
      if (!used) await folder.remove(one.file);
    },
  };
}

const fileName = (name: string): string => `${encodeURIComponent(name.toLowerCase())}.json`;

function mutable(
  parameters: NonNullable<CreateRequest['parameters']>,
): NonNullable<EmbeddedEntry['parameters']> {
  return Object.fromEntries(
    Object.entries(parameters).map(([key, value]) => [key, typeof value === 'object' ? [...value] : value]),
  );
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

function missing(model: string): AppError {
  return new AppError('model.missing', `${model} is not among the built-in models.`, {
    next: 'Set up the built-in model, or choose another one.',
    details: { model },
  });
}
