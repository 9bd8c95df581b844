import type { Category } from '../../sidecar/protocol/words.ts';
import type { Card } from '../../webview/protocol.ts';
import type { ApplyTarget } from '../editor/applyTarget.ts';
import { createReadingQuestions } from './readingQuestions.ts';
import { createRequestSender, type Question, type RequestSenderDeps } from './requestSender.ts';

export interface AskDeps extends RequestSenderDeps {
  newId(): string;
}

export interface AskIntent {
  readonly prompt: string;
  readonly chips: readonly string[];
  readonly category?: Category | undefined;
}

/** What went with a request, kept while the window lives, so that it can be asked again. */
interface Asked extends Question {
  readonly titles: string[];
  readonly target: ApplyTarget | undefined;
}

export interface Asking {
  ask(intent: AskIntent): Promise<void>;
  /** One more candidate of a request. */
  another(request: string): Promise<void>;
  retry(request: string): Promise<void>;
  stop(request: string): void;
  /** What a short request means: it is answered that way now, and anew where it was answered another way. */
  choose(request: string, reading: string | null): Promise<void>;
  /** Requests that waited for the user when the window was closed wait again. */
  restoreQuestions(): void;
  /** The selection that a request was asked about. */
  targetOf(request: string): ApplyTarget | undefined;
}

export function createAsking({ core, newId, language, workspace }: AskDeps): Asking {
  const asked = new Map<string, Asked>();
  const sender = createRequestSender({ core, language, workspace });
  const questions = createReadingQuestions({ core, language });

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
    const looked = core.settings().readings === 'never' ? 'send' : await questions.look(request, what);
    if (looked === 'stopped') sender.stopped(request, what.prompt);
    if (looked === 'send') await sender.send(request, what, false);
  }

  async function another(request: string): Promise<void> {
    const card = core.cards.get(request);
    if (card === undefined || sender.isRunning(request)) return;
    await sender.send(request, asked.get(request) ?? askedEarlier(card), true);
  }

  async function choose(request: string, reading: string | null): Promise<void> {
    if (reading === null && questions.endLook(request, 'send')) return;
    if (!(await questions.choose(request, reading))) return;
    await sender.ended(request);
    const card = core.cards.get(request);
    if (card === undefined || card.decision !== undefined) return;
    // The answer so far is of another reading.
    await sender.send(request, asked.get(request) ?? askedEarlier(card), card.candidates.length > 0);
  }

  async function retry(request: string): Promise<void> {
    const card = core.cards.get(request);
    if (card === undefined) return;
    if (card.candidates.length > 0) return another(request);
    core.cards.remove(request);
    if (core.memory.draft() === card.prompt) core.memory.setDraft('');
    core.showState();
    await begin(asked.get(request) ?? askedEarlier(card));
  }

  return {
    async ask(intent) {
      core.memory.remember(intent.prompt);
      const gathered = await core.chips.gather(intent.chips, intent.prompt);
      core.showFrame();
      await begin({ prompt: intent.prompt, category: intent.category, ...gathered });
    },
    another,
    retry,
    stop(request) {
      if (!questions.endLook(request, 'stopped')) sender.stop(request);
    },
    choose,
    restoreQuestions: questions.restore,
    targetOf: (request) => asked.get(request)?.target,
  };
}

/** A request of an earlier window: what went with its prompt is known by name only. */
function askedEarlier({ prompt, category }: Card): Asked {
  return { prompt, category, context: [], titles: [], target: undefined };
}
