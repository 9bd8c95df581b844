import { readCandidate, readDecidedText, readRequest } from '../learn/recordedTexts.ts';
import type { RequestEntry } from '../memory/index/memoryIndex.ts';
import type { Memory } from '../memory/memory.ts';
import type { Exchange } from './promptBuilder.ts';

export interface EarlierTurns {
  readonly exchanges: readonly Exchange[];
  readonly requests: ReadonlySet<string>;
}

const MAX_TURNS = 2;
const LOOK_BACK = 6;

/** The last turns of a conversation that were not denied, oldest first. */
export async function earlierTurns(memory: Memory, thread: string, except: string): Promise<EarlierTurns> {
  const exchanges: Exchange[] = [];
  const requests = new Set<string>();
  for (const entry of memory.index.requests({ thread, limit: LOOK_BACK })) {
    if (exchanges.length >= MAX_TURNS) break;
    if (entry.request === except || entry.live?.verdict === 'denied') continue;
    const [request, response] = await Promise.all([readRequest(memory, entry), readAnswer(memory, entry)]);
    if (!request || !response) continue;
    exchanges.unshift({ prompt: request.prompt, response });
    requests.add(entry.request);
  }
  return { exchanges, requests };
}

async function readAnswer(memory: Memory, entry: RequestEntry): Promise<string | undefined> {
  if (entry.live) return readDecidedText(memory, entry.live);
  const last = entry.candidates.at(-1);
  const event = last && (await readCandidate(memory, last));
  return event?.stopped === 'complete' ? event.text : undefined;
}
