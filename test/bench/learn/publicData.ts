import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const decisionSchema = z.object({
  annotator: z.string(),
  category: z.string(),
  seq: z.number(),
  time: z.string(),
  prompt: z.string(),
  response: z.string(),
  approved: z.boolean(),
  decide_s: z.number().nullish(),
  model_mean_logprob: z.number().nullish(),
});
const scoreSchema = z.object({
  prompt_id: z.string(),
  annotator: z.string(),
  model: z.string(),
  response: z.string(),
  score: z.number(),
  approved: z.boolean(),
});
const pairSchema = z.object({
  id: z.string(),
  prompt: z.string(),
  response_a: z.string(),
  response_b: z.string(),
  label: z.enum(['a', 'b', 'tie']),
  annotator: z.string(),
});
export type DecisionRow = z.infer<typeof decisionSchema>;
export type ScoreRow = z.infer<typeof scoreSchema>;
export type PairRow = z.infer<typeof pairSchema>;

export interface PublicData {
  readonly decisions: readonly DecisionRow[];
  readonly scores: readonly ScoreRow[];
  readonly pairs: readonly PairRow[];
}

/** The three files of a data folder; a file that is not there is an empty list. Throws on a row of another form. */
export function readPublicData(folder: string): PublicData {
  return {
    decisions: rowsOf(join(folder, 'coderec_decisions.jsonl'), decisionSchema),
    scores: rowsOf(join(folder, 'wildbench_code_scores.jsonl'), scoreSchema),
    pairs: rowsOf(join(folder, 'pandalm_pairs.jsonl'), pairSchema),
  };
}

function rowsOf<T>(path: string, schema: z.ZodType<T>): T[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => schema.parse(JSON.parse(line)));
}
