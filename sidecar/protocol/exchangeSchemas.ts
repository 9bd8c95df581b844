import * as z from 'zod';
import { ulidSchema } from './ids.ts';

const path = z.string().min(1).max(4_000);
const count = z.number().int().nonnegative();

/** What an import is recognised as, by its content. */
export const SOURCE_FORMATS = [
  'folder',
  'segment',
  'backup',
  'database',
  'agentMemory',
  'jsonLines',
  'jsonList',
  'csv',
] as const;
export type SourceFormat = (typeof SOURCE_FORMATS)[number];

export const importParams = z.object({
  /** Absolute path of a file or folder. */
  path,
  preview: z.boolean().default(true),
});
export const importResult = z.object({
  format: z.enum([...SOURCE_FORMATS, 'preferenceModel']),
  path,
  preview: z.boolean(),
  /** New events by kind: those taken, or with `preview` those that would be. */
  taken: z.array(z.object({ kind: z.string(), count })),
  /** Entries of which everything is recorded here already. */
  known: count,
  /** `first` names up to 100 of them, with their line, entry or row. */
  refused: z.object({ count, first: z.array(z.object({ place: z.string(), reason: z.string() })) }),
  remarks: z.array(z.string()),
  /** True where the source is damaged or cut off; a remark says what could be read of it. */
  damaged: z.boolean(),
  /** Training files and runs, as paths below the data folder. */
  files: z.array(z.string()),
  /** Id of the `import` event that the new events name; absent for a preview, a restore, and where nothing is new. */
  import: ulidSchema.optional(),
});

/** `all` is the backup; `chat` are decided requests as chat messages. */
export const EXPORT_KINDS = ['all', 'decisions', 'pairs', 'feedback', 'chat'] as const;
export type ExportKind = (typeof EXPORT_KINDS)[number];
export const EXPORT_FORMATS = ['tar.gz', 'jsonl', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const exportParams = z.object({
  kind: z.enum(EXPORT_KINDS),
  /** `tar.gz` for `all`; else `jsonl`, or `csv` where the kind is a table. */
  format: z.enum(EXPORT_FORMATS).optional(),
  /** Absolute path of the new file or of a folder for it; without it the file goes into `datasets`. */
  path: path.optional(),
  /** Puts a placeholder where a text holds what looks like a key or token. */
  redact: z.boolean().default(false),
});
export const exportResult = z.object({
  kind: z.enum(EXPORT_KINDS),
  format: z.enum(EXPORT_FORMATS),
  path,
  /** Events of a backup, lines or rows of a dataset. */
  entries: count,
  /** 0 where there was nothing to write; no file is made then. */
  bytes: count,
  redacted: z.boolean(),
  remarks: z.array(z.string()),
});
