import { MAX_TEXT, ulidSchema } from '../../protocol/ids.ts';
import { APPROVE_REASONS, CATEGORIES, type Category, DENY_REASONS } from '../../protocol/words.ts';
import { EntryRefused } from './foreignRecord.ts';

/** Longest note and tag that an event holds, in characters. */
const MAX_NOTE = 4_000;
const MAX_TAG = 64;
const MAX_TAGS = 32;

/** Fields of a foreign entry, by their names in lower case without separators. */
export type Row = ReadonlyMap<string, unknown>;

/** A row from names and values; null and the empty text count as absent. The first of two alike names holds. */
export function rowOf(entries: Iterable<readonly [string, unknown]>): Row {
  const row = new Map<string, unknown>();
  for (const [name, value] of entries) {
    const key = name.toLowerCase().replace(/[^a-z0-9]/g, '');
    if (value !== null && value !== undefined && value !== '' && !row.has(key)) row.set(key, value);
  }
  return row;
}

/** The entries of a JSON object, or undefined for any other value. */
export function objectEntries(value: unknown): [string, unknown][] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.entries(value);
}

/** The value of the first of these fields that is there. */
export function fieldOf(row: Row, ...names: readonly string[]): unknown {
  for (const name of names) if (row.has(name)) return row.get(name);
  return undefined;
}

/** A text of the row with `\n` line ends, or undefined; throws `EntryRefused` for another type or too long a text. */
export function textOf(row: Row, ...names: readonly string[]): string | undefined {
  const value = fieldOf(row, ...names);
  return value === undefined ? undefined : asText(value, names[0] ?? 'text');
}

/** A text, or a list of chat messages: the last answer where `answer` is set, else everything that was asked. */
export function asText(value: unknown, name: string): string {
  const text = Array.isArray(value) ? messagesText(value, name !== 'prompt') : value;
  if (typeof text !== 'string') throw new EntryRefused(`${name} is not a text`);
  if (text.length > MAX_TEXT) {
    throw new EntryRefused(
      `${name} has ${text.length} characters, more than the ${MAX_TEXT} that are recorded`,
    );
  }
  return text.replace(/\r\n?/g, '\n');
}

/** The last answer of a chat, or everything that was asked in it; undefined where there is none. */
export function messagesText(messages: readonly unknown[], isAnswer: boolean): string | undefined {
  const texts: string[] = [];
  for (const message of messages) {
    const fields = rowOf(objectEntries(message) ?? []);
    const [role, content] = [fields.get('role'), fields.get('content')];
    if (typeof content !== 'string') continue;
    if (isAnswer ? role === 'assistant' : role === 'user') texts.push(content);
  }
  return isAnswer ? texts.at(-1) : texts.length === 0 ? undefined : texts.join('\n\n');
}

/** An id of the source as text, shortened to what is kept; undefined where there is none. */
export function idOf(row: Row, ...names: readonly string[]): string | undefined {
  const value = fieldOf(row, ...names);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw new EntryRefused(`${names[0] ?? 'id'} is not a text`);
  return value.slice(0, 1_000);
}

/** The id where it is a ULID. */
export function ulidOrNone(id: string | undefined): string | undefined {
  const upper = id?.toUpperCase();
  return ulidSchema.safeParse(upper).success ? upper : undefined;
}

const YES = new Set(['true', 'yes', '1', 'approved', 'approve', 'accepted', 'accept', 'edited']);
const NO = new Set(['false', 'no', '0', 'denied', 'deny', 'rejected', 'reject']);

/** Yes or no in its usual spellings; undefined where it says neither (`pending`); throws for lists and objects. */
export function yesOrNo(value: unknown, name: string): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === undefined || value === null || value === '') return undefined;
  if (value === 1 || value === 0) return value === 1;
  if (typeof value !== 'string') throw new EntryRefused(`${name} is neither yes nor no`);
  const word = value.trim().toLowerCase();
  return YES.has(word) ? true : NO.has(word) ? false : undefined;
}

/** The category that the source gives; undefined where it gives none that is known here. */
export function categoryOf(value: unknown): Category | undefined {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : undefined;
  return CATEGORIES.find((each) => each === word);
}

/** Tags as a list, as JSON text of a list, or as words between commas; throws `EntryRefused` for anything else. */
export function tagsOf(value: unknown): string[] {
  if (value === undefined) return [];
  const list = typeof value === 'string' ? tagList(value) : value;
  if (!Array.isArray(list)) throw new EntryRefused('its tags are not a list');
  const tags = list.map((tag) => {
    if (typeof tag !== 'string' && typeof tag !== 'number') throw new EntryRefused('its tags are not texts');
    return String(tag).trim();
  });
  const kept = [...new Set(tags.filter((tag) => tag !== ''))];
  if (kept.length > MAX_TAGS) throw new EntryRefused(`it has ${kept.length} tags, more than ${MAX_TAGS}`);
  if (kept.some((tag) => tag.length > MAX_TAG))
    throw new EntryRefused(`a tag is longer than ${MAX_TAG} characters`);
  return kept;
}

function tagList(text: string): unknown {
  if (!text.trim().startsWith('[')) return text.split(/[,;|]/);
  try {
    return JSON.parse(text);
  } catch {
    throw new EntryRefused('its tags are not a list');
  }
}

export function noteOf(text: string, name: string): string {
  if (text.length > MAX_NOTE) throw new EntryRefused(`its ${name} is longer than ${MAX_NOTE} characters`);
  return text;
}

const KNOWN_REASONS: ReadonlySet<string> = new Set([...DENY_REASONS, ...APPROVE_REASONS]);

/** A reason as people write it: named reasons become tags, the rest is the note. */
export function reasonOf(text: string): {
  readonly reasons: readonly string[];
  readonly note: string | undefined;
} {
  const trimmed = text.trim();
  if (trimmed === '') return { reasons: [], note: undefined };
  const whole = namedReasons(trimmed);
  if (whole) return { reasons: whole, note: undefined };
  const end = trimmed.indexOf('. ');
  const first = end < 0 ? undefined : namedReasons(trimmed.slice(0, end));
  if (first) return { reasons: first, note: noteOf(trimmed.slice(end + 2), 'reason') };
  return { reasons: [], note: noteOf(trimmed, 'reason') };
}

function namedReasons(text: string): string[] | undefined {
  const words = text.split(/[,;|]/).map((part) =>
    part
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, '_'),
  );
  return words.every((word) => KNOWN_REASONS.has(word)) ? [...new Set(words)] : undefined;
}
