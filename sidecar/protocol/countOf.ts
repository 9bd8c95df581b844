/** `1 decision`, `2 decisions`; `many` where an s does not make the plural. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
