import { AppError } from '../../sidecar/protocol/errors.ts';
import { editRefusal } from '../../sidecar/protocol/recordedSize.ts';
import type { Noted } from '../../sidecar/protocol/requestSchemas.ts';
import type { Card, DecisionView, Intent } from '../../webview/protocol.ts';
import { errorView } from '../notify.ts';
import { type DecisionQueue, isDiskFailure, type QueueEntry } from '../sidecar/decisionQueue.ts';
import { canonicalText } from './cards.ts';
import type { PanelCore } from './panelCore.ts';

type DecideIntent = Extract<Intent, { type: 'decide' }>;
type ReasonsIntent = Extract<Intent, { type: 'addReasons' }>;

export interface DecidingDeps {
  readonly core: PanelCore;
  readonly queue: DecisionQueue;
  newId(): string;
}

export interface Deciding {
  decide(intent: DecideIntent): void;
  addReasons(intent: ReasonsIntent): void;
  undo(decision: string): void;
}

/** Decisions as clicks: shown at once as being saved, sent through the queue until they are on disk. */
export function createDeciding({ core, queue, newId }: DecidingDeps): Deciding {
  return {
    decide(intent) {
      const card = core.cards.get(intent.request);
      const candidate = card?.candidates.find((each) => each.id === intent.candidate);
      if (card === undefined || candidate === undefined) return;
      // The page shows another text than the host holds: show it anew, record nothing.
      if (candidate.sha256 !== intent.sha256) return core.showCard(card);
      const { type: _, ...params } = intent;
      if (params.editedText !== undefined) params.editedText = canonicalText(params.editedText);
      const tooLarge = editRefusal(params.editedText ?? '');
      if (tooLarge) return core.showCard(core.cards.setError(card.request, errorView(tooLarge)));
      const decision = newId();
      const copy = {
        thread: core.memory.thread,
        prompt: card.prompt,
        category: card.category ?? 'other',
        model: candidate.model,
        text: candidate.text,
      };
      core.cards.decide(card.request, {
        id: decision,
        verdict: intent.verdict,
        reasons: intent.reasons,
        ...(intent.note !== undefined && { note: intent.note }),
        candidate: candidate.id,
        line: '',
        state: 'saving',
      });
      core.showCard(card);
      queue.add({
        key: decision,
        method: 'decision.record',
        params: { ...params, decision, ...(core.cards.isOnlyHere(candidate.id) && { copy }) },
      });
    },
    addReasons({ decision, reasons, note }) {
      const card = cardOf(core, decision);
      if (card?.decision === undefined) return;
      const all = [...new Set([...card.decision.reasons, ...reasons])].slice(0, 32);
      const view: DecisionView = { ...card.decision, reasons: all, state: 'saving' };
      if (note !== undefined) view.note = note;
      core.showCard(core.cards.decide(card.request, view));
      const params = { decision, reasons, ...(note !== undefined && { note }) };
      queue.add({ key: newId(), method: 'decision.reason', params });
    },
    undo(decision) {
      const card = cardOf(core, decision);
      if (card !== undefined) core.showCard(core.cards.decide(card.request, undefined));
      queue.add({ key: newId(), method: 'decision.undo', params: { decision } });
    },
  };
}

/** What becomes of queued clicks, shown on their cards and, where the disk refuses, above them. */
export interface QueueOutcome {
  acknowledged(entry: QueueEntry, noted: Noted | undefined): void;
  refused(entry: QueueEntry, error: AppError): void;
  waiting(entry: QueueEntry, error: AppError, all: number): void;
}

/** @param tell shows an error that has no card to be shown on */
export function createQueueOutcome(core: PanelCore, tell: (error: AppError) => void): QueueOutcome {
  const update = (entry: QueueEntry, change: (view: DecisionView) => DecisionView): void => {
    const card = cardOf(core, entry.params.decision);
    if (card?.decision !== undefined) core.showCard(core.cards.decide(card.request, change(card.decision)));
  };
  const clearBanner = (): void => {
    if (core.facts.notSaved === undefined) return;
    core.facts.notSaved = undefined;
    core.showFrame();
  };
  return {
    acknowledged(entry, noted) {
      update(entry, (view) => ({
        ...view,
        state: 'saved',
        ...(noted !== undefined && { line: noted.line }),
        ...(noted?.rule !== undefined && { rule: noted.rule }),
      }));
      clearBanner();
    },
    refused(entry, error) {
      // The next one that waits says it again, where the disk still refuses.
      clearBanner();
      const card = cardOf(core, entry.params.decision);
      if (card === undefined) return tell(lostClick(entry, error));
      if (entry.method === 'decision.record') core.cards.decide(card.request, undefined);
      core.showCard(core.cards.setError(card.request, errorView(error.toData())));
    },
    waiting(entry, error, all) {
      update(entry, (view) => ({ ...view, state: 'queued' }));
      if (!isDiskFailure(error)) return;
      core.facts.notSaved = { error: error.toData(), waiting: all };
      core.showFrame();
    },
  };
}

const LOST = {
  'decision.record': 'A decision of yours was not recorded.',
  'decision.reason': 'Reasons for a decision of yours were not recorded.',
  'decision.undo': 'A decision of yours was not taken back.',
} as const satisfies Record<QueueEntry['method'], string>;

/** A refusal as it is told away from its card, where it must say what it is about. */
function lostClick(entry: QueueEntry, { code, message, why, next, details }: AppError): AppError {
  const because = why === undefined ? message : `${message} ${why}`;
  return new AppError(code, LOST[entry.method], { why: because, next, details });
}

function cardOf(core: PanelCore, decision: string): Card | undefined {
  return core.cards.all().find((card) => card.decision?.id === decision);
}
