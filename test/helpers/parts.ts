import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import * as z from 'zod';

/** The folder of this checkout. */
export const repositoryRoot = join(import.meta.dirname, '..', '..');

const codeServerSchema = z.object({ node: z.string(), entry: z.string() });
const missingSchema = z.object({ missing: z.string() });

/** Absolute path of an Ollama that may be started. Throws with what to do where there is none. */
export function ollamaBinary(): string {
  return find('ollama', z.string());
}

/** Absolute path of the GGUF file that the tests ask. */
export function demoModelFile(): string {
  return find('model', z.string());
}

/** Absolute path of a Chromium for playwright-core. */
export function chromiumBinary(): string {
  return find('chromium', z.string());
}

/** The Node that runs code-server, and its entry file. */
export function codeServerProgram(): z.infer<typeof codeServerSchema> {
  return find('codeServer', codeServerSchema);
}

/** The data folder whose `engine/` and `models/` hold the embedded engine and the demo model. */
export function engineDataFolder(): string {
  return find('engine', z.string());
}

// The scripts know where parts are; `npm test` has found them already and passes them on.
function find<T>(name: string, schema: z.ZodType<T>): T {
  const passed = process.env['WHETSTONE_TEST_PARTS'];
  const known: unknown =
    passed === undefined ? undefined : z.record(z.string(), z.unknown()).parse(JSON.parse(passed))[name];
  const part = known ?? look(name);
  const missing = missingSchema.safeParse(part);
  if (missing.success) throw new Error(missing.data.missing);
  return schema.parse(part);
}

function look(name: string): unknown {
  const script = join(repositoryRoot, 'scripts', 'parts', 'main.mjs');
  const { stdout, stderr } = spawnSync(process.execPath, [script, '--find', name], { encoding: 'utf8' });
  if (stdout.trim() === '') throw new Error(`looking for ${name} failed:\n${stderr}`);
  return z.record(z.string(), z.unknown()).parse(JSON.parse(stdout))[name];
}
