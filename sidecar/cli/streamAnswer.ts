import { AppError, ERRORS } from '../protocol/errors.ts';
import type { Client, Params, ParamsIn, Result } from '../protocol/methods.ts';
import { createAnswerPrinter } from './answerPrinter.ts';
import type { Output } from './output.ts';
import type { Verb } from './verb.ts';

/** Asks, and prints what comes. Ctrl+C stops the candidates; the call then ends by itself with what there is. */
export async function streamAnswer(
  verb: Verb,
  client: Client,
  params: ParamsIn<'request.ask'>,
): Promise<Result<'request.ask'>> {
  const { output, signal } = verb;
  const { request } = params;
  const printer = createAnswerPrinter(output);
  // The id is told once something is recorded under it: the first notification comes after that.
  let isIdTold = false;
  const tellId = (): void => {
    if (!isIdTold) output.note(output.paint.dim(`request ${request}`));
    isIdTold = true;
  };
  const onOwn = <N extends RequestNote>(name: N, listener: (note: Params<N>) => void): (() => void) =>
    client.on(name, (note) => {
      if (requestOf(note) !== request) return;
      tellId();
      output.event(name, note);
      listener(note);
    });
  const stops = [
    onOwn('request.status', (note) => {
      printer.begin(note.candidate, note.label);
      showStatus(output, note.state, note.model);
    }),
    onOwn('request.delta', (note) => {
      if (!output.json) printer.delta(note.candidate, note.text);
    }),
    onOwn('request.thinking', () => undefined),
    onOwn('request.end', (note) => {
      if (!output.json) printer.end(note.candidate);
    }),
  ];
  const cancel = (): void => {
    client.call('request.cancel', { request }).catch(() => undefined); // the ask itself tells how it ended
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    if (signal.aborted) throw new AppError('rpc.cancelled', 'Cancelled before it was sent.');
    const result = await client.call('request.ask', params);
    tellId();
    if (!output.json) printer.finish(result.candidates);
    const cut = result.sent.parts.filter((part) => part.cut).map((part) => part.name);
    if (cut.length > 0) output.note(`Did not fit into the context, whole or in part: ${cut.join(', ')}.`);
    return result;
  } finally {
    signal.removeEventListener('abort', cancel);
    for (const stop of stops) stop();
  }
}

/** Says what becomes of an answer that Ctrl+C ended. Gives the exit code. */
export function stopped({ output }: Verb, request: string): number {
  output.note(`Stopped. The answer so far is kept: whetstone decide ${request}`);
  return ERRORS['rpc.cancelled'].exit;
}

type RequestNote = 'request.status' | 'request.delta' | 'request.thinking' | 'request.end';

const requestOf = (note: { readonly request: string }): string => note.request;

function showStatus(output: Output, state: 'waiting' | 'loading' | 'generating', model: string): void {
  if (state === 'loading') output.progress(`loading ${model}`);
  if (state === 'waiting') output.progress(`waiting for ${model}`);
}
