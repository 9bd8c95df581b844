import type * as z from 'zod';

type Issue = z.core.$ZodIssue;

/** What an option wants, after "--seed wants": a rule for each kind of complaint, so that none is told in its own words. */
export function wantedBy(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return typeWords(issue.expected);
    case 'invalid_value':
      return listWords(issue.values.map(String));
    case 'too_big':
      return limitWords(issue.origin, 'at most', Number(issue.maximum));
    case 'too_small':
      return limitWords(issue.origin, 'at least', Number(issue.minimum));
    case 'invalid_union': {
      const parts = issue.errors.flatMap(([first]) => (first && wantedBy(first)) ?? []);
      return parts.length === 0 ? undefined : parts.join(' or ');
    }
    default:
      return undefined;
  }
}

function typeWords(expected: string): string | undefined {
  if (expected === 'number' || expected === 'int' || expected === 'nan') return 'a whole number';
  return expected === 'string' ? 'a text' : undefined;
}

function limitWords(origin: string, side: string, limit: number): string {
  const shown = limit.toLocaleString('en-US');
  if (origin === 'string') return `${side} ${shown} ${limit === 1 ? 'character' : 'characters'}`;
  if (origin === 'array') return `${side} ${shown} ${limit === 1 ? 'entry' : 'entries'}`;
  return `a whole number of ${side} ${shown}`;
}

function listWords(values: readonly string[]): string {
  return values.length === 1 ? (values[0] ?? '') : `one of ${values.join(', ')}`;
}
