import { usageError } from './usageError.ts';
import { left, type Verb } from './verb.ts';

/**
 * Resolves when the person typed the word. Another word, or nobody who could be asked, is a usage error and Ctrl+C a
 * cancellation; either way nothing was done.
 */
export async function confirmWord(verb: Verb, question: string, word: string, flag: string): Promise<void> {
  if (verb.flags.json || !verb.ports.terminal.interactive) {
    throw usageError('This needs a confirmation, and nobody can be asked here.', `Add ${flag}.`);
  }
  await verb.ports.terminal.fresh();
  const typed = await verb.ports.terminal.question(question);
  if (typed === undefined) throw left('Nothing was done.');
  if (typed.trim().toLowerCase() !== word)
    throw usageError('Nothing was done.', `To go on, type ${word}, or add ${flag}.`);
}
