import type { Envelope } from '../events.ts';

/** Lines that hold no text of a person and on which others rest. */
const KEPT: ReadonlySet<string> = new Set(['segment', 'forget', 'forgotten', 'reset', 'version']);
/** Fields by which a line belongs to a request. */
export const SUBJECTS = ['request', 'candidate', 'decision'] as const;

/** What a line is about, as far as it says so. */
export function subjectOf(line: object, field: (typeof SUBJECTS)[number]): string | undefined {
  const value: unknown = Reflect.get(line, field);
  return typeof value === 'string' ? value : undefined;
}

/** True for a line whose id, request, answer or decision is among the forgotten ones, and that is no tombstone yet. */
export function isForgotten(
  line: { readonly kind: string; readonly id?: string },
  ids: ReadonlySet<string>,
): boolean {
  if (ids.size === 0 || KEPT.has(line.kind)) return false;
  if (line.id !== undefined && ids.has(line.id)) return true;
  return SUBJECTS.some((field) => {
    const subject = subjectOf(line, field);
    return subject !== undefined && ids.has(subject);
  });
}

/** What a line becomes once its text is forgotten; the line itself where nothing of it has to go. */
export function afterForgetting(line: Envelope, ids: ReadonlySet<string>): Envelope {
  if (line.kind === 'version') return scrubVersion(line, ids);
  if (!isForgotten(line, ids)) return line;
  const { v, id, at, writer, kind } = line;
  const subjects = SUBJECTS.flatMap((field) => {
    const subject = subjectOf(line, field);
    return subject === undefined ? [] : [[field, subject]];
  });
  return { v, id, at, writer, kind: 'forgotten', was: kind, ...Object.fromEntries(subjects) };
}

/** A version stays known by number, name and digest; examples and rules that came from what is forgotten go. */
function scrubVersion(line: Envelope, ids: ReadonlySet<string>): Envelope {
  const detail = objectOf(line['detail']);
  if (!detail) return line;
  if (ids.has(line.id)) {
    const bare = emptied(detail);
    return bare ? { ...line, detail: bare } : line;
  }
  const examples = listOf(detail['examples']);
  const rules = listOf(detail['rules']);
  const keptExamples = examples.filter((each) => !ids.has(String(each['decision'])));
  const keptRules = rules.filter((each) => !restsOn(each, ids));
  if (keptExamples.length === examples.length && keptRules.length === rules.length) return line;
  const gone = rules.filter((each) => !keptRules.includes(each)).map((each) => String(each['text']));
  const system = withoutLines(String(detail['system'] ?? ''), gone);
  return { ...line, detail: { ...detail, examples: keptExamples, rules: keptRules, system } };
}

function emptied(detail: Record<string, unknown>): Record<string, unknown> | undefined {
  const holds =
    detail['system'] !== '' || listOf(detail['examples']).length + listOf(detail['rules']).length > 0;
  return holds ? { ...detail, system: '', rules: [], examples: [] } : undefined;
}

/** True for a rule that no decision speaks for any more. */
function restsOn(rule: Record<string, unknown>, ids: ReadonlySet<string>): boolean {
  const evidence: readonly unknown[] = Array.isArray(rule['evidence']) ? rule['evidence'] : [];
  return evidence.length > 0 && evidence.every((each) => ids.has(String(each)));
}

function withoutLines(text: string, gone: readonly string[]): string {
  return text
    .split('\n')
    .filter((line) => !gone.some((each) => each !== '' && line.includes(each)))
    .join('\n');
}

/** True where a published version holds an example, or rests with a rule, on what is forgotten. */
export function isTrainedOn(detail: object, ids: ReadonlySet<string>): boolean {
  const known = objectOf(detail) ?? {};
  return (
    listOf(known['examples']).some((each) => ids.has(String(each['decision']))) ||
    listOf(known['rules']).some(
      (each) => Array.isArray(each['evidence']) && each['evidence'].some((id) => ids.has(String(id))),
    )
  );
}

/** Fields that hold names and numbers of machines, not words of a person. */
const NAMES: ReadonlySet<string> = new Set([
  ...['v', 'id', 'at', 'writer', 'kind', 'was', 'thread', 'event', 'state', 'verdict', 'status'],
  ...['model', 'modelDigest', 'digest', 'base', 'baseDigest', 'name', 'activeName', 'engine', 'runKind'],
  ...['sha256', 'textSha256', 'hash', 'uriHash', 'category', 'language', 'appVersion', 'stopped', 'how'],
  ...['run', 'version', ...SUBJECTS],
]);

/** Every text of a line that a person or a model wrote, names of files and workspaces too. */
export function textsOf(line: object): string[] {
  const found: string[] = [];
  const visit = (value: unknown, key: string, inside: string): void => {
    if (typeof value === 'string') {
      const isName = NAMES.has(key) && !(key === 'name' && (inside === 'context' || inside === 'workspace'));
      if (!isName) found.push(value);
    } else if (Array.isArray(value)) for (const each of value) visit(each, key, inside);
    else if (typeof value === 'object' && value !== null)
      for (const [name, each] of Object.entries(value)) visit(each, name, key);
  };
  visit(line, '', '');
  return found;
}

function objectOf(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}

function listOf(value: unknown): Record<string, unknown>[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  return items.flatMap((each) => {
    const object = objectOf(each);
    return object ? [object] : [];
  });
}
