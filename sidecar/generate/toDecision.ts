import { readDecidedText, readDecision, readRequest } from '../learn/recordedTexts.ts';
import type { DecisionEntry } from '../memory/index/memoryIndex.ts';
import type { Memory } from '../memory/memory.ts';
import type { Decision } from '../protocol/requestSchemas.ts';

/** A decision as it travels, with prompt and decided text where asked for. */
export async function toDecision(memory: Memory, entry: DecisionEntry, texts: boolean): Promise<Decision> {
  const request = memory.index.request(entry.request);
  const note = entry.hasNote ? await noteOf(memory, entry) : undefined;
  const prompt = texts && request ? (await readRequest(memory, request))?.prompt : undefined;
  const text = texts ? await readDecidedText(memory, entry) : undefined;
  const { decision, at, candidate, verdict, reasons, undone } = entry;
  return {
    decision,
    at,
    request: entry.request,
    candidate,
    verdict,
    reasons: [...reasons],
    ...(note !== undefined && { note }),
    undone,
    ...(prompt !== undefined && { prompt }),
    ...(text !== undefined && { text }),
    category: request?.category ?? 'other',
  };
}

/** The last note given: one added later replaces the first. */
async function noteOf(memory: Memory, entry: DecisionEntry): Promise<string | undefined> {
  const later = memory.index.reasonsOf(entry.decision).findLast((each) => each.note !== undefined)?.note;
  return later ?? (await readDecision(memory, entry))?.note;
}
