import type { CliPorts, TextSink } from '../../../sidecar/cli/cliPorts.ts';
import { runCli } from '../../../sidecar/cli/runCli.ts';
import { AppError } from '../../../sidecar/protocol/errors.ts';
import {
  type CancelSignal,
  type Client,
  METHODS,
  type NotificationName,
  type Params,
  type ParamsIn,
  type RequestName,
  type Result,
} from '../../../sidecar/protocol/methods.ts';
import type { Scope } from '../../../sidecar/protocol/scopes.ts';

type Tell = <N extends NotificationName>(method: N, params: Params<N>) => void;
type Answers = {
  [N in RequestName]?: (
    params: Params<N>,
    tell: Tell,
    signal: CancelSignal | undefined,
  ) => Result<N> | Promise<Result<N>>;
};

export interface Call {
  readonly method: RequestName;
  readonly params: unknown;
  readonly aborted: () => boolean;
}

export interface HarnessOptions {
  readonly answers?: Answers;
  readonly stdin?: string;
  readonly tty?: boolean;
  readonly env?: Record<string, string>;
  readonly files?: Record<string, string>;
  readonly keys?: readonly string[];
  /** A key that is pressed while something else is waited for. */
  readonly meanwhile?: string;
  readonly lines?: readonly string[];
  readonly edited?: string;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly calls: readonly Call[];
  readonly opened: readonly (string | undefined)[];
  readonly disposed: number;
  readonly served: readonly ReadonlySet<Scope>[];
  readonly exits: readonly number[];
  /** What was done with the keyboard, in order. */
  readonly holds: readonly string[];
}

export const ID = (n: number): string => `01HZZZZZZZZZZZZZZZZZZZZZ${String(n).padStart(2, '0')}`;

/** Answers calls from a table through the same schemas as the router, and tells what it was asked. */
function scriptedClient(answers: Answers, calls: Call[]): Client {
  const listeners = new Map<string, Set<(params: never) => void>>();
  const tell: Tell = (method, params) => {
    for (const listener of listeners.get(method) ?? [])
      listener(METHODS[method].params.parse(params) as never);
  };
  return {
    async call(method, params, signal) {
      const parsed = METHODS[method].params.parse(params) as never;
      calls.push({ method, params: parsed, aborted: () => signal?.aborted === true });
      const answer = answers[method];
      if (!answer) throw new AppError('rpc.notYet', `${method} is not scripted.`);
      return METHODS[method].result.parse(await answer(parsed, tell, signal)) as never;
    },
    on(method, listener) {
      const all = listeners.get(method) ?? new Set();
      listeners.set(method, all);
      all.add(listener as never);
      return () => all.delete(listener as never);
    },
  };
}

const initialized = (): Result<'initialize'> => ({
  protocolVersion: 1,
  sidecarVersion: '0.1.0',
  writer: ID(90),
  dataFolder: '/data',
});

/** Runs one command line against a scripted sidecar; `interrupt` presses Ctrl+C. */
export async function runScripted(
  args: readonly string[],
  options: HarnessOptions = {},
  script: (interrupt: () => void, calls: readonly Call[]) => void = () => undefined,
): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []];
  const calls: Call[] = [];
  const opened: (string | undefined)[] = [];
  const served: ReadonlySet<Scope>[] = [];
  const exits: number[] = [];
  const holds: string[] = [];
  const interrupts = new Set<() => void>();
  let disposed = 0;
  let ids = 0;
  const tty = options.tty ?? false;
  const sink = (to: string[]): TextSink => ({ isTTY: tty, columns: 80, write: (text) => void to.push(text) });
  const keys = [...(options.keys ?? [])];
  const lines = [...(options.lines ?? [])];
  const ports: CliPorts = {
    stdout: sink(out),
    stderr: sink(err),
    terminal: {
      interactive: tty,
      hold: () => {
        holds.push('hold');
        let isHeld = true;
        return () => {
          if (isHeld) holds.push('release');
          isHeld = false;
        };
      },
      fresh: async () => void holds.push('fresh'),
      key: async () => {
        holds.push('key');
        return keys.shift() ?? 'interrupt';
      },
      oneOf: (wanted, over) =>
        new Promise((resolve) => {
          over.addEventListener('abort', () => resolve(undefined), { once: true });
          const { meanwhile } = options;
          if (over.aborted || (meanwhile !== undefined && wanted.has(meanwhile))) resolve(meanwhile);
        }),
      question: async () => lines.shift(),
      edit: async () => options.edited,
    },
    stdinIsTTY: options.stdin === undefined,
    readStdin: async () => options.stdin ?? '',
    env: { NO_COLOR: '1', ...options.env },
    cwd: '/home/me/shop',
    version: '0.1.0',
    open: async (dataFolder) => {
      opened.push(dataFolder);
      return {
        client: scriptedClient({ initialize: initialized, ...options.answers }, calls),
        serveStdio: async (scopes) => void served.push(scopes),
        dispose: async () => {
          disposed += 1;
        },
      };
    },
    readFile: async (path) => {
      const text = options.files?.[path];
      if (text === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
      return text;
    },
    newId: () => {
      ids += 1;
      return ID(ids);
    },
    now: () => 1_000,
    onInterrupt(listener) {
      interrupts.add(listener);
      return () => interrupts.delete(listener);
    },
    exitNow: (code) => void exits.push(code),
  };
  script(() => {
    for (const listener of interrupts) listener();
  }, calls);
  const code = await runCli(args, ports);
  return { code, out: out.join(''), err: err.join(''), calls, opened, disposed, served, exits, holds };
}

/** Parameters of the only call of that method. */
export function paramsOf<N extends RequestName>(ran: Pick<Ran, 'calls'>, method: N): ParamsIn<N> {
  const found = ran.calls.filter((call) => call.method === method);
  if (found.length !== 1) throw new Error(`${method} was called ${found.length} times`);
  return found[0]?.params as ParamsIn<N>;
}
