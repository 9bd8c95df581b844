import { Ollama } from 'ollama/browser';
import type * as z from 'zod';
import { AppError } from '../../protocol/errors.ts';
import { notJson } from './ollamaErrors.ts';
import { createAgent, createOllamaFetch, type FetchOptions, type FetchTimeouts } from './ollamaFetch.ts';
import type { OllamaHost } from './ollamaHost.ts';

const METADATA_FIRST_BYTE_MS = 30_000;

export interface OllamaCallsDeps {
  readonly host: OllamaHost;
  readonly token?: (() => string | undefined) | undefined;
  readonly timeouts: FetchTimeouts;
}

export interface CallOptions {
  readonly signal: AbortSignal;
  readonly model?: string | undefined;
  readonly answer: FetchOptions['answer'];
  readonly pulling?: boolean;
  /** `metadata` answers at once; `model` may load one first; `work` may be silent for long at any point. */
  readonly patience: 'metadata' | 'model' | 'work';
}

/** One client of the `ollama` package a call, so that ending one never ends another. */
export interface OllamaCalls {
  readonly address: string;
  client(options: CallOptions): Ollama;
  /** Reads an answer by its schema. Throws `server.failed` where it has another shape. */
  read<T extends z.ZodType>(schema: T, answer: unknown): z.infer<T>;
  /** Closes the kept connections. */
  dispose(): void;
}

// The package's browser entry is used on purpose: its Node entry treats model names and image texts that happen
// to be paths as files of the working folder.
export function createOllamaCalls({ host, token, timeouts }: OllamaCallsDeps): OllamaCalls {
  const { address } = host;
  const agent = createAgent(host.url);
  return {
    address,
    dispose: () => agent.destroy(),
    client: ({ signal, model, answer, pulling, patience }) =>
      new Ollama({
        host: host.url,
        fetch: createOllamaFetch({
          agent,
          signal,
          token: token?.(),
          answer,
          context: { address, model, pulling },
          timeouts: {
            connect: timeouts.connect,
            firstByte: patience === 'metadata' ? METADATA_FIRST_BYTE_MS : timeouts.firstByte,
            idle: patience === 'work' ? timeouts.firstByte : timeouts.idle,
          },
        }),
      }),
    read: (schema, answer) => {
      const read = schema.safeParse(answer);
      if (!read.success) throw notJson(address, read.error);
      return read.data;
    },
  };
}

/** Any failure of a call as an AppError. */
export function asAppError(error: unknown, address: string): AppError {
  if (error instanceof AppError) return error;
  return notJson(address, error);
}
