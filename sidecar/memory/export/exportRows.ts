import type { ExportKind } from '../../protocol/exchangeSchemas.ts';
import type { EventOf } from '../events.ts';
import { DATABASE_TABLES, type TableName } from '../views/databaseSchema.ts';
import { decidedAnswers, readKind } from '../views/decidedAnswers.ts';
import { insertPairs } from '../views/derivedRows.ts';
import { type Insert, insertEvent, type Value } from '../views/eventRows.ts';
import type { EventSource } from '../views/eventSource.ts';
import { trainingDataView } from '../views/trainingDataView.ts';

/** One line or row: its fields in the order of the columns. */
export type ExportRow = Readonly<Record<string, unknown>>;

/** The columns of the kinds that are tables. */
export const EXPORT_COLUMNS = {
  decisions: [
    'decision_id',
    'request_id',
    'candidate_id',
    'created_at',
    'requested_at',
    'verdict',
    'approved',
    'category',
    'prompt',
    'response',
    'original_response',
    'reasons',
    'note',
  ],
  pairs: ['prompt', 'chosen', 'rejected', 'id', 'request_id', 'source', 'created_at'],
  feedback: [
    'prompt',
    'response',
    'corrections',
    'feedbackType',
    'score',
    'tags',
    'feedback',
    'id',
    'request_id',
    'created_at',
  ],
} as const satisfies Partial<Record<ExportKind, readonly string[]>>;

/** Everything of one kind, one row at a time; decisions oldest first. */
export async function* exportRows(
  source: EventSource,
  kind: Exclude<ExportKind, 'all'>,
): AsyncGenerator<ExportRow> {
  switch (kind) {
    case 'decisions':
      return yield* decisionRows(source);
    case 'pairs':
      return yield* pairRows(source);
    case 'feedback':
      return yield* feedbackRows(source);
    case 'chat':
      for await (const line of trainingDataView(source)) yield JSON.parse(line);
  }
}

async function* decisionRows(source: EventSource): AsyncGenerator<ExportRow> {
  for await (const { decision, requestAt, prompt, category, response, original } of decidedAnswers(source)) {
    const recorded = await readKind(source, decision.event, 'decision');
    const later = source.index.reasonsOf(decision.decision).map((event) => event.note);
    const notes = [recorded?.note, ...later].filter((note) => note !== undefined && note !== '');
    yield {
      decision_id: decision.decision,
      request_id: decision.request,
      candidate_id: decision.candidate,
      created_at: decision.at,
      requested_at: requestAt,
      verdict: decision.verdict,
      approved: decision.verdict !== 'denied',
      category,
      prompt,
      response,
      original_response: original ?? null,
      reasons: decision.reasons,
      note: notes.length === 0 ? null : notes.join(' '),
    };
  }
}

async function* pairRows(source: EventSource): AsyncGenerator<ExportRow> {
  for (const live of [...source.index.liveDecisions()].reverse()) {
    const rows = createCollector('preference_pairs');
    await insertPairs(source, live, rows.insert);
    for (const row of rows.taken()) yield pairOf(row);
  }
  for await (const event of feedbackEvents(source)) {
    const rows = createCollector('preference_pairs');
    await insertEvent(source, event, rows.insert);
    for (const row of rows.taken()) yield pairOf(row);
  }
}

/** In the order in which they lie on disk: what they are about mostly lies beside them. */
async function* feedbackEvents(source: EventSource): AsyncGenerator<EventOf<'feedback'>> {
  for await (const event of source.events()) if (event.kind === 'feedback') yield event;
}

function pairOf(row: ExportRow): ExportRow {
  return Object.fromEntries(EXPORT_COLUMNS.pairs.map((name) => [name, row[name] ?? null]));
}

async function* feedbackRows(source: EventSource): AsyncGenerator<ExportRow> {
  for await (const event of feedbackEvents(source)) {
    const rows = createCollector('agent_feedback');
    await insertEvent(source, event, rows.insert);
    for (const row of rows.taken()) {
      const renamed: ExportRow = { ...row, feedbackType: row['feedback_type'], tags: event.tags };
      yield Object.fromEntries(EXPORT_COLUMNS.feedback.map((name) => [name, renamed[name] ?? null]));
    }
  }
}

/** Gathers what would go into a table of the database as rows with names. */
function createCollector(wanted: TableName): { insert: Insert; taken: () => ExportRow[] } {
  const names = DATABASE_TABLES[wanted].split(', ').map((column) => column.split(' ')[0] ?? '');
  const rows: ExportRow[] = [];
  return {
    insert: (table, ...values: (Value | undefined)[]) => {
      if (table === wanted)
        rows.push(Object.fromEntries(names.map((name, at) => [name, values[at] ?? null])));
    },
    taken: () => rows,
  };
}
