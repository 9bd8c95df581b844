import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { type Order, reportSchema } from './codeParserMessages.ts';
import { grammarOf } from './grammars.ts';
import { MAX_CODE, type SyntaxVerdict } from './syntaxVerdict.ts';

export interface CodeParser {
  /**
   * Whether code is broken; `language` is the word after its fence or an editor's language id. `unknown` for a
   * language without a grammar, and where it can't be told in time. Never rejects.
   */
  parses(language: string, code: string): Promise<SyntaxVerdict>;
  /** Ends the process; what is still asked is `unknown`, and so is all that is asked later. */
  dispose(): void;
}

export interface CodeParserOptions {
  /** `dist/codeParser.cjs`, or `codeParserMain.ts` in development. */
  readonly script: string;
  /** Folder with `tree-sitter.wasm` and the grammars. */
  readonly wasmFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds for one answer, the start of the process among them. */
  readonly answerMs?: number;
  /** Milliseconds without a question after which the process ends. */
  readonly idleMs?: number;
  /** Starts the process; the platform's where absent. */
  readonly fork?: (script: string, args: string[], options: ForkOptions) => ChildProcess;
}

/** Passed on to the child; everything else stays here. */
const KEPT = [
  'PATH',
  'HOME',
  'USERPROFILE',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'ELECTRON_RUN_AS_NODE',
  'ELECTRON_NO_ASAR',
];
const ANSWER_MS = 5_000;
const IDLE_MS = 60_000;
/** A process that failed this often in a row would fail again. */
const MAX_FAILURES = 3;

interface Running {
  readonly child: ChildProcess;
  readonly waiting: Map<number, (verdict: SyntaxVerdict) => void>;
  idle: NodeJS.Timeout | undefined;
}

/**
 * Parses in a process of its own, started at the first question: a grammar that hangs can be killed, and the memory
 * that grammars take is given back.
 */
export function createCodeParser(options: CodeParserOptions): CodeParser {
  const answerMs = options.answerMs ?? ANSWER_MS;
  const idleMs = options.idleMs ?? IDLE_MS;
  let running: Running | undefined;
  let failures = 0;
  let lastId = 0;

  const end = (which: Running): void => {
    if (running === which) running = undefined;
    which.child.kill('SIGKILL');
    for (const answer of [...which.waiting.values()]) answer('unknown');
    clearTimeout(which.idle);
  };
  const fail = (which: Running): void => {
    if (which.waiting.size > 0) failures += 1;
    end(which);
  };
  const started = (): Running => {
    const now: Running = { child: startChild(options), waiting: new Map(), idle: undefined };
    now.child.on('message', (raw) => {
      const read = reportSchema.safeParse(raw);
      if (!read.success) return fail(now);
      failures = 0;
      now.waiting.get(read.data.id)?.(read.data.verdict);
    });
    now.child.once('error', () => fail(now));
    now.child.once('exit', () => fail(now));
    return now;
  };
  const ask = (order: Order): Promise<SyntaxVerdict> => {
    running ??= started();
    const asked = running;
    clearTimeout(asked.idle);
    return new Promise((resolve) => {
      const deadline = setTimeout(() => fail(asked), answerMs);
      asked.waiting.set(order.id, (verdict) => {
        clearTimeout(deadline);
        asked.waiting.delete(order.id);
        if (asked.waiting.size === 0) asked.idle = setTimeout(() => end(asked), idleMs).unref();
        resolve(verdict);
      });
      // A child that is gone by now tells so by its exit.
      asked.child.send(order, () => undefined);
    });
  };

  return {
    async parses(language, code) {
      const grammar = grammarOf(language);
      if (grammar === undefined || code.length > MAX_CODE || failures >= MAX_FAILURES) return 'unknown';
      if (code.trim() === '') return 'ok';
      lastId += 1;
      try {
        return await ask({ id: lastId, grammar, code });
      } catch {
        // Too little memory, or too many files open, to start a process.
        failures += 1;
        if (running) end(running);
        return 'unknown';
      }
    },
    dispose() {
      failures = MAX_FAILURES;
      if (running) end(running);
    },
  };
}

function startChild({ script, wasmFolder, env, ...options }: CodeParserOptions): ChildProcess {
  const child = (options.fork ?? fork)(script, [wasmFolder], {
    env: Object.fromEntries(KEPT.flatMap((name) => (env[name] ? [[name, env[name]]] : []))),
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // Whoever waits for an answer holds its own timer; an idle child keeps nobody from ending.
  child.unref();
  child.channel?.unref();
  return child;
}
