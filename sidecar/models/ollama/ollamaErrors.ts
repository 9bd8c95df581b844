import { AppError, type ErrorCode } from '../../protocol/errors.ts';

const SHOWN = 500;

/** What an error message may name. */
export interface ErrorContext {
  /** `host:port` of the server. */
  readonly address: string;
  readonly model?: string | undefined;
  /** True while a model is fetched from a registry. */
  readonly pulling?: boolean | undefined;
}

interface Reading {
  readonly code: ErrorCode;
  readonly test: RegExp;
  what(context: ErrorContext, found: RegExpExecArray): string;
  readonly why?: string;
  next(context: ErrorContext): string;
}

const modelOf = ({ model }: ErrorContext): string => model ?? 'The model';

// The server tells these apart by their text only.
const READINGS: readonly Reading[] = [
  {
    code: 'context.tooLong',
    test: /exceeds? (the |maximum |the maximum )?context|context (length|window|size) exceeded|exceed_context_size/i,
    what: (c) => `The request is longer than the context window of ${modelOf(c)}.`,
    next: () => 'Remove some context, shorten the prompt, or raise the context length in the settings.',
  },
  {
    code: 'model.outOfMemory',
    test: /system memory|out of memory|out-of-memory|unable to allocate|cannot allocate|failed to allocate|insufficient memory|signal: killed/i,
    what: (c) => `${modelOf(c)} does not fit into memory.`,
    next: () => 'Close other programs, lower the context length, or choose a smaller model.',
  },
  {
    code: 'server.tooOld',
    test: /newer version of ollama|requires? (a )?newer version|upgrade ollama|unknown model architecture/i,
    what: (c) => `Ollama at ${c.address} is too old for ${modelOf(c)}.`,
    next: () => 'Update Ollama, then try again.',
  },
  {
    code: 'model.unsupported',
    test: /does not support ([a-z]+)/i,
    what: (c, found) => `${modelOf(c)} does not support ${found[1] ?? 'this'}.`,
    next: () => 'Choose another model.',
  },
  {
    code: 'model.loading',
    test: /loading model|model is loading|timed out waiting for .* to start/i,
    what: (c) => `${modelOf(c)} is still loading.`,
    next: () => 'Try again in a moment.',
  },
  {
    code: 'model.nameInvalid',
    test: /invalid model name|name .* is invalid/i,
    what: (c) => `"${c.model ?? ''}" is not a model name that the server accepts.`,
    next: () => 'Choose a model from the list.',
  },
];

const PULL_READINGS: readonly Reading[] = [
  {
    code: 'model.missing',
    test: /file does not exist|manifest unknown|not found/i,
    what: (c) => `There is no model named ${c.model ?? 'so'} to fetch.`,
    next: () => 'Check the name and its tag.',
  },
  {
    code: 'server.failed',
    test: /no such host|dial tcp|connection re|network is|i\/o timeout|tls|proxyconnect/i,
    what: (c) => `Ollama could not fetch ${c.model ?? 'the model'}: it has no way to its model registry.`,
    next: () => 'Check the network and the proxy settings of the Ollama server, then try again.',
  },
];

/** Turns what the server said, with or without an HTTP status, into a typed error. */
export function serverError(status: number | undefined, text: string, context: ErrorContext): AppError {
  const said = text.trim().slice(0, SHOWN);
  for (const reading of context.pulling ? [...READINGS, ...PULL_READINGS] : READINGS) {
    const found = reading.test.exec(said);
    if (found)
      return make(reading.code, reading.what(context, found), said, reading.next(context), context, found[1]);
  }
  if (status === 404 && /not found/i.test(said)) return modelMissing(context, said);
  if (status === 401 || status === 403) {
    const next = 'Set the token that it asks for, or check the address.';
    return make(
      'server.unauthorized',
      `The server at ${context.address} refused the request.`,
      said,
      next,
      context,
    );
  }
  const where = status === undefined ? '' : ` (HTTP ${status})`;
  return make(
    'server.failed',
    `The model server at ${context.address} reported an error${where}.`,
    said || 'It gave no reason.',
    'Try again; if it stays, look at the log of the server.',
    context,
  );
}

function make(
  code: ErrorCode,
  what: string,
  why: string,
  next: string,
  { address, model }: ErrorContext,
  feature?: string,
): AppError {
  const details = {
    address,
    ...(model && { model }),
    ...(code === 'model.unsupported' && feature && { feature }),
  };
  return new AppError(code, what, { why, next, details });
}

/** The server answers, and has no model of that name. */
export function modelMissing(context: ErrorContext, why?: string): AppError {
  const name = context.model ?? 'The model';
  return new AppError('model.missing', `${name} is not on the model server.`, {
    why: why ?? `The server at ${context.address} does not list it.`,
    next: 'Pull it, or choose another model.',
    details: { address: context.address, ...(context.model && { model: context.model }) },
  });
}

export function unreachable(address: string, why: string, cause?: unknown): AppError {
  return new AppError('server.unreachable', `Ollama does not answer at ${address}.`, {
    why,
    next: 'Start Ollama, change the host in the settings, or use the built-in model.',
    details: { address },
    cause,
  });
}

export function streamCut(address: string, why: string, cause?: unknown): AppError {
  return new AppError('stream.cut', 'The answer ended before it was complete.', {
    why: `${why} (${address})`,
    next: 'Try again; if it stays, look at the log of the server.',
    details: { address },
    cause,
  });
}

export function notJson(address: string, cause?: unknown): AppError {
  return new AppError('server.failed', `What answers at ${address} does not speak like Ollama.`, {
    why: 'Its answer is not JSON of the expected shape.',
    next: 'Check the host in the settings; another program or a proxy may be answering there.',
    details: { address },
    cause,
  });
}

export function redirected(address: string, status: number): AppError {
  return new AppError('server.failed', `The server at ${address} redirects to another address.`, {
    why: `It answered with HTTP ${status}. Redirects are not followed, so that prompts go only where you said.`,
    next: 'Set the host to the final address.',
    details: { address },
  });
}

export function stillLoading(context: ErrorContext, minutes: number): AppError {
  return new AppError('model.loading', `${modelOf(context)} did not start to answer.`, {
    why: `The server at ${context.address} sent nothing for ${minutes} minutes; it may still be loading the model.`,
    next: 'Try again in a moment, or choose a smaller model.',
    details: { address: context.address, ...(context.model && { model: context.model }) },
  });
}

export function cancelled(): AppError {
  return new AppError('rpc.cancelled', 'Stopped.');
}
