import { countOf } from '../../protocol/countOf.ts';
import type { Verdict } from '../../protocol/words.ts';
import { MAX_LINE } from './byteLines.ts';
import { deterministicUlid } from './deterministicUlid.ts';
import { type AnswerRecord, EntryRefused, type Found } from './foreignRecord.ts';
import { foreignTime } from './foreignTime.ts';
import {
  categoryOf,
  idOf,
  objectEntries,
  type Row,
  reasonOf,
  rowOf,
  textOf,
  ulidOrNone,
  yesOrNo,
} from './foreignValues.ts';
import { jsonScanner } from './jsonScanner.ts';
import { parseJson } from './readRows.ts';

const CONVERSATIONS = 'conversation_history';
const APPROVALS = 'approval_history';

interface Approval {
  readonly number: number;
  readonly fields: Row;
}

/**
 * Reads an `agent_memory.json`, twice: verdicts stand behind the entries that they are about. `open` gives the text
 * from its beginning. A request without a verdict stays undecided: an entry that says `approved: false` is a denial
 * only where its verdict is written down as well.
 */
export async function* readAgentMemory(
  open: () => AsyncIterable<Buffer>,
  now: number,
): AsyncGenerator<Found> {
  const approvals = new Map<string, Approval>();
  const first = jsonScanner(open(), MAX_LINE);
  for await (const { section, key, number, bytes } of first.values) {
    if (section !== APPROVALS) continue;
    const parsed = parseJson(bytes);
    const place = `${APPROVALS} ${number}`;
    const entries = 'value' in parsed ? objectEntries(parsed.value) : undefined;
    if ('reason' in parsed) yield { what: 'refused', place, reason: parsed.reason };
    else if (!entries || key === undefined) yield { what: 'refused', place, reason: 'it is not an object' };
    else approvals.set(key, { number, fields: rowOf(entries) });
  }
  yield* conversations(open(), now, approvals);
  if (first.cutOff)
    yield { what: 'damage', text: 'The file is cut off; whole entries before the cut are read.' };
}

async function* conversations(
  text: AsyncIterable<Buffer>,
  now: number,
  approvals: ReadonlyMap<string, Approval>,
): AsyncGenerator<Found> {
  /** By request id, what stands for its texts; empty where no entry of that id was taken yet. */
  const seen = new Map<string, string>();
  let unsure = 0;
  for await (const { section, number, bytes } of jsonScanner(text, MAX_LINE).values) {
    if (section !== CONVERSATIONS) continue;
    const place = `entry ${number}`;
    const parsed = parseJson(bytes);
    const entries = 'value' in parsed ? objectEntries(parsed.value) : undefined;
    if ('reason' in parsed) yield { what: 'refused', place, reason: parsed.reason };
    else if (!entries) yield { what: 'refused', place, reason: 'it is not an object' };
    else {
      const found = conversation(place, rowOf(entries), now, approvals, seen);
      if (found.what === 'record' && found.isUnsure) unsure += 1;
      yield found;
    }
  }
  if (unsure > 0) {
    const text = `${countOf(unsure, 'entry', 'entries')} with "approved": false and no verdict in ${APPROVALS}: taken as undecided.`;
    yield { what: 'remark', text };
  }
  for (const [id, { number }] of approvals) {
    if (seen.has(id)) continue;
    yield {
      what: 'refused',
      place: `${APPROVALS} ${number}`,
      reason: `its request is not in ${CONVERSATIONS}`,
    };
  }
}

function conversation(
  place: string,
  row: Row,
  now: number,
  approvals: ReadonlyMap<string, Approval>,
  seen: Map<string, string>,
): Found & { readonly isUnsure?: boolean } {
  const id = typeof row.get('requestid') === 'string' ? String(row.get('requestid')) : '';
  const before = id === '' ? undefined : seen.get(id);
  if (id !== '') seen.set(id, before ?? '');
  try {
    const record = answer(row, now, approvals.get(id)?.fields);
    const texts = deterministicUlid(0, record.prompt, record.response);
    if (before && before !== texts) {
      throw new EntryRefused('its request_id occurred before with other texts; the first holds');
    }
    if (id !== '') seen.set(id, texts);
    const isUnsure = record.verdict === undefined && row.get('approved') === false;
    return { what: 'record', place, record, isUnsure };
  } catch (error) {
    if (error instanceof EntryRefused) return { what: 'refused', place, reason: error.message };
    throw error;
  }
}

function answer(row: Row, now: number, approval: Row | undefined): AnswerRecord {
  const [prompt, response] = [textOf(row, 'prompt'), textOf(row, 'response')];
  if (prompt === undefined) throw new EntryRefused('it has no prompt');
  if (response === undefined) throw new EntryRefused('it has no response');
  const id = idOf(row, 'requestid', 'id');
  const said = approval && textOf(approval, 'reason');
  const { reasons, note } = reasonOf(said ?? textOf(row, 'reason', 'feedback') ?? '');
  const at = foreignTime(row.get('timestamp'), now);
  const original = textOf(row, 'originalresponse');
  return {
    kind: 'answer',
    key: id ?? '',
    at,
    prompt,
    request: ulidOrNone(id),
    response,
    original,
    category: categoryOf(row.get('category')),
    ...verdictOf(row, approval, original !== undefined),
    reasons,
    note,
    decidedAt: (approval && foreignTime(approval.get('timestamp'), now)) ?? at,
    candidate: ulidOrNone(idOf(row, 'candidateid')),
    decision: ulidOrNone(idOf(row, 'decisionid')),
  };
}

function verdictOf(
  row: Row,
  approval: Row | undefined,
  hasOriginal: boolean,
): { verdict: Verdict | undefined; approvals: boolean[] } {
  const own = yesOrNo(row.get('approved'), 'approved');
  const historic = approval && yesOrNo(approval.get('approved'), 'approved');
  const named = yesOrNo(row.get('verdict'), 'verdict');
  const approvals = [own, historic, named].filter((each) => each !== undefined);
  // A lone false is what many programs write before anybody has decided.
  const approved = historic ?? named ?? (own === true ? true : undefined);
  if (approved === undefined) return { verdict: undefined, approvals: [] };
  return { verdict: !approved ? 'denied' : hasOriginal ? 'edited' : 'approved', approvals };
}
