import type { Verdict } from '../../protocol/words.ts';
import { EntryRefused, type FeedbackRecord, type ForeignRecord } from './foreignRecord.ts';
import { foreignTime } from './foreignTime.ts';
import {
  categoryOf,
  fieldOf,
  idOf,
  messagesText,
  noteOf,
  type Row,
  reasonOf,
  tagsOf,
  textOf,
  ulidOrNone,
  yesOrNo,
} from './foreignValues.ts';
import { learningRecord } from './learningRecord.ts';

const PROMPT = ['prompt', 'instruction', 'question', 'query'] as const;
const RESPONSE = ['response', 'completion', 'output', 'answer'] as const;
const CHOSEN = ['chosen', 'preferred'] as const;
const REJECTED = ['rejected', 'dispreferred'] as const;
const CORRECTIONS = ['corrections', 'correction', 'corrected'] as const;
const FEEDBACK = ['feedback', 'text', 'comment', 'note', 'reason'] as const;
const TIME = ['createdat', 'timestamp', 'time', 'date', 'at'] as const;
const REQUEST_ID = ['requestid', 'runid', 'planid', 'request'] as const;
const FEEDBACK_MARKS = ['tags', 'score', ...CORRECTIONS, 'feedback', 'feedbacktype', 'comment'] as const;

/**
 * What a row of a table, a line of JSON or a database row says. What it is shows in its fields. Throws `EntryRefused`
 * where it says nothing that can be recorded.
 */
export function rowRecord(row: Row, now: number): ForeignRecord {
  const learned = learningRecord(row, now);
  if (learned) return learned;
  if (Array.isArray(row.get('messages'))) return chatRecord(row, now);
  if (has(row, CHOSEN) && has(row, REJECTED)) return pairRecord(row, now);
  const response = textOf(row, ...RESPONSE);
  if (response !== undefined && verdictOf(row) !== undefined) return decidedRecord(row, now, response);
  if (has(row, FEEDBACK_MARKS)) return feedbackRecord(row, now, response);
  throw new EntryRefused('it has neither a verdict, nor feedback, nor a chosen and a rejected text');
}

const has = (row: Row, names: readonly string[]): boolean => names.some((name) => row.has(name));

function common(row: Row, now: number) {
  const prompt = textOf(row, ...PROMPT);
  if (prompt === undefined) throw new EntryRefused('it has no prompt');
  const request = idOf(row, ...REQUEST_ID);
  const key = request ?? '';
  return { key, at: foreignTime(fieldOf(row, ...TIME), now), prompt, request: ulidOrNone(request) };
}

/** A pair is feedback that corrects the rejected text into the chosen one. */
function pairRecord(row: Row, now: number): FeedbackRecord {
  return {
    kind: 'feedback',
    ...common(row, now),
    response: textOf(row, ...REJECTED),
    category: categoryOf(row.get('category')),
    corrections: textOf(row, ...CHOSEN),
    text: '',
    tags: [],
    feedbackType: 'pair',
    feedback: ulidOrNone(idOf(row, 'id')),
  };
}

function feedbackRecord(row: Row, now: number, response: string | undefined): FeedbackRecord {
  const value = fieldOf(row, 'score', 'rating');
  const score = value === undefined ? undefined : Number(value);
  if (score !== undefined && !Number.isFinite(score)) throw new EntryRefused('its score is not a number');
  const isGrade = score !== undefined && Number.isInteger(score) && score >= 1 && score <= 5;
  return {
    kind: 'feedback',
    ...common(row, now),
    response,
    category: categoryOf(row.get('category')),
    text: noteOf(textOf(row, ...FEEDBACK) ?? '', 'feedback'),
    tags: tagsOf(row.get('tags')),
    score: isGrade ? score : undefined,
    sourceScore: isGrade ? undefined : score,
    corrections: textOf(row, ...CORRECTIONS),
    feedbackType: (textOf(row, 'feedbacktype', 'type') ?? 'text').slice(0, 64),
    candidate: ulidOrNone(idOf(row, 'candidateid')),
    feedback: ulidOrNone(idOf(row, 'id')),
  };
}

/** `edited` counts as yes; a word that is neither leaves the row without a verdict. */
function verdictOf(row: Row): Verdict | undefined {
  const verdict = row.get('verdict') ?? row.get('decision');
  if (typeof verdict === 'string' && verdict.trim().toLowerCase() === 'edited') return 'edited';
  const approved = yesOrNo(verdict ?? fieldOf(row, 'approved', 'accepted', 'label'), 'its verdict');
  return approved === undefined ? undefined : approved ? 'approved' : 'denied';
}

function decidedRecord(row: Row, now: number, response: string): ForeignRecord {
  const verdict = verdictOf(row);
  const said = reasonOf(textOf(row, 'reason', 'note', 'feedback', 'comment') ?? '');
  const { key, at, prompt, request } = common(row, now);
  return {
    kind: 'answer',
    key,
    prompt,
    request,
    at: foreignTime(fieldOf(row, 'requestedat'), now) ?? at,
    response,
    original: textOf(row, 'originalresponse'),
    category: categoryOf(row.get('category')),
    verdict,
    approvals: [verdict !== 'denied'],
    reasons: [...new Set([...tagsOf(fieldOf(row, 'reasons', 'tags')), ...said.reasons])],
    note: said.note,
    decidedAt: at,
    candidate: ulidOrNone(idOf(row, 'candidateid')),
    decision: ulidOrNone(idOf(row, 'decisionid')),
  };
}

/** A line of chat messages as Whetstone's own `training_data.jsonl` has them. */
function chatRecord(row: Row, now: number): ForeignRecord {
  const messages = row.get('messages');
  const list = Array.isArray(messages) ? messages : [];
  const [prompt, response] = [messagesText(list, false), messagesText(list, true)];
  if (prompt === undefined || response === undefined) {
    throw new EntryRefused('its messages hold no question with an answer');
  }
  const flat = new Map([...row, ['prompt', prompt] as const, ['response', response] as const]);
  const text = textOf(flat, 'response') ?? '';
  if (verdictOf(flat) === undefined) throw new EntryRefused('it has no verdict');
  return decidedRecord(flat, now, text);
}
