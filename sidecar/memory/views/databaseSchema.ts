/** Version of the tables, in `meta.schema`. */
export const DATABASE_SCHEMA = 2;

/**
 * The tables of whetstone.db with their columns. Times are ISO 8601 UTC; lists and objects are JSON text; yes and no
 * are 1 and 0. `comparisons` and `plans` are there for readers and filled as their events come to exist.
 */
export const DATABASE_TABLES = {
  requests:
    'id TEXT PRIMARY KEY, thread_id TEXT, prompt TEXT, context TEXT, category TEXT, language TEXT, workspace_name TEXT, workspace_hash TEXT, model TEXT, model_digest TEXT, version_id TEXT, app_version TEXT, created_at TEXT',
  candidates:
    'id TEXT PRIMARY KEY, request_id TEXT, text TEXT, thinking TEXT, sha256 TEXT, model TEXT, model_digest TEXT, options TEXT, seed INTEGER, logprob_mean REAL, logprob_worst_window REAL, logprob_n INTEGER, prompt_tokens INTEGER, answer_tokens INTEGER, total_ms REAL, stopped TEXT, engine TEXT, label TEXT, created_at TEXT',
  decisions:
    'id TEXT PRIMARY KEY, request_id TEXT, candidate_id TEXT, sha256 TEXT, verdict TEXT, approved INTEGER, note TEXT, edited_text TEXT, dwell_ms REAL, live INTEGER, undone INTEGER, created_at TEXT',
  reasons: 'id TEXT, decision_id TEXT, reason TEXT, note TEXT, later INTEGER, created_at TEXT',
  agent_feedback:
    'id TEXT PRIMARY KEY, request_id TEXT, prompt TEXT, response TEXT, corrections TEXT, feedback_type TEXT, score INTEGER, tags TEXT, feedback TEXT, created_at TEXT',
  preference_pairs:
    'id TEXT PRIMARY KEY, request_id TEXT, prompt TEXT, chosen TEXT, rejected TEXT, source TEXT, weight REAL, created_at TEXT',
  memories:
    'id TEXT PRIMARY KEY, memory_id TEXT, kind TEXT, text TEXT, tags TEXT, confidence REAL, quote TEXT, source TEXT, scope TEXT, state TEXT, request_id TEXT, decision_id TEXT, evidence TEXT, created_at TEXT',
  blocks: 'id TEXT PRIMARY KEY, text TEXT, scope TEXT, state TEXT, evidence TEXT, created_at TEXT',
  persona_updates:
    'id TEXT PRIMARY KEY, old_facets TEXT, new_facets TEXT, facet_deltas TEXT, signals TEXT, request_id TEXT, decision_id TEXT, created_at TEXT',
  rules: 'id TEXT PRIMARY KEY, text TEXT, scope TEXT, state TEXT, evidence TEXT, created_at TEXT',
  hypotheses:
    'id TEXT, request_id TEXT, question TEXT, confidence REAL, selected INTEGER, automatic INTEGER, created_at TEXT',
  applied: 'id TEXT PRIMARY KEY, candidate_id TEXT, how TEXT, uri_hash TEXT, created_at TEXT',
  survival: 'id TEXT PRIMARY KEY, candidate_id TEXT, after_minutes REAL, ratio REAL, created_at TEXT',
  comparisons:
    'id TEXT PRIMARY KEY, request_id TEXT, candidates TEXT, winner TEXT, tie INTEGER, versions TEXT, created_at TEXT',
  versions:
    'id TEXT PRIMARY KEY, number INTEGER, name TEXT, active_name TEXT, base TEXT, base_digest TEXT, digest TEXT, engine TEXT, run_id TEXT, run_kind TEXT, system TEXT, rules TEXT, examples TEXT, parameters TEXT, decisions INTEGER, active INTEGER, deleted INTEGER, created_at TEXT',
  training_runs:
    'id TEXT PRIMARY KEY, kind TEXT, status TEXT, started_at TEXT, finished_at TEXT, samples INTEGER, loss REAL, metrics TEXT, error_message TEXT, version_id TEXT',
  plans: 'id TEXT PRIMARY KEY, request_id TEXT, prompt TEXT, output TEXT, score REAL, created_at TEXT',
  meta: 'schema INTEGER, as_of TEXT',
} as const;

export type TableName = keyof typeof DATABASE_TABLES;

/** Statements that make the empty tables and their indexes. */
export function createStatements(): string[] {
  const tables = Object.entries(DATABASE_TABLES).map(
    ([name, columns]) => `CREATE TABLE ${name} (${columns})`,
  );
  return [
    ...tables,
    'CREATE INDEX candidates_request ON candidates (request_id)',
    'CREATE INDEX decisions_request ON decisions (request_id)',
    'CREATE INDEX reasons_decision ON reasons (decision_id)',
    'CREATE INDEX preference_pairs_time ON preference_pairs (created_at)',
  ];
}

/** Number of columns of a table. */
export function columnCount(table: TableName): number {
  return DATABASE_TABLES[table].split(',').length;
}
