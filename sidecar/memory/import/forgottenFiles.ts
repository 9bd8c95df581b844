import type { Envelope } from '../events.ts';
import { createTraces, holdsTrace, idsIn, type Traces } from '../forget/forgetTraces.ts';
import { forgottenBy } from '../forget/forgotten.ts';
import type { MemoryIndex } from '../index/memoryIndex.ts';

/** Finds the files of a source that hold something forgotten here, or that were made from it. */
export interface ForgottenFiles {
  /** False where nothing was ever forgotten here. */
  readonly isNeeded: boolean;
  /** Takes in a line of the source: by the texts that stand there still, copies are known. */
  takeLine(line: Envelope): void;
  /** Looks into a file; after the last line. */
  takeFile(path: string, content: Buffer): void;
  /** Paths of the files that may not come back. A run goes whole, and with it what names it. */
  found(): string[];
}

export function createForgottenFiles(index: Pick<MemoryIndex, 'forgets' | 'versions'>): ForgottenFiles {
  const forgets = index.forgets();
  const ids = new Set(forgets.flatMap(forgottenBy));
  const versions = new Set(forgets.flatMap((event) => event.versions));
  const collected = createTraces(ids);
  const runs = new Set<string>();
  const digests = new Set<string>();
  const files = new Map<string, { readonly holds: boolean; readonly named: ReadonlySet<string> }>();

  // What was trained on something forgotten says so no more here, but the forgetting named it.
  const takeVersion = (version: unknown, detail: unknown): void => {
    if (typeof version !== 'string' || !versions.has(version)) return;
    if (typeof detail !== 'object' || detail === null) return;
    const [run, digest]: unknown[] = [Reflect.get(detail, 'run'), Reflect.get(detail, 'digest')];
    if (typeof run === 'string' && run !== '') runs.add(run);
    if (typeof digest === 'string' && digest !== '') digests.add(digest);
  };
  for (const { version, detail } of index.versions()) takeVersion(version, detail);

  const traces = (): Traces => ({
    ids,
    needles: collected.needles,
    runs: new Set([...runs, ...collected.runs]),
    digests: new Set([...digests, ...collected.digests]),
  });
  return {
    isNeeded: ids.size > 0,
    takeLine: (line) => {
      collected.take(line);
      if (line.kind === 'version') takeVersion(line['version'], line['detail']);
    },
    takeFile: (path, content) => {
      const text = content.toString('utf8');
      const all = `${path} ${text}`;
      const named = new Set(idsIn(all));
      files.set(path, { holds: holdsTrace(all, traces()), named });
    },
    found: () => {
      const gone = new Set([...files].filter(([, { holds }]) => holds).map(([path]) => path));
      const goneRuns = new Set([...gone].flatMap((path) => runOf(path) ?? []));
      return [...files].flatMap(([path, { named }]) =>
        gone.has(path) || [...named].some((id) => goneRuns.has(id)) ? [path] : [],
      );
    },
  };
}

function runOf(path: string): string | undefined {
  const [first, run, file] = path.split('/');
  return first === 'runs' && file !== undefined ? run : undefined;
}
