import type { Memory } from '../../memory/memory.ts';
import type { ChatRequest, Engine } from '../../models/engine.ts';
import { AppError } from '../../protocol/errors.ts';
import type { MemoryItem } from '../../protocol/memorySchemas.ts';
import type { Settings } from '../../protocol/settingsSchemas.ts';
import type { Schedule } from '../deltaBatcher.ts';
import { estimateTokens } from '../estimateTokens.ts';
import { resolveModel } from '../modelResolver.ts';
import type { ModelPace } from './modelPace.ts';
import { questionsOf, readingPrompt, readingsFormat, SHOWN_QUESTIONS } from './readingPrompt.ts';
import { likeness } from './readingTerms.ts';

export interface ModelQuestionDeps {
  readonly memory: Memory;
  readonly engine: (signal: AbortSignal) => Promise<Engine>;
  readonly settings: () => Settings;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly schedule: Schedule;
  readonly pace: ModelPace;
  /** A random word for fences. */
  readonly fence: () => string;
}

/** Three questions and the JSON around them. */
const TOKENS = 120;
const LOADING_MS = 60_000;
/** Characters; a server that goes on and on is not listened to. */
const MAX_ANSWER = 4_000;
const TEMPERATURE = 0.2;
/** The same words give the same questions. */
const SEED = 7;
const SHOWN_AGAIN = 0.8;

/**
 * What the model would ask about a request, the likeliest first. Empty where no server answers, or where nothing usable
 * came in time; what was complete by then is taken. Rejects with `rpc.cancelled` alone.
 */
export async function modelQuestions(
  deps: ModelQuestionDeps,
  prompt: string,
  memories: readonly MemoryItem[],
  signal: AbortSignal,
): Promise<string[]> {
  const late = new AbortController();
  const stop = (): void => late.abort();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const answer: Answer = { text: '', unschedule: () => undefined };
  try {
    await listen(deps, answer, prompt, memories, late);
  } catch (error) {
    // Without a model the request goes on as it stands; what keeps it from answering is told when it is asked.
    if (!AppError.is(error)) throw error;
  } finally {
    answer.unschedule();
    signal.removeEventListener('abort', stop);
  }
  if (signal.aborted) throw new AppError('rpc.cancelled', 'The question was skipped.');
  return questionsOf(answer.text).filter(
    (question) => !SHOWN_QUESTIONS.some((shown) => likeness(shown, question) >= SHOWN_AGAIN),
  );
}

interface Answer {
  text: string;
  unschedule: () => void;
}

async function listen(
  deps: ModelQuestionDeps,
  answer: Answer,
  prompt: string,
  memories: readonly MemoryItem[],
  late: AbortController,
): Promise<void> {
  // Until it is known which model answers, what is known of none holds.
  answer.unschedule = deps.schedule(deps.pace.patience('', TOKENS), () => late.abort());
  const started = deps.clock();
  const engine = await deps.engine(late.signal);
  const model = await resolveModel(deps, engine, undefined, late.signal);
  const wait = (ms: number): void => {
    answer.unschedule();
    answer.unschedule = deps.schedule(ms, () => late.abort());
  };
  const patience = deps.pace.patience(model.name, TOKENS);
  wait(patience);
  let firstAt: number | undefined;
  let loading = false;
  for await (const event of engine.chat(chatRequest(deps, model.name, prompt, memories), late.signal)) {
    if (event.kind === 'loading') {
      loading = true;
      // The answer needs the model too: giving up would only make the server load it twice.
      wait(LOADING_MS);
    }
    if (event.kind !== 'text') continue;
    if (loading && firstAt === undefined) wait(patience);
    firstAt ??= deps.clock();
    answer.text = (answer.text + event.text).slice(0, MAX_ANSWER);
    if (answer.text.length === MAX_ANSWER) return;
  }
  // How long loading takes says nothing about the next time.
  if (firstAt === undefined || loading) return;
  deps.pace.note(model.name, firstAt - started, estimateTokens(answer.text), deps.clock() - started);
}

function chatRequest(
  { settings, fence }: ModelQuestionDeps,
  model: string,
  prompt: string,
  memories: readonly MemoryItem[],
): ChatRequest {
  return {
    model,
    messages: readingPrompt(prompt, memories, fence()),
    think: false,
    format: readingsFormat(prompt),
    // The window of the answer that follows: with another one the server would load the model anew.
    options: {
      temperature: TEMPERATURE,
      seed: SEED,
      contextLength: settings().contextLength,
      maxTokens: TOKENS,
    },
  };
}
