import type { EventOf, JournalEvent } from '../events.ts';
import type { TableName } from './databaseSchema.ts';
import type { EventSource } from './eventSource.ts';
import { type PairRow, pairOfFeedback, readFeedback } from './pairRows.ts';

export type Value = string | number | null;
export type Insert = (table: TableName, ...values: (Value | undefined)[]) => void;

/** Inserts what one event says by itself. */
export async function insertEvent(source: EventSource, event: JournalEvent, insert: Insert): Promise<void> {
  switch (event.kind) {
    case 'request':
      return insertRequest(event, insert);
    case 'candidate':
      return insertCandidate(event, insert);
    case 'decision':
      return insertDecision(source, event, insert);
    case 'reason':
      return insertReasons(event, event.decision, 1, insert);
    case 'feedback':
      return insertFeedback(source, event, insert);
    case 'applied':
      return insert('applied', event.id, event.candidate, event.how, event.target.uriHash, event.at);
    case 'survival':
      return insert('survival', event.id, event.candidate, event.afterMinutes, event.ratio, event.at);
    default:
      return undefined;
  }
}

function insertRequest(event: EventOf<'request'>, insert: Insert): void {
  const {
    request,
    thread,
    prompt,
    category,
    language,
    workspace,
    model,
    modelDigest,
    version,
    appVersion,
    at,
  } = event;
  const context = JSON.stringify(event.context);
  const place = [workspace?.name, workspace?.hash];
  insert(
    'requests',
    request,
    thread,
    prompt,
    context,
    category,
    language,
    ...place,
    model,
    modelDigest,
    version,
    appVersion,
    at,
  );
}

function insertCandidate(event: EventOf<'candidate'>, insert: Insert): void {
  const { candidate, request, text, thinking, sha256, model, modelDigest, logprobs, usage } = event;
  insert(
    'candidates',
    ...[
      candidate,
      request,
      text,
      thinking,
      sha256,
      model,
      modelDigest,
      JSON.stringify(event.options),
      event.seed,
    ],
    ...[logprobs?.mean, logprobs?.worstWindow, logprobs?.n],
    ...[usage?.promptTokens, usage?.answerTokens, usage?.totalMs],
    ...[event.stopped, event.engine, event.label, event.at],
  );
}

function insertDecision({ index }: EventSource, event: EventOf<'decision'>, insert: Insert): void {
  const { decision, request, candidate, sha256, verdict, note, editedText, dwellMs, at } = event;
  const entry = index.decision(decision);
  const live = liveOf(index, request, decision) ? 1 : 0;
  const approved = verdict === 'denied' ? 0 : 1;
  const undone = entry?.undone ? 1 : 0;
  insert(
    'decisions',
    decision,
    request,
    candidate,
    sha256,
    verdict,
    approved,
    note,
    editedText,
    dwellMs,
    live,
    undone,
    at,
  );
  insertReasons(event, decision, 0, insert);
}

function liveOf(index: EventSource['index'], request: string, decision: string): boolean {
  const entry = index.request(request);
  // A request whose own line was lost has no entry; its verdicts still count.
  if (!entry) return index.liveDecisions().some((live) => live.decision === decision);
  return entry.live?.decision === decision;
}

function insertReasons(
  event: EventOf<'decision'> | EventOf<'reason'>,
  decision: string,
  later: number,
  insert: Insert,
): void {
  for (const reason of event.reasons)
    insert('reasons', event.id, decision, reason, event.note, later, event.at);
  if (event.reasons.length === 0 && event.note)
    insert('reasons', event.id, decision, null, event.note, later, event.at);
}

async function insertFeedback(
  source: EventSource,
  event: EventOf<'feedback'>,
  insert: Insert,
): Promise<void> {
  const about = await readFeedback(source, event);
  const { id, corrections, feedbackType, score, text, at } = event;
  const tags = JSON.stringify(event.tags);
  insert(
    'agent_feedback',
    id,
    event.request,
    about.prompt,
    about.response,
    corrections,
    feedbackType,
    score,
    tags,
    text,
    at,
  );
  const pair = pairOfFeedback(event, about);
  if (pair) insertPair(pair, insert);
}

export function insertPair(pair: PairRow, insert: Insert): void {
  const { id, request, prompt, chosen, rejected, source, weight, at } = pair;
  insert('preference_pairs', id, request, prompt, chosen, rejected, source, weight, at);
}
