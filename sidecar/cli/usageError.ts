import type * as z from 'zod';
import { AppError } from '../protocol/errors.ts';
import { wantedBy } from './optionWords.ts';

/** What was typed can't be carried out; leaves with code 2. Without a `next` the help of the verb is pointed to. */
export function usageError(what: string, next?: string): AppError {
  return new AppError('rpc.invalid', what, { next });
}

/** Options of a verb, checked; an option of the wrong kind is a usage error that names it. */
export function checkOptions<S extends z.ZodType>(schema: S, options: unknown): z.output<S> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  // Further parts of the path are places in the list that one option holds.
  const name = String(parsed.error.issues[0]?.path[0] ?? '');
  throw misfit(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, parsed.error);
}

/** A word behind the verb, checked; one of the wrong kind is a usage error that names it as the help does. */
export function checkArgument<S extends z.ZodType>(name: string, schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw misfit(`<${name}>`, parsed.error);
}

function misfit(name: string, { issues: [issue] }: z.ZodError): AppError {
  const wanted = issue && wantedBy(issue);
  return usageError(wanted ? `${name} wants ${wanted}.` : `${name} can't be used as given.`);
}
