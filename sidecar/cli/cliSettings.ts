import * as z from 'zod';
import { DEFAULT_SETTINGS, ENGINE_CHOICES, type Settings } from '../protocol/settingsSchemas.ts';
import { ollamaHostFromEnv } from './ollamaHostFromEnv.ts';

/** Options that every verb takes. */
export const globalFlagsSchema = z.object({
  json: z.boolean().default(false),
  data: z.string().min(1).optional(),
  model: z.string().min(1).max(200).optional(),
  host: z.string().min(1).max(500).optional(),
  engine: z.enum(ENGINE_CHOICES).optional(),
  allowRemoteHttp: z.boolean().default(false),
  stream: z.boolean().default(false),
});
export type GlobalFlags = z.infer<typeof globalFlagsSchema>;

/** The settings of a terminal: flags, below them the environment, below that the defaults. */
export function cliSettings(flags: GlobalFlags, env: Readonly<Record<string, string | undefined>>): Settings {
  return {
    ...DEFAULT_SETTINGS,
    model: flags.model ?? env['OLLAMA_MODEL']?.trim() ?? DEFAULT_SETTINGS.model,
    host: flags.host ?? ollamaHostFromEnv(env['OLLAMA_HOST']) ?? DEFAULT_SETTINGS.host,
    engine: flags.engine ?? DEFAULT_SETTINGS.engine,
    allowRemoteHttp: flags.allowRemoteHttp,
  };
}
