import { isAbsolute } from 'node:path';
import type { Log } from '../log.ts';

/**
 * Which Node runs the sidecar: the editor's own, or the one of the setting `whetstone.node.path` once the editor's own
 * could not (some editors forbid it). A program that answered is kept.
 */
export interface RuntimeChoice {
  /** Absolute path; undefined for the editor's own. */
  readonly program: string | undefined;
  /** A run with `program` ended before it answered: the other one is tried, once. */
  neverAnswered(how: string): void;
  /** The user wants another try of both. */
  again(): void;
  /** What to do where no program ever answered, naming what was tried. */
  advice(): string;
}

export interface RuntimeChoiceDeps {
  /** The setting as it is now; empty where there is none. */
  nodePath(): string;
  readonly log: Log;
}

export function createRuntimeChoice({ nodePath, log }: RuntimeChoiceDeps): RuntimeChoice {
  let other = false;
  let tried = '';
  const usable = (): string | undefined => {
    const path = nodePath();
    return isAbsolute(path) ? path : undefined;
  };
  return {
    get program() {
      return other ? usable() : undefined;
    },
    neverAnswered(how) {
      const path = usable();
      if (other) {
        log.warn(`${path ?? 'The program of whetstone.node.path'} could not run Whetstone either: ${how}.`);
        other = false;
        return;
      }
      if (path === undefined || tried === path) {
        if (nodePath() !== '' && path === undefined)
          log.warn('whetstone.node.path is not used: it is no absolute path.');
        return;
      }
      log.warn(
        `The editor's own Node could not run Whetstone: ${how}. Trying ${path}, as whetstone.node.path says.`,
      );
      other = true;
      tried = path;
    },
    again() {
      tried = other ? tried : '';
    },
    advice() {
      if (tried !== '') return `Neither the editor's own Node nor ${tried} could run it. The log says more.`;
      return "Where the editor's own Node can't be used, set whetstone.node.path to a Node 20 or newer.";
    },
  };
}
