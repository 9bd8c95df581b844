import type * as z from 'zod';
import type { ContextItem, workspaceSchema } from '../../sidecar/protocol/requestSchemas.ts';
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
}

export function createRequestSender({ core, language, workspace }: RequestSenderDeps): RequestSender {
  const running = new Map<string, AbortController>();

  function showFailure(request: string, prompt: string, error: unknown): void {
    core.showCard(core.cards.failed(request, toAppError(error).toData()));
    const card = core.cards.get(request);
    // The prompt goes back into the box, unless the user has typed something else since.
    if (card?.candidates.length === 0 && core.memory.draft() === '') core.setDraft(prompt);
  }

  return {
    async send(request, { prompt, category, context }, another) {
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
      }
    },
    isRunning: (request) => running.has(request),
    stop(request) {
      const card = core.cards.get(request);
      const started = card?.candidates.some((candidate) => RUNNING.has(candidate.state)) === true;
      // Cancelling by name keeps the text so far as a stopped answer; before the first status there is none.
      if (started) core.client.call('request.cancel', { request }).catch(() => running.get(request)?.abort());
      else running.get(request)?.abort();
    },
  };
}
