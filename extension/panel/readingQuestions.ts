import type { Result } from '../../sidecar/protocol/methods.ts';
import type { Reading } from '../../sidecar/protocol/readingSchemas.ts';
import type { ReadingsView } from '../../webview/protocol.ts';
import type { PanelCore } from './panelCore.ts';
import type { Question } from './requestSender.ts';

export interface ReadingQuestionsDeps {
  readonly core: PanelCore;
  /** Language of the open document. */
  language(): string | undefined;
}

/** What to do with a request after it was looked at. */
export type Looked = 'send' | 'wait' | 'stopped';

/** Asking back about short requests: what they may mean is found, shown, and kept until the user says which. */
export interface ReadingQuestions {
  /** `send` where it is clear, or taken without asking; `wait` where the user is asked now. Never throws. */
  look(request: string, question: Question): Promise<Looked>;
  /** Ends a look; the request goes on as it stands, or stops too. False where nothing is looked at. */
  endLook(request: string, outcome: 'send' | 'stopped'): boolean;
  /**
   * Records what the user says a request means; null for as it stands. Resolves to false where there is nothing to
   * change. Never throws: what could not be recorded is not followed, and the card says so.
   */
  choose(request: string, reading: string | null): Promise<boolean>;
  /** Shows again what was asked before the window was reloaded. */
  restore(): void;
}

export function createReadingQuestions({ core, language }: ReadingQuestionsDeps): ReadingQuestions {
  const show = (request: string, view: ReadingsView | undefined): void =>
    core.showCard(core.cards.setReadings(request, view));
  return {
    ...createLooks({ core, language, show }),
    async choose(request, reading) {
      const view = core.cards.get(request)?.readings;
      if (view === undefined || view.state === 'looking') return false;
      const before = view.state === 'open' ? undefined : (view.selected ?? null);
      if (before === reading || (reading !== null && !view.rows.some(({ id }) => id === reading)))
        return false;
      core.memory.dropQuestion(request);
      show(request, chosenView(view.rows, reading));
      try {
        await core.client.call('hypotheses.choose', { request, selected: reading });
      } catch {
        // Not recorded, so not followed.
        if (reading !== null) show(request, chosenView(view.rows, before ?? null));
      }
      return true;
    },
    restore() {
      for (const { request, prompt, category, rows } of core.memory.questions()) {
        if (core.cards.get(request) !== undefined) core.memory.dropQuestion(request);
        else {
          core.cards.begin({ request, prompt, category, context: [], model: '' });
          core.cards.setReadings(request, { state: 'open', rows });
        }
      }
    },
  };
}

interface LookDeps extends ReadingQuestionsDeps {
  show(request: string, view: ReadingsView | undefined): void;
}

/** Finding out what requests may mean, each until it is known or ended. */
function createLooks({ core, language, show }: LookDeps): Pick<ReadingQuestions, 'look' | 'endLook'> {
  const looks = new Map<string, { readonly controller: AbortController; outcome: Looked }>();
  const hide = (request: string): void => {
    if (core.cards.get(request)?.readings !== undefined) show(request, undefined);
  };

  async function ask(request: string, question: Question, signal: AbortSignal) {
    const { prompt, context } = question;
    const spoken = language();
    return core.client.call(
      'hypotheses.ask',
      {
        ...{ request, thread: core.memory.thread, prompt },
        // That something is attached is all that counts.
        context: context.map(({ kind, name }) => ({ kind, name, text: '' })),
        ...(spoken !== undefined && { language: spoken }),
      },
      signal,
    );
  }

  /** What was found is shown, and kept over a reload where it is a question. */
  function settle(request: string, { readings: rows, taken }: Result<'hypotheses.ask'>): Looked {
    const card = core.cards.get(request);
    if (rows.length === 0 || card === undefined) {
      hide(request);
      return 'send';
    }
    if (taken !== undefined) {
      show(request, { state: 'taken', rows, selected: taken });
      return 'send';
    }
    show(request, { state: 'open', rows });
    const { prompt, category } = card;
    core.memory.keepQuestion({ request, prompt, rows, ...(category !== undefined && { category }) });
    return 'wait';
  }

  return {
    async look(request, question) {
      const controller = new AbortController();
      const look: { controller: AbortController; outcome: Looked } = { controller, outcome: 'send' };
      looks.set(request, look);
      const unschedule = later(LOOK_SHOWN_MS, () => show(request, { state: 'looking', rows: [] }));
      try {
        const found = await ask(request, question, controller.signal);
        if (!controller.signal.aborted) return settle(request, found);
        hide(request);
        return look.outcome;
      } catch {
        // What keeps the sidecar from answering is told by the request itself.
        hide(request);
        return look.outcome;
      } finally {
        unschedule();
        looks.delete(request);
      }
    },
    endLook(request, outcome) {
      const look = looks.get(request);
      if (look === undefined) return false;
      look.outcome = outcome;
      look.controller.abort();
      return true;
    },
  };
}

/** A look that is over sooner is not shown: nothing flickers over clear requests. */
const LOOK_SHOWN_MS = 150;

function later(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

const chosenView = (rows: Reading[], reading: string | null): ReadingsView =>
  reading === null ? { state: 'skipped', rows } : { state: 'chosen', rows, selected: reading };
