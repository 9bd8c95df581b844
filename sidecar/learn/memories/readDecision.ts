import type { BodyOf } from '../../memory/events.ts';
import type { Memory } from '../../memory/memory.ts';

export interface DecisionTexts {
  /** What the user asked. */
  readonly prompt: string | undefined;
  /** The answer that was decided on. */
  readonly original: string | undefined;
}

/** The texts that a decision is about; undefined where they can't be read any more. */
export async function readDecision(
  memory: Memory,
  { request, candidate }: Pick<BodyOf<'decision'>, 'request' | 'candidate'>,
): Promise<DecisionTexts> {
  const answer = memory.index.candidate(candidate);
  const [asked, answered] = await Promise.all([
    readPrompt(memory, request),
    answer ? memory.read(answer.event) : undefined,
  ]);
  return { prompt: asked, original: answered?.kind === 'candidate' ? answered.text : undefined };
}

export async function readPrompt(memory: Memory, request: string): Promise<string | undefined> {
  const entry = memory.index.request(request);
  const line = entry && (await memory.read(entry.event));
  return line?.kind === 'request' ? line.prompt : undefined;
}
