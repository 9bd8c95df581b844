import { createHash } from 'node:crypto';
import type { Category } from '../../protocol/words.ts';
import { type BodyOf, type Envelope, type EventKind, eventBodySchema, JOURNAL_VERSION } from '../events.ts';
import type { MemoryIndex } from '../index/memoryIndex.ts';
import { deterministicUlid } from './deterministicUlid.ts';
import type {
  AnswerRecord,
  FeedbackRecord,
  ForeignRecord,
  PersonaRecord,
  ReadingsRecord,
} from './foreignRecord.ts';

/** What is imported was answered by a model that nobody named. */
const UNKNOWN_MODEL = 'unknown';
const IMPORTED = 'import';

export interface RecordEventsPorts {
  readonly index: MemoryIndex;
  /** The text that a known decision was made on. */
  readonly decidedText: (decision: string) => Promise<string | undefined>;
  /** The category of a request whose source gives none. */
  readonly detectCategory: (prompt: string) => Category;
  /** Milliseconds; the time of a decision that was changed by hand. */
  readonly now: number;
  /** Milliseconds; the time of an entry that has none of its own. */
  readonly untimed: number;
  /** Of the segment that the events are written to. */
  readonly writer: string;
  /** Id of the `import` event that says where they came from. */
  readonly import: string;
}

/**
 * The events that one foreign entry stands for, known ones included. The same entry always gives the same ids, so
 * that taking it in again adds nothing.
 */
export async function recordEvents(ports: RecordEventsPorts, record: ForeignRecord): Promise<Envelope[]> {
  switch (record.kind) {
    case 'answer':
      return answerEvents(ports, record);
    case 'feedback':
      return feedbackEvents(ports, record);
    case 'readings':
      return readingsEvents(ports, record);
    case 'persona':
      return [personaEvent(ports, record)];
  }
}

export const sha256Of = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

function event<K extends EventKind>(
  ports: RecordEventsPorts,
  id: string,
  at: number | undefined,
  body: BodyOf<K>,
  more: Readonly<Record<string, unknown>> = {},
): Envelope {
  const checked = eventBodySchema.parse(body);
  const time = new Date(at ?? ports.untimed).toISOString();
  return {
    v: JOURNAL_VERSION,
    id,
    at: time,
    writer: ports.writer,
    ...checked,
    ...more,
    import: ports.import,
  };
}

type Asked = Pick<AnswerRecord, 'key' | 'at' | 'prompt' | 'request'>;

function requestEvent(ports: RecordEventsPorts, asked: Asked, category?: Category): Envelope {
  const { key, at, prompt } = asked;
  const request = asked.request ?? deterministicUlid(at ?? 0, 'request', key, prompt);
  return event<'request'>(ports, request, at, {
    kind: 'request',
    thread: request,
    request,
    prompt,
    context: [],
    category: category ?? ports.detectCategory(prompt),
    model: UNKNOWN_MODEL,
    appVersion: IMPORTED,
  });
}

interface Answered {
  readonly request: string;
  readonly text: string;
  readonly at: number | undefined;
  readonly candidate?: string | undefined;
  readonly sourceScore?: number | undefined;
}

function candidateEvent(ports: RecordEventsPorts, answered: Answered): Envelope {
  const { request, text, at, sourceScore } = answered;
  const sha256 = sha256Of(text);
  const known = ports.index.request(request)?.candidates.find((each) => each.sha256 === sha256);
  const candidate =
    answered.candidate ?? known?.candidate ?? deterministicUlid(at ?? 0, 'candidate', request, text);
  const body: BodyOf<'candidate'> = {
    kind: 'candidate',
    request,
    candidate,
    text,
    sha256,
    model: UNKNOWN_MODEL,
    options: {},
    stopped: 'complete',
    engine: 'unknown',
  };
  return event<'candidate'>(ports, candidate, at, body, sourceScore === undefined ? {} : { sourceScore });
}

async function answerEvents(ports: RecordEventsPorts, record: AnswerRecord): Promise<Envelope[]> {
  const known = record.decision === undefined ? undefined : ports.index.decision(record.decision);
  if (known) return changedDecision(ports, record, known);
  const { at, verdict, decidedAt, reasons, note, sourceScore } = record;
  const asked = requestEvent(ports, record, record.category);
  const text = verdict === 'edited' && record.original !== undefined ? record.original : record.response;
  const answer = candidateEvent(ports, {
    request: asked.id,
    text,
    at,
    candidate: record.candidate,
    sourceScore,
  });
  if (verdict === undefined) return [asked, answer];
  const isEdited = verdict === 'edited' && record.original !== undefined;
  const decision =
    record.decision ?? deterministicUlid(decidedAt ?? 0, 'decision', answer.id, verdict, record.response);
  const decided = event<'decision'>(ports, decision, decidedAt, {
    kind: 'decision',
    decision,
    request: asked.id,
    candidate: answer.id,
    sha256: sha256Of(text),
    verdict: isEdited ? 'edited' : verdict === 'denied' ? 'denied' : 'approved',
    reasons: [...reasons],
    ...(note !== undefined && note !== '' && { note }),
    ...(isEdited && { editedText: record.response }),
  });
  return [asked, answer, decided];
}

type Known = NonNullable<ReturnType<MemoryIndex['decision']>>;

/** A decision that is here already counts anew only where someone changed it in the file that is taken in. */
async function changedDecision(
  ports: RecordEventsPorts,
  record: AnswerRecord,
  known: Known,
): Promise<Envelope[]> {
  const wasApproved = known.verdict !== 'denied';
  const text = await ports.decidedText(known.decision);
  const isFlipped = record.approvals.some((approved) => approved !== wasApproved);
  const isRewritten = text !== undefined && record.response !== text;
  if (!isFlipped && !isRewritten) return [];
  const isApproved = isFlipped ? !wasApproved : wasApproved;
  const sha256 = ports.index.candidate(known.candidate)?.sha256;
  // Other words under a denial are no correction: there is nothing to learn from them.
  if (sha256 === undefined || (!isApproved && !isFlipped)) return [];
  const verdict = !isApproved ? 'denied' : isRewritten ? 'edited' : 'approved';
  const id = deterministicUlid(Date.parse(known.at), 'changed', known.decision, verdict, record.response);
  const decided = event<'decision'>(ports, id, ports.now, {
    kind: 'decision',
    decision: id,
    request: known.request,
    candidate: known.candidate,
    sha256,
    verdict,
    reasons: [...record.reasons],
    ...(record.note !== undefined && record.note !== '' && { note: record.note }),
    ...(verdict === 'edited' && { editedText: record.response }),
  });
  return [decided];
}

function feedbackEvents(ports: RecordEventsPorts, record: FeedbackRecord): Envelope[] {
  const { at, response, text, tags, score, corrections, feedbackType, sourceScore } = record;
  const asked = requestEvent(ports, record, record.category);
  const answer =
    response === undefined
      ? undefined
      : candidateEvent(ports, { request: asked.id, text: response, at, candidate: record.candidate });
  const time = record.feedbackAt ?? at;
  const content = JSON.stringify([
    text,
    tags,
    score ?? sourceScore ?? null,
    corrections ?? null,
    feedbackType,
  ]);
  const id = record.feedback ?? deterministicUlid(time ?? 0, 'feedback', asked.id, answer?.id ?? '', content);
  const body: BodyOf<'feedback'> = {
    kind: 'feedback',
    request: asked.id,
    ...(answer && { candidate: answer.id }),
    text,
    tags: [...tags],
    ...(score !== undefined && { score }),
    ...(corrections !== undefined && { corrections }),
    feedbackType,
  };
  const said = event<'feedback'>(ports, id, time, body, sourceScore === undefined ? {} : { sourceScore });
  return answer ? [asked, answer, said] : [asked, said];
}

function readingsEvents(ports: RecordEventsPorts, record: ReadingsRecord): Envelope[] {
  const { at, readings, selected, context } = record;
  const asked = requestEvent(ports, record);
  const content = JSON.stringify([readings, context ?? null]);
  const hypotheses = deterministicUlid(at ?? 0, 'hypotheses', asked.id, content);
  const read = event<'hypotheses'>(
    ports,
    hypotheses,
    at,
    { kind: 'hypotheses', request: asked.id, hypotheses: [...readings] },
    context ? { context } : {},
  );
  if (selected === undefined) return [asked, read];
  const id = deterministicUlid(at ?? 0, 'choice', hypotheses, selected ?? '');
  return [
    asked,
    read,
    event<'choice'>(ports, id, at, { kind: 'choice', request: asked.id, selected, automatic: false }),
  ];
}

function personaEvent(ports: RecordEventsPorts, record: PersonaRecord): Envelope {
  const { at, oldFacets, newFacets, facetDeltas, signals } = record;
  const content = JSON.stringify([oldFacets, newFacets, facetDeltas, signals]);
  const id = deterministicUlid(at ?? 0, 'persona', content);
  const body = { oldFacets: { ...oldFacets }, newFacets: { ...newFacets }, facetDeltas: { ...facetDeltas } };
  return event<'persona'>(ports, id, at, { kind: 'persona', ...body, signals: { ...signals } });
}
