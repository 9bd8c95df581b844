import { versionStates } from '../learn/versionStates.ts';
import { baseOf, sameModel } from '../models/modelNames.ts';
import type { TrainResult } from '../protocol/trainingSchemas.ts';
import { isHandEdited } from './modelfile.ts';
import { planFromDecisions } from './planVersion.ts';
import { toRule, toVersion } from './toVersion.ts';
import { readExamples } from './trainingData.ts';
import { readOnDisk, trainingPaths } from './trainingFiles.ts';
import type { TrainDeps } from './trainService.ts';

/**
 * The answer to a training that would make the newest version once more: nothing was decided since, no rule was
 * switched, nothing was edited by hand or forgotten, and the base model is the same. Undefined where there is
 * something to train.
 */
export async function nothingNew(
  { memory, rules, blocks, settings, statistics }: TrainDeps,
  run: string,
  signal: AbortSignal,
): Promise<TrainResult | undefined> {
  const newest = versionStates(memory.index).find((each) => !each.deleted);
  if (!newest || newest.forgotten || statistics.get().newSinceTraining > 0) return undefined;
  const { detail } = newest;
  const { model } = settings();
  if (model !== '' && !sameModel(baseOf(model), baseOf(detail.base))) return undefined;
  const [examples, onDisk, known] = await Promise.all([
    readExamples({ memory, blocks }, signal),
    readOnDisk(memory),
    rules.all(),
  ]);
  if (onDisk.modelfile === undefined || isHandEdited(onDisk.modelfile)) return undefined;
  const input = { run, base: baseOf(detail.base), rules: known, examples, onDisk, handEdit: 'keep' as const };
  const plan = planFromDecisions(input);
  const held = JSON.stringify([detail.system, detail.examples.map(asPair), detail.parameters]);
  if (JSON.stringify([plan.content.system, plan.examples.map(asPair), plan.content.parameters]) !== held)
    return undefined;
  return {
    run: detail.run,
    status: 'succeeded',
    line: `Nothing is new since v${detail.number}.`,
    version: toVersion(newest),
    modelfile: onDisk.modelfile,
    system: detail.system,
    previousSystem: detail.system,
    rules: plan.rules.map((rule) => toRule(rule, new Set(plan.rules.map(({ id }) => id)))),
    examples: detail.examples,
    decisions: detail.decisions,
    advice: [],
    files: trainingPaths(memory),
    handEdit: 'none',
  };
}

const asPair = ({ prompt, response }: { readonly prompt: string; readonly response: string }): string[] => [
  prompt,
  response,
];
