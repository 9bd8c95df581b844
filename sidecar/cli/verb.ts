import type { Command } from 'commander';
import { AppError } from '../protocol/errors.ts';
import { type Client, PROTOCOL_VERSION, type Result } from '../protocol/methods.ts';
import type { CliPorts, CliSession } from './cliPorts.ts';
import { cliSettings, type GlobalFlags, globalFlagsSchema } from './cliSettings.ts';
import { createOutput, type Output } from './output.ts';
import { checkOptions } from './usageError.ts';

/** What one verb works with. */
export interface Verb {
  readonly ports: CliPorts;
  readonly output: Output;
  readonly flags: GlobalFlags;
  /** Aborted by the first Ctrl+C. */
  readonly signal: AbortSignal;
  /** Opens the sidecar without a handshake; the peer of `serve-stdio` makes its own. */
  session(): Promise<CliSession>;
  /** Opens the sidecar at first use. */
  client(): Promise<Client>;
  /** What the handshake told. */
  opened(): Promise<Result<'initialize'>>;
}

/** Runs what a verb does and keeps its exit code. */
export interface VerbHost {
  run(command: Command, body: (verb: Verb) => Promise<number>): Promise<void>;
  readonly exitCode: number;
}

export function createVerbHost(ports: CliPorts): VerbHost {
  let exitCode = 0;
  return {
    get exitCode() {
      return exitCode;
    },
    async run(command, body) {
      const flags = checkOptions(globalFlagsSchema, command.optsWithGlobals());
      const { stdout, stderr, env } = ports;
      const { json, stream } = flags;
      const output = createOutput({ stdout, stderr, env, json, stream });
      const interrupts = new AbortController();
      const stop = ports.onInterrupt(() => {
        if (interrupts.signal.aborted) ports.exitNow(130);
        interrupts.abort();
      });
      const sessions = createSessions(ports, flags);
      try {
        exitCode = await body({ ports, output, flags, signal: interrupts.signal, ...sessions.access });
      } finally {
        await sessions.dispose();
        stop();
      }
    },
  };
}

/** The person pressed Ctrl+C at a question. */
export function left(what: string): AppError {
  return new AppError('rpc.cancelled', what);
}

function createSessions(ports: CliPorts, flags: GlobalFlags) {
  let session: Promise<CliSession> | undefined;
  let handshake: Promise<Result<'initialize'>> | undefined;
  const open = (): Promise<CliSession> => {
    session ??= ports.open(flags.data);
    return session;
  };
  const opened = (): Promise<Result<'initialize'>> => {
    handshake ??= open().then(({ client }) =>
      client.call('initialize', {
        protocolVersion: PROTOCOL_VERSION,
        client: { name: 'whetstone-terminal', version: ports.version },
        settings: cliSettings(flags, ports.env),
        // No workspace stands behind a terminal that could redirect anything.
        trusted: true,
      }),
    );
    return handshake;
  };
  const client = async (): Promise<Client> => {
    await opened();
    return (await open()).client;
  };
  return {
    access: { session: open, client, opened },
    /** A session that failed to open has nothing to dispose of, and its error has been told. */
    dispose: async () => {
      await session?.then((it) => it.dispose()).catch(ignoreUnlessUnexpected);
    },
  };
}

function ignoreUnlessUnexpected(error: unknown): void {
  if (!AppError.is(error)) throw error;
}
