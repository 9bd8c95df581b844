import { AppError } from '../protocol/errors.ts';
import { usageError } from './usageError.ts';
import type { Verb } from './verb.ts';

/** Resolves when the person typed the word; a cancelled question or another word ends the verb with nothing done. */
export async function confirmWord(verb: Verb, question: string, word: string, flag: string): Promise<void> {
  if (verb.flags.json || !verb.ports.terminal.interactive) {
    throw usageError('This needs a confirmation, and nobody can be asked here.', `Add ${flag}.`);
  }
  const typed = await verb.ports.terminal.question(question);
  if (typed?.trim().toLowerCase() !== word) {
    throw new AppError('rpc.cancelled', 'Nothing was done.', {
      next: `To go on, type ${word}, or add ${flag}.`,
    });
  }
}
