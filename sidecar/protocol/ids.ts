import * as z from 'zod';

/** A ULID as part of a pattern. */
export const ULID_PATTERN = '[0-7][0-9A-HJKMNP-TV-Z]{25}';
const WHOLE_ULID = new RegExp(`^${ULID_PATTERN}$`);
/** A ULID in Crockford base 32: 26 characters, sortable by time of creation. */
export const ulidSchema = z.string().regex(WHOLE_ULID, 'not a ULID');
/** The check of `ulidSchema` by hand, for what is looked at very often. */
export const isUlid = (text: string): boolean => WHOLE_ULID.test(text);
/** Lower-case hex SHA-256 over the UTF-8 bytes of a canonical text. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'not a SHA-256');
/** ISO 8601 UTC with milliseconds. */
export const timeSchema = z.iso.datetime({ precision: 3 });

/** Longest text of one answer, prompt or edit, in UTF-16 code units. recordedSize.ts has the limits in bytes. */
export const MAX_TEXT = 400_000;
export const textSchema = z.string().max(MAX_TEXT);
export const noteSchema = z.string().max(4_000);
