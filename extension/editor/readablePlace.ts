import { insideFolder } from './insideFolder.ts';
import { isSecretFile } from './secretFiles.ts';

/** Where a file of this machine is, once by name and once with every link followed. All paths are absolute. */
export interface RealPlace {
  /** The open folder that it is in by name; undefined for a file that was opened from elsewhere. */
  readonly realFolder: string | undefined;
  readonly realPath: string;
}

/** False for a link that leads to a secret file, or out of the open folder that the link is in. */
export function isReadablePlace({ realFolder, realPath }: RealPlace): boolean {
  if (isSecretFile(realPath)) return false;
  return realFolder === undefined || insideFolder(realFolder, realPath) !== undefined;
}
