import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import initSqlJs from 'sql.js';
import * as z from 'zod';
import { dataFolderPaths } from '../../../sidecar/memory/disk/dataFolder.ts';
import { createFsPort } from '../../../sidecar/memory/disk/fsPort.ts';
import type { Memory } from '../../../sidecar/memory/memory.ts';
import { writeViews } from '../../../sidecar/memory/views/writeViews.ts';
import type { Verdict } from '../../../sidecar/protocol/words.ts';
import { textOf } from './toldDecision.ts';

export const BYTES = 120;

export interface ModelDecision {
  readonly decision: string;
  readonly verdict: Verdict;
  undone: boolean;
  readonly reasons: string[];
}
interface ModelRequest {
  readonly request: string;
  readonly candidate: string;
  readonly decisions: ModelDecision[];
}

/** What a person would say was decided: the simplest thing that the journal, the index and the views must equal. */
export class DecisionModel {
  readonly requests = new Map<string, ModelRequest>();

  decide(request: string, candidate: string, decision: string, verdict: Verdict): void {
    const known = this.requests.get(request) ?? { request, candidate, decisions: [] };
    this.requests.set(request, known);
    known.decisions.push({ decision, verdict, undone: false, reasons: [] });
  }

  find(decision: string): ModelDecision | undefined {
    for (const { decisions } of this.requests.values()) {
      const found = decisions.find((each) => each.decision === decision);
      if (found) return found;
    }
    return undefined;
  }

  get decisions(): ModelDecision[] {
    return [...this.requests.values()].flatMap(({ decisions }) => decisions);
  }

  /** One line for each request with a live verdict. */
  live(): LiveEntry[] {
    return [...this.requests.values()].flatMap(({ request, candidate, decisions }) => {
      const last = decisions.findLast(({ undone }) => !undone);
      if (!last) return [];
      const text = textOf(candidate, BYTES);
      const response = last.verdict === 'edited' ? `${text}!` : text;
      return [
        {
          request,
          decision: last.decision,
          verdict: last.verdict,
          response,
          reasons: [...last.reasons].sort(),
        },
      ];
    });
  }
}

/** A live verdict as the model and every view tell it. */
export interface LiveEntry {
  readonly request: string;
  readonly decision: string;
  readonly verdict: Verdict;
  readonly response: string;
  readonly reasons: readonly string[];
}

type Line = readonly string[];

/** What all views of a folder say, in one form. */
export interface AllViews {
  readonly index: Line[];
  readonly agentMemory: Line[];
  readonly trainingData: Line[];
  readonly database: Line[];
  /** Every decision in the database, undone ones too. */
  readonly decisions: number;
}

/** What they must say by the model. */
export function expectedViews(model: DecisionModel): AllViews {
  const live = model.live();
  const withVerdict = sorted(live.map((each) => [each.request, each.decision, each.verdict]));
  return {
    index: sorted(live.map((each) => [each.request, each.decision, each.verdict, each.reasons.join()])),
    agentMemory: sorted(live.map((each) => [each.request, each.decision, each.verdict, each.response])),
    trainingData: sorted(
      live.map((each) => [each.decision, String(each.verdict !== 'denied'), each.response]),
    ),
    database: withVerdict,
    decisions: model.decisions.length,
  };
}

/** Writes the views of the folder with the real writer and reads them, and the index, back. */
export async function viewsOf(memory: Memory): Promise<AllViews> {
  const folder = memory.dataFolder;
  const wasm = await readFile(join(import.meta.dirname, '../../../node_modules/sql.js/dist/sql-wasm.wasm'));
  await writeViews({ fs: createFsPort(), folder: dataFolderPaths(folder), clock: Date.now, wasm });
  const json = agentMemorySchema.parse(JSON.parse(await readFile(join(folder, 'agent_memory.json'), 'utf8')));
  const lines = (await readFile(join(folder, 'training_data.jsonl'), 'utf8')).split('\n');
  const training = lines.filter((line) => line !== '').map((line) => trainingSchema.parse(JSON.parse(line)));
  const approvals = Object.keys(json.approval_history).length;
  if (approvals !== json.conversation_history.length) throw new Error(`${approvals} in approval_history`);
  return {
    index: indexLines(memory),
    agentMemory: sorted(
      json.conversation_history.map((each) => [
        each.request_id,
        each.decision_id,
        each.verdict,
        each.response,
      ]),
    ),
    trainingData: sorted(
      training.map((each) => [each.decision_id, String(each.approved), each.messages[1]?.content ?? '']),
    ),
    ...(await databaseLines(join(folder, 'whetstone.db'))),
  };
}

export function indexLines(memory: Memory): Line[] {
  return sorted(
    memory.index
      .liveDecisions()
      .map((each) => [each.request, each.decision, each.verdict, [...each.reasons].sort().join()]),
  );
}

async function databaseLines(path: string): Promise<Pick<AllViews, 'database' | 'decisions'>> {
  const sql = await initSqlJs();
  const db = new sql.Database(await readFile(path));
  try {
    const rows = (query: string): Line[] =>
      (db.exec(query)[0]?.values ?? []).map((row) => row.map((value) => String(value)));
    return {
      database: sorted(rows('SELECT request_id, id, verdict FROM decisions WHERE live = 1')),
      decisions: Number(rows('SELECT count(*) FROM decisions')[0]?.[0]),
    };
  } finally {
    db.close();
  }
}

const agentMemorySchema = z.object({
  conversation_history: z.array(
    z.object({ request_id: z.string(), decision_id: z.string(), verdict: z.string(), response: z.string() }),
  ),
  approval_history: z.record(z.string(), z.unknown()),
});
const trainingSchema = z.object({
  decision_id: z.string(),
  approved: z.boolean(),
  messages: z.array(z.object({ content: z.string() })),
});

function sorted(lines: Line[]): Line[] {
  return lines.sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1));
}
