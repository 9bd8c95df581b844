import { type AnswerRecord, EntryRefused, type FeedbackRecord, type Found } from './foreignRecord.ts';
import { foreignTime } from './foreignTime.ts';
import {
  categoryOf,
  fieldOf,
  idOf,
  noteOf,
  type Row,
  rowOf,
  tagsOf,
  textOf,
  ulidOrNone,
} from './foreignValues.ts';
import { isDamage, type Tables } from './readDatabase.ts';

const TIME = ['createdat', 'timestamp', 'time'] as const;

/** The plans of a preference workflow as undecided answers, and the feedback on them with its tags. */
export async function* readPlans(tables: Tables, now: number): AsyncGenerator<Found> {
  const plans = new Map<string, AnswerRecord>();
  for await (const { place, row, refused } of rowsOf(tables, 'plans')) {
    if (!row) {
      yield { what: 'refused', place, reason: refused };
      continue;
    }
    yield entry(place, () => {
      const plan = planRecord(row, now);
      if (plan.key !== '') plans.set(plan.key, plan);
      const run = idOf(row, 'runid', 'requestid');
      if (run !== undefined) plans.set(run, plan);
      return plan;
    });
  }
  if (!tables.columns.has('feedback')) return;
  for await (const { place, row, refused } of rowsOf(tables, 'feedback')) {
    if (!row) yield { what: 'refused', place, reason: refused };
    else yield entry(place, () => feedbackOn(row, plans, now));
  }
}

function entry(place: string, make: () => AnswerRecord | FeedbackRecord): Found {
  try {
    return { what: 'record', place, record: make() };
  } catch (error) {
    if (error instanceof EntryRefused) return { what: 'refused', place, reason: error.message };
    throw error;
  }
}

type Read = { readonly place: string; readonly row?: Row; readonly refused: string };

async function* rowsOf(tables: Tables, name: string): AsyncGenerator<Read> {
  let number = 0;
  try {
    for await (const row of tables.rows(`SELECT * FROM "${name}"`)) {
      number += 1;
      yield { place: `${name} row ${number}`, row: rowOf(row), refused: '' };
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    yield { place: `${name} after row ${number}`, refused: 'the database is damaged there' };
  }
}

function planRecord(row: Row, now: number): AnswerRecord {
  const [prompt, response] = [
    textOf(row, 'prompt', 'goal', 'task'),
    textOf(row, 'output', 'plan', 'response'),
  ];
  if (prompt === undefined) throw new EntryRefused('it has no prompt');
  if (response === undefined) throw new EntryRefused('it has no output');
  const id = idOf(row, 'id', 'runid', 'requestid');
  const score = Number(fieldOf(row, 'score') ?? Number.NaN);
  const at = foreignTime(fieldOf(row, ...TIME), now);
  return {
    kind: 'answer',
    key: id ?? '',
    at,
    prompt,
    request: ulidOrNone(idOf(row, 'requestid')),
    response,
    category: categoryOf(row.get('category')),
    verdict: undefined,
    approvals: [],
    reasons: [],
    decidedAt: at,
    sourceScore: Number.isFinite(score) ? score : undefined,
  };
}

function feedbackOn(row: Row, plans: ReadonlyMap<string, AnswerRecord>, now: number): FeedbackRecord {
  const id = idOf(row, 'planid', 'runid', 'requestid', 'plan', 'run');
  const plan = id === undefined ? undefined : plans.get(id);
  if (!plan) throw new EntryRefused('it belongs to no plan of this file');
  const score = Number(fieldOf(row, 'score', 'rating') ?? Number.NaN);
  const isGrade = Number.isInteger(score) && score >= 1 && score <= 5;
  return {
    kind: 'feedback',
    key: plan.key,
    at: plan.at,
    prompt: plan.prompt,
    request: plan.request,
    response: plan.response,
    category: plan.category,
    text: noteOf(textOf(row, 'feedback', 'text', 'comment', 'note') ?? '', 'feedback'),
    tags: tagsOf(fieldOf(row, 'tags', 'tag', 'label')),
    score: isGrade ? score : undefined,
    sourceScore: Number.isFinite(score) && !isGrade ? score : undefined,
    corrections: textOf(row, 'corrections', 'correction'),
    feedbackType: 'text',
    feedbackAt: foreignTime(fieldOf(row, ...TIME), now),
  };
}
