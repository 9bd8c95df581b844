import { versionStates } from './learn/versionStates.ts';
import type { Memory } from './memory/memory.ts';
import { AppError } from './protocol/errors.ts';
import type { Params, Result } from './protocol/methods.ts';

/** Forgets, or says what it would take. Rejects with `request.unknown`, `rpc.invalid`, `training.busy`, `memory.*`. */
export async function forget(
  memory: Memory,
  { ids, about, preview }: Params<'memory.forget'>,
): Promise<Result<'memory.forget'>> {
  if (ids.length === 0 && about === undefined) {
    throw new AppError('rpc.invalid', 'Nothing was named that should be forgotten.', {
      next: 'Give the id of a request or a decision, or a text.',
    });
  }
  const what = { ids, about };
  const expected = await memory.previewForget(what);
  const [unknown] = expected.unknown;
  if (unknown !== undefined) {
    throw new AppError('request.unknown', `Nothing here has the id ${unknown}.`, {
      why: 'Nothing was forgotten.',
      next: 'Check the id, or leave it out.',
    });
  }
  const took = preview ? expected : await memory.forget(what, 'asked');
  const { requests, answers, decisions, others, waiting } = took;
  const touched = new Set(took.versions);
  const versions = versionStates(memory.index)
    .filter((each) => touched.has(each.version))
    .map(({ version, detail: { number, name }, deleted }) => ({ version, number, name, deleted }));
  return { preview, requests, answers, decisions, others, versions, waiting };
}
