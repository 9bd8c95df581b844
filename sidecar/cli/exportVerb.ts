import { resolve } from 'node:path';
import type { Command } from 'commander';
import * as z from 'zod';
import { countOf } from '../protocol/countOf.ts';
import { EXPORT_FORMATS, EXPORT_KINDS } from '../protocol/exchangeSchemas.ts';
import { formatBytes } from './formatValues.ts';
import { checkOptions, usageError } from './usageError.ts';
import type { Verb, VerbHost } from './verb.ts';

const optionsSchema = z.object({
  all: z.string().min(1).max(4_000).optional(),
  kind: z.enum(EXPORT_KINDS).exclude(['all']).optional(),
  format: z.enum(EXPORT_FORMATS).exclude(['tar.gz']).optional(),
  out: z.string().min(1).max(4_000).optional(),
  redact: z.boolean().default(false),
});

export function registerExport(program: Command, host: VerbHost): void {
  const kinds = EXPORT_KINDS.filter((kind) => kind !== 'all');
  program
    .command('export')
    .description('write a backup of everything, or your decisions as a dataset')
    .option('--all <path>', 'the backup: a new .tar.gz file, or a folder for it')
    .option('--kind <kind>', `one of ${kinds.join(', ')} (default: decisions)`)
    .option('--format <format>', 'jsonl or csv (default: jsonl)')
    .option('--out <path>', 'a new file or a folder (default: the folder datasets of the data folder)')
    .option('--redact', 'replace what looks like keys and tokens')
    .action((options: unknown, command: Command) =>
      host.run(command, (verb) => exportTo(verb, checkOptions(optionsSchema, options))),
    );
}

async function exportTo(verb: Verb, options: z.infer<typeof optionsSchema>): Promise<number> {
  const { all, kind, format, out, redact } = options;
  if (all !== undefined && (kind !== undefined || out !== undefined)) {
    throw usageError('--all names its file itself; it goes with neither --kind nor --out.');
  }
  const { output, ports, signal } = verb;
  const given = all ?? out;
  const result = await (await verb.client()).call(
    'export.run',
    {
      kind: all === undefined ? (kind ?? 'decisions') : 'all',
      ...(format !== undefined && { format }),
      ...(given !== undefined && { path: resolve(ports.cwd, given) }),
      redact,
    },
    signal,
  );
  output.result('export.run', result, () => {
    const word = result.kind === 'all' ? 'event' : 'row';
    // Without entries and bytes there was nothing to write, and no file was made.
    if (result.entries === 0 && result.bytes === 0)
      output.line('There is nothing to export yet. No file was written.');
    else output.line(`${countOf(result.entries, word)}, ${formatBytes(result.bytes)}: ${result.path}`);
    for (const remark of result.remarks) output.line(remark);
  });
  return 0;
}
