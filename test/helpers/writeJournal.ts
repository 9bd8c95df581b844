import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { monotonicFactory } from 'ulid';
import { type EventBody, JOURNAL_VERSION } from '../../sidecar/memory/events.ts';
import { encodeLine } from '../../sidecar/memory/lineCodec.ts';

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

/** Text of about 2 KB that differs per request. */
const answerText = (n: number): string =>
  `Here is function ${n}.\n\n\`\`\`ts\n${`export const value${n} = compute(${n});\n`.repeat(50)}\`\`\`\n`;

/** Writes a journal of `decisions` decided requests (about 2 KB each) as another writer would have left it. */
export async function writeJournal(dataFolder: string, decisions: number): Promise<void> {
  const next = monotonicFactory();
  const writer = next(START);
  await mkdir(join(dataFolder, 'journal'), { recursive: true, mode: 0o700 });
  if (decisions === 0) return;
  const stream = createWriteStream(join(dataFolder, 'journal', `${writer}.jsonl`), { mode: 0o600 });
  const write = async (body: EventBody, at: number): Promise<void> => {
    const event = { v: JOURNAL_VERSION, id: next(at), at: new Date(at).toISOString(), writer, ...body };
    if (!stream.write(encodeLine(event))) await once(stream, 'drain');
  };
  for (let n = 0; n < decisions; n++) {
    const at = START + n * MINUTE;
    const [request, candidate, decision] = [next(at), next(at), next(at)];
    const text = answerText(n);
    const sha256 = createHash('sha256').update(text).digest('hex');
    await write(
      {
        kind: 'request',
        thread: writer,
        request,
        prompt: `Write function ${n}.`,
        context: [],
        category: 'code_generation',
        model: 'bench',
        appVersion: '0.1.0',
      },
      at,
    );
    await write(
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
      at,
    );
    await write(
      {
        kind: 'decision',
        decision,
        request,
        candidate,
        sha256,
        verdict: n % 4 === 0 ? 'denied' : 'approved',
        reasons: n % 4 === 0 ? ['too_long'] : [],
      },
      at,
    );
  }
  stream.end();
  await finished(stream);
}
