import * as z from 'zod';
import { AppError } from '../../protocol/errors.ts';
import manifestJson from './engineManifest.json' with { type: 'json' };

const PATH = /^node_modules(\/(@[a-z0-9._-]+\/)?[a-z0-9][a-z0-9._-]*(\/node_modules)?)+$/;
const NAME = /^(@[a-z0-9._-]+\/)?[a-z0-9][a-z0-9._-]*$/;
const VERSION = /^\d+\.\d+\.\d+[A-Za-z0-9.+-]*$/;

const packageSchema = z.object({
  /** Where it is unpacked, below the folder of the engine. */
  path: z.string().regex(PATH),
  name: z.string().regex(NAME),
  version: z.string().regex(VERSION),
  integrity: z.string().regex(/^sha512-[A-Za-z0-9+/]+=*$/),
  /** Bytes to fetch. */
  bytes: z.number().int(),
  unpackedBytes: z.number().int(),
});
export type EnginePackage = z.infer<typeof packageSchema>;

const manifestSchema = z.object({
  engine: z.string(),
  version: z.string().regex(VERSION),
  /** The engine's main file, below its folder. */
  main: z.string(),
  common: z.array(packageSchema).min(1),
  platforms: z.record(z.string(), z.array(packageSchema).min(1)),
});
export type EngineManifest = z.infer<typeof manifestSchema>;

/** The manifest that this program was built with. */
export function readEngineManifest(): EngineManifest {
  return manifestSchema.parse(manifestJson);
}

export interface EnginePlan {
  readonly version: string;
  readonly packages: readonly EnginePackage[];
  /** To fetch. */
  readonly bytes: number;
  /** On disk afterwards. */
  readonly unpackedBytes: number;
}

/** What has to be fetched for a platform. Throws `engine.unsupported` where there is no build for it. */
export function planEngine(manifest: EngineManifest, platform: string, arch: string): EnginePlan {
  const own = manifest.platforms[`${platform}-${arch}`];
  if (!own) {
    throw new AppError('engine.unsupported', `There is no built-in engine for ${platform} on ${arch}.`, {
      why: `Builds exist for ${Object.keys(manifest.platforms).join(', ')}.`,
      next: 'Install Ollama and use it instead.',
      details: { platform, arch },
    });
  }
  const packages = [...own, ...manifest.common];
  const sum = (key: 'bytes' | 'unpackedBytes'): number =>
    packages.reduce((total, one) => total + one[key], 0);
  return { version: manifest.version, packages, bytes: sum('bytes'), unpackedBytes: sum('unpackedBytes') };
}
