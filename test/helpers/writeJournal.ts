import { createHash } from 'node:crypto';
import { closeSync, constants, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type EventBody, JOURNAL_VERSION } from '../../sidecar/memory/events.ts';
import { formatUlid } from '../../sidecar/memory/index/ulidBits.ts';
import { encodeLine } from '../../sidecar/memory/journal/lineCodec.ts';

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
/** A segment ends here, as those that the program writes. */
const SEGMENT_BYTES = 4 * 1024 * 1024;
const WRITE_BYTES = 1024 * 1024;

/** Text of about 2 KB that differs per request. */
const answerText = (n: number): string =>
  `Here is function ${n}.\n\n\`\`\`ts\n${`export const value${n} = compute(${n});\n`.repeat(50)}\`\`\`\n`;

export interface JournalParts {
  /** Number of the first decision; ids and texts follow from it, so two parts of one journal don't meet. */
  readonly first?: number;
}

/** Writes a journal of `decisions` decided requests (about 2 KB each) as another writer would have left it. */
export async function writeJournal(
  dataFolder: string,
  decisions: number,
  { first = 0 }: JournalParts = {},
): Promise<void> {
  const next = createIds();
  const writer = next(START + first * MINUTE);
  const journal = join(dataFolder, 'journal');
  mkdirSync(journal, { recursive: true, mode: 0o700 });
  if (decisions === 0) return;
  const segments = createSegments(journal, writer);
  const write = (body: EventBody, at: number): void =>
    segments.write(
      encodeLine({ v: JOURNAL_VERSION, id: next(at), at: new Date(at).toISOString(), writer, ...body }),
    );
  for (let n = first; n < first + decisions; n++) {
    const at = START + n * MINUTE;
    for (const body of decided(n, [next(at), next(at), next(at)], writer)) write(body, at);
  }
  segments.close();
}

function decided(n: number, ids: readonly [string, string, string], thread: string): EventBody[] {
  const [request, candidate, decision] = ids;
  const text = answerText(n);
  const sha256 = createHash('sha256').update(text).digest('hex');
  const denied = n % 4 === 0;
  return [
    {
      kind: 'request',
      thread,
      request,
      prompt: `Write function ${n}.`,
      context: [],
      category: 'code_generation',
      model: 'bench',
      appVersion: '0.1.0',
    },
    {
      kind: 'candidate',
      request,
      candidate,
      text,
      sha256,
      model: 'bench',
      options: {},
      stopped: 'complete',
      engine: 'unknown',
    },
    {
      kind: 'decision',
      decision,
      request,
      candidate,
      sha256,
      verdict: denied ? 'denied' : 'approved',
      reasons: denied ? ['too_long'] : [],
    },
  ];
}

/** ULIDs that count within their millisecond; drawing 16 random digits for each would take longer than the rest. */
function createIds(): (at: number) => string {
  let count = 0;
  return (at) => {
    count += 1;
    const low = (at % 2 ** 16) * 2 ** 16 + (count >>> 16);
    return formatUlid(Math.floor(at / 2 ** 16), low >>> 0, 0x9e3779b9, (count * 2 ** 16) >>> 0);
  };
}

/** Segments named as the program names them, rotated at the same size. */
function createSegments(journal: string, writer: string): { write(line: Buffer): void; close(): void } {
  let gathered: Buffer[] = [];
  let bytes = 0;
  let size = 0;
  let made = 0;
  let file: number | undefined;

  function flush(): void {
    if (gathered.length === 0) return;
    if (file === undefined) {
      made += 1;
      const name = made === 1 ? `${writer}.jsonl` : `${writer}-${String(made).padStart(4, '0')}.jsonl`;
      file = openSync(
        join(journal, name),
        constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND,
        0o600,
      );
    }
    const block = Buffer.concat(gathered);
    for (let done = 0; done < block.length; ) done += writeSync(file, block, done);
    size += block.length;
    gathered = [];
    bytes = 0;
  }

  function close(): void {
    flush();
    if (file !== undefined) closeSync(file);
    file = undefined;
    size = 0;
  }

  return {
    write: (line) => {
      gathered.push(line);
      bytes += line.length;
      if (bytes >= WRITE_BYTES) flush();
      if (size >= SEGMENT_BYTES) close();
    },
    close,
  };
}
