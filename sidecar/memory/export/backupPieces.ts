import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { countOf } from '../../protocol/countOf.ts';
import type { DataFolder } from '../disk/dataFolder.ts';
import type { FsPort } from '../disk/fsPort.ts';
import type { Envelope } from '../events.ts';
import { afterForgetting } from '../forget/forgetRules.ts';
import { BACKUP_VERSION, MANIFEST, type Manifest } from '../import/readBackup.ts';
import { keptFiles, MAX_KEPT_FILE, readSegments, wholeFile } from '../import/readJournal.ts';
import { encodeLine } from '../journal/lineCodec.ts';
import { segmentHeader } from '../journal/segmentHeader.ts';
import { writtenSegmentName } from '../journal/segmentName.ts';
import { ROTATE_BYTES } from '../journal/segmentWriter.ts';
import { createEventRedactor } from './eventRedactor.ts';
import { TAR_END, tarEntry } from './tarFormat.ts';

export interface BackupPorts {
  readonly fs: FsPort;
  readonly folder: DataFolder;
  readonly ids: () => string;
  readonly clock: () => number;
  /** Ids of what was forgotten: where another window has not erased it yet, it stays out. */
  readonly forgotten: ReadonlySet<string>;
  /** Absent where texts go in as they are. */
  readonly redact?: ((text: string) => string) | undefined;
}

/** What is known of a backup when its last piece was made. */
export interface BackupSummary {
  events: number;
  /** Files beside the journal. */
  files: number;
  readonly remarks: string[];
}

/**
 * The bytes of a backup as a tar archive: sound journal segments that hold every event once, then training files and
 * runs, then a list of all files with their SHA-256. Fills `summary` on the way.
 */
export async function* backupPieces(ports: BackupPorts, summary: BackupSummary): AsyncGenerator<Buffer> {
  const at = ports.clock();
  const files: Manifest['files'] = [];
  const entry = (path: string, content: Buffer): Buffer => {
    files.push({ path, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') });
    return tarEntry(path, content, at);
  };
  const last: { at: string; id: string }[] = [];
  for await (const { name, content } of segments(ports, summary, last))
    yield entry(`journal/${name}`, content);
  for await (const path of keptFiles(ports.fs, ports.folder.path)) {
    const content = await wholeFile(ports.fs, join(ports.folder.path, path));
    if (content) {
      summary.files += 1;
      yield entry(path, redactedFile(content, ports.redact));
    } else
      summary.remarks.push(
        `${path} is larger than ${MAX_KEPT_FILE / 1_048_576} MB and is not in the backup.`,
      );
  }
  const manifest: Manifest = {
    format: 'whetstone-backup',
    version: BACKUP_VERSION,
    createdAt: new Date(at).toISOString(),
    asOf: last[0]?.id ?? null,
    events: summary.events,
    redacted: ports.redact !== undefined,
    files,
  };
  yield tarEntry(MANIFEST, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`, 'utf8'), at);
  yield TAR_END;
}

async function* segments(
  ports: BackupPorts,
  summary: BackupSummary,
  last: { at: string; id: string }[],
): AsyncGenerator<{ name: string; content: Buffer }> {
  const writer = ports.ids();
  const seen = new Set<string>();
  let held: Buffer[] = [];
  let bytes = 0;
  let number = 0;
  const take = (): { name: string; content: Buffer } => {
    const content = Buffer.concat([segmentHeader({ ...ports, writer }), ...held]);
    const name = writtenSegmentName(writer, number);
    number += 1;
    held = [];
    bytes = 0;
    return { name, content };
  };
  for await (const event of wholeEvents(ports, summary)) {
    if (seen.has(event.id)) continue;
    seen.add(event.id);
    summary.events += 1;
    if (!last[0] || last[0].at < event.at || (last[0].at === event.at && last[0].id < event.id))
      last[0] = event;
    const line = encodeLine(event);
    held.push(line);
    bytes += line.length;
    if (bytes >= ROTATE_BYTES) yield take();
  }
  if (held.length > 0) yield take();
}

async function* wholeEvents(ports: BackupPorts, summary: BackupSummary): AsyncGenerator<Envelope> {
  const { fs, folder, redact } = ports;
  const redactor = redact && (await createEventRedactor(readSegments(fs, folder.journal), redact));
  let damaged = 0;
  for await (const found of readSegments(fs, folder.journal)) {
    if (found.what === 'line') {
      const event = afterForgetting(found.event, ports.forgotten);
      yield redactor ? redactor(event) : event;
    }
    if (found.what === 'refused') damaged += 1;
  }
  if (damaged > 0)
    summary.remarks.push(`Not in the backup: ${countOf(damaged, 'damaged line')} of the journal.`);
}

function redactedFile(content: Buffer, redact: BackupPorts['redact']): Buffer {
  return redact ? Buffer.from(redact(content.toString('utf8')), 'utf8') : content;
}
