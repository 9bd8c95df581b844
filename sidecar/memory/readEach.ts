/** Texts read at once: most of the time goes into waiting for the disk. */
export const READ_AT_ONCE = 10;

/** What `read` gives for each entry, in their order, a few of them read at a time. Rejects with its first error. */
export async function readEach<E, T>(entries: readonly E[], read: (entry: E) => Promise<T>): Promise<T[]> {
  const found: T[] = [];
  for (let from = 0; from < entries.length; from += READ_AT_ONCE)
    found.push(...(await Promise.all(entries.slice(from, from + READ_AT_ONCE).map((entry) => read(entry)))));
  return found;
}
