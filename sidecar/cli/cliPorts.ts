import type { Client } from '../protocol/methods.ts';
import type { Scope } from '../protocol/scopes.ts';

/** Where text goes. */
export interface TextSink {
  readonly isTTY: boolean;
  /** Width in characters, where it is known. */
  readonly columns: number | undefined;
  write(text: string): void;
}

/** What only a person at a terminal can give. */
export interface Terminal {
  /** True where keys can be read and questions can be seen. */
  readonly interactive: boolean;
  /**
   * From here on what is typed is neither shown nor kept, until a key or a line is asked for; Ctrl+C still stops.
   * Returns what ends that; ending it twice is ending it once.
   */
  hold(): () => void;
  /** Drops what was typed before now; resolves when the person has stopped typing. */
  fresh(): Promise<void>;
  /** One line, without its end; undefined where input ended or Ctrl+C was pressed. */
  question(text: string): Promise<string | undefined>;
  /** One key: a character, `enter`, `escape`, `interrupt`, or `other`. */
  key(): Promise<string>;
  /** The first of these keys; others are dropped, and Ctrl+C still stops. Undefined once `over` is aborted. */
  oneOf(keys: ReadonlySet<string>, over: AbortSignal): Promise<string | undefined>;
  /** The text after the user's editor closed; undefined where the editor failed. */
  edit(text: string): Promise<string | undefined>;
}

/** The opened sidecar, in this process. */
export interface CliSession {
  readonly client: Client;
  /** Serves JSON-RPC on standard input and output until the peer closes. */
  serveStdio(scopes: ReadonlySet<Scope>): Promise<void>;
  dispose(): Promise<void>;
}

/** Everything the terminal command takes from the process that it runs in. */
export interface CliPorts {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly terminal: Terminal;
  readonly stdinIsTTY: boolean;
  /** All of standard input as text. */
  readStdin(): Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly version: string;
  /** Opens the sidecar on a data folder; undefined means the default one. */
  open(dataFolder: string | undefined): Promise<CliSession>;
  /** Text of a file; rejects as node:fs does. */
  readFile(path: string): Promise<string>;
  newId(): string;
  /** Milliseconds, for measuring how long a person looked. */
  now(): number;
  /** Ctrl+C. */
  onInterrupt(listener: () => void): () => void;
  /** Ends the process at once. */
  exitNow(code: number): void;
}
