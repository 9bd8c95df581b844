import type * as z from 'zod';
import { AppError } from '../protocol/errors.ts';
import { wantedBy } from './optionWords.ts';

/** What was typed can't be carried out; leaves with code 2. */
export function usageError(what: string, next?: string): AppError {
  return new AppError('rpc.invalid', what, { next: next ?? 'See `whetstone --help`.' });
}

/** Options of a verb, checked; an option of the wrong kind is a usage error that names it. */
export function checkOptions<S extends z.ZodType>(schema: S, options: unknown): z.output<S> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  // Further parts of the path are places in the list that one option holds.
  const name = String(issue?.path[0] ?? '');
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const wanted = issue && wantedBy(issue);
  throw usageError(wanted ? `${flag} wants ${wanted}.` : `${flag} can't be used as given.`);
}
