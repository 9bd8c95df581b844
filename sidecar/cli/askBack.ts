import { AppError } from '../protocol/errors.ts';
import type { Client, ParamsIn, Result } from '../protocol/methods.ts';
import type { Terminal } from './cliPorts.ts';
import { left, type Verb } from './verb.ts';

/** Keys that have a request answered as it stands. */
const SKIPS: ReadonlySet<string> = new Set(['enter', 'escape', '0']);

/**
 * Asks what a short request means: a digit takes a reading, Enter has it answered as it stands, also while the model is
 * still asked for readings. The request of these params then follows it. The caller holds the terminal. Rejects with
 * `rpc.cancelled` alone.
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
    if (!picked && !SKIPS.has(key)) continue;
    const chosen = await client.call('hypotheses.choose', { request, selected: picked?.id ?? null });
    if (picked) output.note(output.paint.dim(chosen.line));
    return;
  }
}

const digits = (count: number): string => (count === 1 ? '1' : `1-${count}`);

async function find(
  { signal, output, ports: { terminal } }: Verb,
  client: Client,
  { request, thread, prompt, context = [], language }: ParamsIn<'request.ask'>,
): Promise<Result<'hypotheses.ask'> | undefined> {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  signal.addEventListener('abort', end, { once: true });
  try {
    output.progress('looking for what it can mean; Enter answers it as it stands');
    void skipped(terminal, ending.signal).then(end);
    // That something is attached is all that counts.
    const names = context.map((each) => ({ ...each, text: '' }));
    const about = { request, thread, prompt, context: names, ...(language !== undefined && { language }) };
    return await client.call('hypotheses.ask', about, ending.signal);
  } catch (error) {
    if (signal.aborted) throw left('Stopped before it was sent.');
    // What keeps the sidecar from answering is told by the request itself.
    if (AppError.is(error)) return undefined;
    throw error;
  } finally {
    end();
    signal.removeEventListener('abort', end);
  }
}

/** Resolves when the person does not want to wait, or when the wait is over. */
async function skipped(terminal: Terminal, over: AbortSignal): Promise<void> {
  // What was typed before it could be read about says nothing.
  await terminal.fresh();
  if (!over.aborted) await terminal.oneOf(SKIPS, over);
}
