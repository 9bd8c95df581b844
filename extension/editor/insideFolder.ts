import { isAbsolute, relative, sep } from 'node:path';

/** `path` as seen from `folder`, empty for the folder itself; undefined where it is not inside. Both are absolute. */
export function insideFolder(folder: string, path: string): string | undefined {
  const inside = relative(folder, path);
  // On Windows another drive stays absolute.
  return inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside) ? undefined : inside;
}
