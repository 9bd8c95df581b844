import type * as z from 'zod';
import type { ContextItem, workspaceSchema } from '../../sidecar/protocol/requestSchemas.ts';
import type { Category } from '../../sidecar/protocol/words.ts';
import type { ApplyTarget } from '../editor/applyTarget.ts';
import { toAppError } from '../sidecar/rpcErrors.ts';
import { RUNNING } from './cards.ts';
import type { PanelCore } from './panelCore.ts';

export interface AskDeps {
  readonly core: PanelCore;
  newId(): string;
  /** Language of the open document. */
  language(): string | undefined;
  workspace(): z.infer<typeof workspaceSchema> | undefined;
}

export interface AskIntent {
  readonly prompt: string;
  readonly chips: readonly string[];
  readonly category?: Category | undefined;
}

/** What went with a request, kept while the window lives, so that it can be asked again. */
interface Asked {
  readonly prompt: string;
  readonly category: Category | undefined;
  readonly context: ContextItem[];
  readonly titles: string[];
  readonly target: ApplyTarget | undefined;
}

export interface Asking {
  ask(intent: AskIntent): Promise<void>;
  /** One more candidate of a request. */
  another(request: string): Promise<void>;
  retry(request: string): Promise<void>;
  stop(request: string): void;
  /** The selection that a request was asked about. */
  targetOf(request: string): ApplyTarget | undefined;
}

export function createAsking({ core, newId, language, workspace }: AskDeps): Asking {
  const asked = new Map<string, Asked>();
  const running = new Map<string, AbortController>();

  async function send(request: string, what: Asked, another: boolean): Promise<void> {
    const controller = new AbortController();
    running.set(request, controller);
    const about = { language: language(), workspace: workspace() };
    try {
      const result = await core.client.call(
        'request.ask',
        {
          request,
          thread: core.memory.thread,
          prompt: what.prompt,
          category: what.category,
          context: what.context,
          another,
          ...about,
        },
        controller.signal,
      );
      core.showCard(core.cards.answered(result));
    } catch (error) {
      const failure = toAppError(error);
      core.showCard(core.cards.failed(request, failure.toData()));
      const card = core.cards.get(request);
      // The prompt goes back into the box, unless the user has typed something else since.
      if (card?.candidates.length === 0 && core.memory.draft() === '') core.setDraft(what.prompt);
    } finally {
      running.delete(request);
    }
  }

  async function begin(what: Asked): Promise<void> {
    const request = newId();
    asked.set(request, what);
    const card = core.cards.begin({
      request,
      prompt: what.prompt,
      category: what.category,
      context: what.titles,
      model: core.facts.models?.current ?? '',
    });
    core.showCard(card);
    await send(request, what, false);
  }

  async function another(request: string): Promise<void> {
    const card = core.cards.get(request);
    if (card === undefined || running.has(request)) return;
    const what = asked.get(request) ?? {
      prompt: card.prompt,
      category: card.category,
      context: [],
      titles: card.context,
      target: undefined,
    };
    await send(request, what, true);
  }

  return {
    async ask(intent) {
      core.memory.remember(intent.prompt);
      const gathered = await core.chips.gather(intent.chips, intent.prompt);
      core.showFrame();
      await begin({ prompt: intent.prompt, category: intent.category, ...gathered });
    },
    another,
    async retry(request) {
      const card = core.cards.get(request);
      if (card === undefined) return;
      if (card.candidates.length > 0) return another(request);
      const what = asked.get(request);
      core.cards.remove(request);
      if (core.memory.draft() === card.prompt) core.memory.setDraft('');
      core.showState();
      await begin(
        what ?? { prompt: card.prompt, category: card.category, context: [], titles: [], target: undefined },
      );
    },
    stop(request) {
      const card = core.cards.get(request);
      const started = card?.candidates.some((candidate) => RUNNING.has(candidate.state)) === true;
      // Cancelling by name keeps the text so far as a stopped answer; before the first status there is none.
      if (started) core.client.call('request.cancel', { request }).catch(() => running.get(request)?.abort());
      else running.get(request)?.abort();
    },
    targetOf: (request) => asked.get(request)?.target,
  };
}
