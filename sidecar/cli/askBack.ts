import { AppError } from '../protocol/errors.ts';
import type { Client, ParamsIn, Result } from '../protocol/methods.ts';
import { left, type Verb } from './verb.ts';

/**
 * Asks what a short request means: a digit takes a reading, Enter has it answered as it stands. The request of these
 * params then follows it. Rejects with `rpc.cancelled` alone.
 */
export async function askBack(verb: Verb, client: Client, params: ParamsIn<'request.ask'>): Promise<void> {
  const { output, ports } = verb;
  const found = await find(verb, client, params);
  if (!found || found.readings.length === 0) return;
  const taken = found.readings.find(({ id }) => id === found.taken);
  const { request } = params;
  if (taken) {
    output.note(`Taken as: ${taken.question} (${Math.round(taken.confidence * 100)} %)`);
    return;
  }
  output.note(output.paint.bold('What do you mean?'));
  for (const [at, { question }] of found.readings.entries()) output.note(`${at + 1} ${question}`);
  await ports.terminal.fresh();
  output.note(`${digits(found.readings.length)} take it   Enter answer as it stands`);
  for (;;) {
    const key = await ports.terminal.key();
    if (key === 'interrupt') throw left('Stopped before it was sent.');
    const picked = found.readings[Number(key) - 1];
    if (!picked && key !== 'enter' && key !== 'escape' && key !== '0') continue;
    const chosen = await client.call('hypotheses.choose', { request, selected: picked?.id ?? null });
    if (picked) output.note(output.paint.dim(chosen.line));
    return;
  }
}

const digits = (count: number): string => (count === 1 ? '1' : `1-${count}`);

async function find(
  { signal }: Verb,
  client: Client,
  { request, thread, prompt, context = [], language }: ParamsIn<'request.ask'>,
): Promise<Result<'hypotheses.ask'> | undefined> {
  try {
    // That something is attached is all that counts.
    const names = context.map((each) => ({ ...each, text: '' }));
    const about = { request, thread, prompt, context: names, ...(language !== undefined && { language }) };
    return await client.call('hypotheses.ask', about, signal);
  } catch (error) {
    if (signal.aborted) throw left('Stopped before it was sent.');
    // What keeps the sidecar from answering is told by the request itself.
    if (AppError.is(error)) return undefined;
    throw error;
  }
}
