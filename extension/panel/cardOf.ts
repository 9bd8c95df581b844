import type { ErrorData } from '../../sidecar/protocol/errors.ts';
import type {
  Candidate,
  Decision,
  Meant,
  RequestRecord,
  Score,
  Stopped,
} from '../../sidecar/protocol/requestSchemas.ts';
import type { CandidateView, Card, DecisionView, ReadingsView } from '../../webview/protocol.ts';
import { errorView } from '../notify.ts';

const STATES: Readonly<Record<Stopped, CandidateView['state']>> = {
  complete: 'complete',
  length: 'complete',
  user: 'stopped',
  failed: 'failed',
  interrupted: 'stopped',
};

const MAX_WHY = 3;

const INTERRUPTED: ErrorData = {
  code: 'rpc.disconnected',
  what: 'This was interrupted before an answer began.',
  next: 'Try again.',
};

/** A finished candidate as the page shows it. Text that came before a failure can still be decided on. */
export function candidateView(candidate: Candidate, nextSeq = 0): CandidateView {
  const state = STATES[candidate.stopped];
  return {
    id: candidate.candidate,
    state: state === 'failed' && candidate.text !== '' ? 'stopped' : state,
    text: candidate.text,
    thinking: candidate.thinking ?? '',
    nextSeq,
    sha256: candidate.sha256,
    model: candidate.model,
    ...(candidate.label !== undefined && { label: candidate.label }),
    ...(candidate.error !== undefined && { error: errorView(candidate.error) }),
    ...(candidate.score && foretold(candidate.score)),
    ...(candidate.blocked !== undefined && { blocked: candidate.blocked }),
  };
}

const foretold = ({ p, why, n }: Score): Pick<CandidateView, 'why' | 'foretold'> => ({
  why: why.slice(0, MAX_WHY),
  foretold: { p, n },
});

/** A recorded decision as the page shows it; its line was said when it was made. */
export function decisionView(decision: Decision): DecisionView {
  return {
    id: decision.decision,
    verdict: decision.verdict,
    reasons: decision.reasons,
    ...(decision.note !== undefined && { note: decision.note }),
    candidate: decision.candidate,
    line: '',
    state: 'saved',
  };
}

/** What a short request was taken as, as the page shows it. */
function readingsView({ readings: rows, selected, automatic }: Meant): ReadingsView {
  if (selected === null) return { state: 'skipped', rows };
  return { state: automatic ? 'taken' : 'chosen', rows, selected };
}

/** A recorded request as a card that came back after a reload. */
export function cardOfRecord(record: RequestRecord): Card {
  const live = record.decision !== undefined && !record.decision.undone ? record.decision : undefined;
  const open = live?.candidate ?? record.suggested ?? record.candidates[0]?.candidate;
  return {
    request: record.request,
    prompt: record.prompt,
    category: record.category,
    context: record.context.map((item) => item.name),
    model: record.model,
    candidates: record.candidates.map((candidate) => candidateView(candidate)),
    ...(open !== undefined && { open }),
    ...(record.suggested !== undefined && { suggested: record.suggested }),
    ...(record.chosenBy && { chosenBy: record.chosenBy }),
    ...(live !== undefined && { decision: decisionView(live) }),
    ...(record.meant && { readings: readingsView(record.meant) }),
    // A request without an answer was interrupted before one began; without a word it would seem to be running.
    ...(record.candidates.length === 0 && { error: errorView(INTERRUPTED) }),
    restored: true,
  };
}
