import type * as z from 'zod';
import type { ContextItem } from '../../sidecar/protocol/contextItem.ts';
import { AppError } from '../../sidecar/protocol/errors.ts';
import type { workspaceSchema } from '../../sidecar/protocol/requestSchemas.ts';
import type { Category } from '../../sidecar/protocol/words.ts';
import { toAppError } from '../sidecar/rpcErrors.ts';
import { RUNNING } from './cards.ts';
import type { PanelCore } from './panelCore.ts';

export interface RequestSenderDeps {
  readonly core: PanelCore;
  /** Language of the open document. */
  language(): string | undefined;
  workspace(): z.infer<typeof workspaceSchema> | undefined;
}

/** The part of a request that goes to the sidecar. */
export interface Question {
  readonly prompt: string;
  readonly category: Category | undefined;
  readonly context: ContextItem[];
}

/** Requests on their way: sent, shown on their cards as they end, and stopped. */
export interface RequestSender {
  /** Ends when the request has; a failure is shown on its card and never thrown. */
  send(request: string, question: Question, another: boolean): Promise<void>;
  isRunning(request: string): boolean;
  stop(request: string): void;
  /** Stops it where it is under way, and resolves when it has ended. */
  ended(request: string): Promise<void>;
  /** Shows on its card that it was stopped before it was sent. */
  stopped(request: string, prompt: string): void;
}

export function createRequestSender({ core, language, workspace }: RequestSenderDeps): RequestSender {
  const running = new Map<string, AbortController>();
  const ends = new Map<string, Promise<void>>();

  function showFailure(request: string, prompt: string, error: unknown): void {
    core.showCard(core.cards.failed(request, toAppError(error).toData()));
    const card = core.cards.get(request);
    // The prompt goes back into the box, unless the user has typed something else since.
    if (card?.candidates.length === 0 && core.memory.draft() === '') core.setDraft(prompt);
  }

  async function run(
    request: string,
    { prompt, category, context }: Question,
    another: boolean,
  ): Promise<void> {
    const controller = new AbortController();
    running.set(request, controller);
    const about = { language: language(), workspace: workspace() };
    try {
      const result = await core.client.call(
        'request.ask',
        { request, thread: core.memory.thread, prompt, category, context, another, ...about },
        controller.signal,
      );
      core.showCard(core.cards.answered(result));
    } catch (error) {
      showFailure(request, prompt, error);
    } finally {
      running.delete(request);
      ends.delete(request);
    }
  }

  const stop = (request: string): void => {
    const card = core.cards.get(request);
    const started = card?.candidates.some((candidate) => RUNNING.has(candidate.state)) === true;
    // Cancelling by name keeps the text so far as a stopped answer; before the first status there is none.
    if (started) core.client.call('request.cancel', { request }).catch(() => running.get(request)?.abort());
    else running.get(request)?.abort();
  };

  return {
    send(request, question, another) {
      core.cards.resume(request);
      const end = run(request, question, another);
      ends.set(request, end);
      return end;
    },
    isRunning: (request) => running.has(request),
    stop,
    async ended(request) {
      if (!running.has(request)) return;
      stop(request);
      await ends.get(request);
    },
    stopped: (request, prompt) =>
      showFailure(request, prompt, new AppError('rpc.cancelled', 'Stopped before there was any text.')),
  };
}
