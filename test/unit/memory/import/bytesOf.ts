import type { Found } from '../../../../sidecar/memory/import/foreignRecord.ts';

/** The end of any test's time: nothing in it lies in the future. */
export const NOW = Date.UTC(2026, 10, 1);

/** A text as a file would give it, in pieces of so many bytes. */
export async function* bytesOf(text: string | Uint8Array, size = 7): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(typeof text === 'string' ? Buffer.from(text, 'utf8') : text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

export const records = (found: readonly Found[]) =>
  found.flatMap((each) => (each.what === 'record' ? [each.record] : []));
export const refusals = (found: readonly Found[]): string[] =>
  found.flatMap((each) => (each.what === 'refused' ? [`${each.place}: ${each.reason}`] : []));
export const remarks = (found: readonly Found[]): string[] =>
  found.flatMap((each) => (each.what === 'remark' ? [each.text] : []));
export const damages = (found: readonly Found[]): string[] =>
  found.flatMap((each) => (each.what === 'damage' ? [each.text] : []));
