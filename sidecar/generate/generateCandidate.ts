import type { BlockBook } from '../learn/blocks/blockBook.ts';
import type { Memory } from '../memory/memory.ts';
import type { ChatMessage, ChatOptions, ChatUsage, Engine, TokenLogprob } from '../models/engine.ts';
import { AppError } from '../protocol/errors.ts';
import { MAX_TEXT } from '../protocol/ids.ts';
import {
  fittingPart,
  MAX_ANSWER_BYTES,
  MAX_THINKING_BYTES,
  recordedBytes,
} from '../protocol/recordedSize.ts';
import type { Candidate, Sent, Stopped } from '../protocol/requestSchemas.ts';
import type { Category } from '../protocol/words.ts';
import { withBlocked } from './blockedAnswers.ts';
import { createAnswerSplitter, sha256Of } from './canonicalText.ts';
import { createDeltaBatcher, type Schedule } from './deltaBatcher.ts';
import { logprobSummary } from './logprobSummary.ts';
import type { Notify } from './notify.ts';

export interface CandidateJob {
  readonly request: string;
  readonly candidate: string;
  readonly category: Category;
  readonly model: string;
  readonly digest: string | undefined;
  readonly label: string | undefined;
  readonly messages: readonly ChatMessage[];
  readonly options: ChatOptions;
  readonly sent: Sent;
}

export interface GenerateDeps {
  readonly memory: Memory;
  readonly engine: Engine;
  readonly notify: Notify;
  readonly schedule: Schedule;
  /** Milliseconds. */
  readonly now: () => number;
  /** What of the things that are never to be suggested a text uses. */
  readonly blockedIn: BlockBook['blockedIn'];
}

export interface Generated {
  readonly candidate: Candidate;
  /** False where there was nothing to record: no text at all. */
  readonly recorded: boolean;
  /** Why it failed, where it did. */
  readonly error: AppError | undefined;
}

interface Progress {
  text: string;
  thinking: string;
  readonly logprobs: TokenLogprob[];
  usage: ChatUsage | undefined;
  stopped: Stopped;
  error: AppError | undefined;
}

/**
 * Makes one answer: streams it, records it, and only then tells its end. An end that is not the model's own
 * (Stop, a cut stream, the window closing) keeps the text so far. Rejects only with `memory.*`.
 * @param why says what an abort meant
 */
export async function generateCandidate(
  deps: GenerateDeps,
  job: CandidateJob,
  signal: AbortSignal,
  why: () => 'user' | 'interrupted',
): Promise<Generated> {
  const progress: Progress = {
    text: '',
    thinking: '',
    logprobs: [],
    usage: undefined,
    stopped: 'failed',
    error: undefined,
  };
  const started = deps.now();
  try {
    await stream(deps, job, progress, signal);
  } catch (error) {
    if (signal.aborted) progress.stopped = why();
    else progress.error = AppError.is(error) ? error : cutStream(error);
  }
  const failed = progress.stopped !== 'complete' && progress.stopped !== 'length';
  const recorded = !(failed && progress.text === '');
  const bare = toCandidate(job, progress, deps.now() - started);
  if (recorded) await record(deps, job, progress, bare);
  const candidate = withBlocked(bare, deps.blockedIn);
  deps.notify('request.end', { request: job.request, candidate });
  return { candidate, recorded, error: progress.error };
}

async function stream(
  deps: GenerateDeps,
  job: CandidateJob,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const { request, candidate } = job;
  const status = (state: 'waiting' | 'loading' | 'generating'): void =>
    deps.notify('request.status', {
      request,
      candidate,
      state,
      model: job.model,
      ...(job.label !== undefined && { label: job.label }),
      category: job.category,
      sent: job.sent,
    });
  const text = createDeltaBatcher(
    (seq, piece) => deps.notify('request.delta', { request, candidate, seq, text: piece }),
    deps.schedule,
  );
  const thinking = createDeltaBatcher(
    (seq, piece) => deps.notify('request.thinking', { request, candidate, seq, text: piece }),
    deps.schedule,
  );
  const splitter = createAnswerSplitter();
  const answer = createRoom(MAX_ANSWER_BYTES);
  const thoughts = createRoom(MAX_THINKING_BYTES);
  const take = (piece: { readonly text: string; readonly thinking: string }): void => {
    const fitting = answer.take(piece.text);
    progress.text += fitting;
    text.push(fitting);
    if (answer.full) progress.stopped = 'length';
    const thought = thoughts.take(piece.thinking);
    progress.thinking += thought;
    thinking.push(thought);
  };
  let generating = false;
  status('waiting');
  try {
    const { model, messages, options } = job;
    for await (const event of deps.engine.chat({ model, messages, options, logprobs: true }, signal)) {
      if (event.kind === 'loading') status('loading');
      if (event.kind !== 'text' && event.kind !== 'thinking') {
        if (event.kind === 'end') Object.assign(progress, { stopped: event.reason, usage: event.usage });
        continue;
      }
      if (!generating) status('generating');
      generating = true;
      if (event.kind === 'thinking') take({ text: '', thinking: event.text });
      else take(splitter.push(event.text));
      if (event.kind === 'text' && event.logprobs) progress.logprobs.push(...event.logprobs);
      if (answer.full) break;
    }
  } finally {
    take(splitter.end());
    text.flush();
    thinking.flush();
  }
}

/** Room for a text that comes in pieces: so much of each as can be recorded, and nothing after the first cut. */
function createRoom(maxBytes: number): { take(piece: string): string; readonly full: boolean } {
  let units = MAX_TEXT;
  let bytes = maxBytes;
  let full = false;
  return {
    take(piece) {
      if (full) return '';
      const fitting = fittingPart(piece, units, bytes);
      full = fitting.length < piece.length;
      units -= fitting.length;
      bytes -= recordedBytes(fitting);
      return fitting;
    },
    get full() {
      return full;
    },
  };
}

function toCandidate(job: CandidateJob, progress: Progress, elapsedMs: number): Candidate {
  const { usage, thinking, text, stopped, error } = progress;
  return {
    candidate: job.candidate,
    request: job.request,
    text,
    ...(thinking !== '' && { thinking }),
    sha256: sha256Of(text),
    model: job.model,
    ...(job.label !== undefined && { label: job.label }),
    stopped,
    ...(usage && {
      usage: {
        promptTokens: usage.promptTokens,
        answerTokens: usage.answerTokens,
        totalMs: usage.totalMs || elapsedMs,
      },
    }),
    ...(error && { error: error.toData() }),
  };
}

async function record(
  deps: GenerateDeps,
  job: CandidateJob,
  progress: Progress,
  candidate: Candidate,
): Promise<void> {
  const { error: _, usage, ...kept } = candidate;
  const logprobs = logprobSummary(progress.logprobs);
  const { seed, temperature, contextLength, maxTokens } = job.options;
  await deps.memory.append<'candidate'>(
    {
      kind: 'candidate',
      ...kept,
      ...(usage && { usage }),
      ...(job.digest !== undefined && { modelDigest: job.digest }),
      options: {
        ...(temperature !== undefined && { temperature }),
        ...(contextLength !== undefined && { contextLength }),
        ...(maxTokens !== undefined && { maxTokens }),
      },
      ...(seed !== undefined && { seed }),
      ...(logprobs && { logprobs }),
      engine: deps.engine.id,
    },
    job.candidate,
  );
}

const cutStream = (cause: unknown): AppError =>
  new AppError('stream.cut', 'The answer broke off.', {
    why: cause instanceof Error ? cause.message.slice(0, 300) : undefined,
    next: 'Try again. What arrived is kept.',
    cause,
  });
