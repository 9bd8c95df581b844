import { codeBlocks } from '../../../sidecar/protocol/answerBlocks.ts';
import type { Client } from '../../../sidecar/protocol/methods.ts';
import { measurePlace, type SurvivalFiles } from './measurePlace.ts';
import type { Pending } from './pendingSurvival.ts';

export interface MeasuredAnswer extends Pick<Pending, 'request' | 'candidate' | 'places'> {
  /** Code by block number, as far as it was read; what is missing is read from the data folder. */
  readonly codes: Map<number, string>;
}

export interface MeasureDeps {
  readonly client: Pick<Client, 'call'>;
  readonly files: SurvivalFiles;
}

/**
 * Share of the lines that the applied blocks of an answer brought which are still there, 0 to 1. `unreadable`: not
 * to be had now. `untold`: it can't be told from what was there before. Rejects as the client does.
 */
export async function measureAnswer(
  answer: MeasuredAnswer,
  { client, files }: MeasureDeps,
): Promise<number | 'unreadable' | 'untold'> {
  await readCodes(answer, client);
  const total = { kept: 0, of: 0 };
  for (const place of answer.places) {
    const code = answer.codes.get(place.block);
    if (code === undefined) continue;
    const found = await measurePlace(place, code, files);
    if (found === undefined) return 'unreadable';
    total.kept += found.kept;
    total.of += found.of;
  }
  return total.of === 0 ? 'untold' : total.kept / total.of;
}

async function readCodes(answer: MeasuredAnswer, client: Pick<Client, 'call'>): Promise<void> {
  const { request, candidate, places, codes } = answer;
  if (places.every(({ block }) => codes.has(block))) return;
  const { candidates } = await client.call('request.get', { request });
  const blocks = codeBlocks(candidates.find((each) => each.candidate === candidate)?.text ?? '');
  for (const { block } of places) {
    const code = blocks[block]?.code;
    if (code !== undefined) codes.set(block, code);
  }
}
