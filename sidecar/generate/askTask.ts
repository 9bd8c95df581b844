import { readCandidate, readRequest } from '../learn/recordedTexts.ts';
import type { Memory } from '../memory/memory.ts';
import { AppError } from '../protocol/errors.ts';
import type { Params } from '../protocol/methods.ts';
import type { Candidate } from '../protocol/requestSchemas.ts';
import type { Category } from '../protocol/words.ts';
import { detectCategory } from './category.ts';
import { toCandidate } from './toCandidate.ts';

/** What is to be answered: a new request, or one that is recorded already. */
export interface AskTask {
  readonly request: string;
  readonly thread: string;
  readonly prompt: string;
  readonly category: Category;
  /** Candidates that exist, oldest first. */
  readonly existing: readonly Candidate[];
  readonly another: boolean;
}

/** What is recorded wins over what the caller says. Rejects with `request.unknown`. */
export async function askTask(memory: Memory, params: Params<'request.ask'>): Promise<AskTask> {
  const entry = memory.index.request(params.request);
  if (!entry) {
    if (params.another) throw unknownRequest();
    const { request, thread, prompt } = params;
    const category = params.category ?? detectCategory(prompt);
    return { request, thread, prompt, category, existing: [], another: false };
  }
  const [event, candidates] = await Promise.all([
    readRequest(memory, entry),
    Promise.all(entry.candidates.map((each) => readCandidate(memory, each))),
  ]);
  if (!event) throw unknownRequest();
  const existing = candidates.flatMap((each) => (each ? [toCandidate(each)] : []));
  const { request, thread, prompt, category } = event;
  return { request, thread, prompt, category, existing, another: params.another };
}

const unknownRequest = (): AppError =>
  new AppError('request.unknown', 'There is no such request.', { next: 'Ask again.' });
