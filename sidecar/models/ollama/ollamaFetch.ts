import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { AppError } from '../../protocol/errors.ts';
import { checkedLines } from './jsonLines.ts';
import {
  cancelled,
  type ErrorContext,
  notJson,
  redirected,
  serverError,
  stillLoading,
  streamCut,
  unreachable,
} from './ollamaErrors.ts';

const MAX_BODY = 64 * 1024 * 1024;
const MAX_ERROR_BODY = 64 * 1024;
const MS_A_MINUTE = 60_000;
/** Connections kept for the next call; the metadata calls around one answer are no more at once. */
const KEPT_CONNECTIONS = 3;

/** Milliseconds. */
export interface FetchTimeouts {
  readonly connect: number;
  /** Until the first byte; a server sends none before the model is loaded. */
  readonly firstByte: number;
  /** Between two chunks. */
  readonly idle: number;
}

/** Connections to one server, kept between calls. */
export function createAgent(url: string): HttpAgent {
  const options = { keepAlive: true, maxFreeSockets: KEPT_CONNECTIONS };
  return url.startsWith('https:') ? new HttpsAgent(options) : new HttpAgent(options);
}

export interface FetchOptions {
  readonly agent: HttpAgent;
  readonly signal: AbortSignal;
  readonly timeouts: FetchTimeouts;
  readonly context: ErrorContext;
  /** `lines` for a streamed answer, `whole` for one JSON object, `none` where the body says nothing. */
  readonly answer: 'lines' | 'whole' | 'none';
  readonly token?: string | undefined;
}

/**
 * A fetch for one request: it ends the connection, and with it the server's work, as soon as the signal says
 * so; it has its own timeouts, follows no redirect, and rejects with AppErrors only.
 */
export function createOllamaFetch(options: FetchOptions): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const body = typeof init?.body === 'string' ? init.body : '';
    const headers: Record<string, string> = Object.fromEntries(new Headers(init?.headers).entries());
    if (body !== '') headers['content-length'] = String(Buffer.byteLength(body));
    if (options.token) headers['authorization'] = `Bearer ${options.token}`;
    const exchange = await send(
      url,
      { method: init?.method ?? 'GET', headers, agent: options.agent },
      body,
      options,
    );
    const { status } = exchange;
    if (status >= 300 && status < 400) throw exchange.end(redirected(options.context.address, status));
    if (status < 200 || status >= 400) {
      const text = await readError(exchange);
      throw exchange.end(serverError(status, text, options.context));
    }
    return new Response(
      options.answer === 'lines' ? lineBody(exchange, options) : await wholeBody(exchange, options),
    );
  };
}

interface Exchange {
  readonly status: number;
  /** The body; ends with the AppError that says why where it does not end well. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Ends the connection; gives the error back. */
  end(error: AppError): AppError;
}

function send(url: URL, base: RequestOptions, body: string, options: FetchOptions): Promise<Exchange> {
  const { signal, timeouts, context } = options;
  const secure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(cancelled());
    const request = (secure ? httpsRequest : httpRequest)(url, base);
    let failure: AppError | undefined;
    let timer: NodeJS.Timeout | undefined;
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    const end = (error: AppError): AppError => {
      failure ??= error;
      finish();
      request.destroy();
      reject(failure);
      return failure;
    };
    const onAbort = (): void => void end(cancelled());
    const arm = (ms: number, error: () => AppError): void => {
      clearTimeout(timer);
      timer = setTimeout(() => end(error()), ms);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    arm(timeouts.connect, () =>
      unreachable(context.address, `No connection within ${timeouts.connect / 1_000} s.`),
    );
    const waitForAnswer = (): void =>
      arm(timeouts.firstByte, () => stillLoading(context, timeouts.firstByte / MS_A_MINUTE));
    request.once('socket', (socket) => {
      if (socket.connecting) socket.once(secure ? 'secureConnect' : 'connect', waitForAnswer);
      else waitForAnswer();
    });
    let answered = false;
    request.on('error', (error) => {
      if (answered || failure || !isStale(request, error)) return void end(connectionError(error, context));
      finish();
      send(url, { ...base, agent: false }, body, options).then(resolve, reject);
    });
    request.once('response', (response) => {
      answered = true;
      arm(timeouts.idle, () => streamCut(context.address, 'The server fell silent.'));
      const arming = (): void => void timer?.refresh();
      resolve({
        status: response.statusCode ?? 0,
        chunks: readChunks(response, { arming, finish, failure: () => failure }, context),
        end,
      });
    });
    request.end(body);
  });
}

/**
 * True where a connection kept from an earlier call broke, as it does where the server has closed it meanwhile. Whether
 * the server had read the request can't be told from that.
 */
function isStale(request: ClientRequest, { code }: NodeJS.ErrnoException): boolean {
  return request.reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE');
}

interface ReadControl {
  arming(): void;
  finish(): void;
  failure(): AppError | undefined;
}

async function* readChunks(
  response: IncomingMessage,
  control: ReadControl,
  context: ErrorContext,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response) {
      control.arming();
      yield chunk;
    }
    const failure = control.failure();
    if (failure) throw failure;
  } catch (error) {
    throw control.failure() ?? streamCut(context.address, 'The connection broke.', error);
  } finally {
    control.finish();
    response.destroy();
  }
}

function connectionError(error: NodeJS.ErrnoException, context: ErrorContext): AppError {
  const { address } = context;
  switch (error.code) {
    case 'ECONNREFUSED':
      return unreachable(address, 'The connection was refused: nothing listens there.', error);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return unreachable(address, 'The host name is not known.', error);
    case 'ECONNRESET':
    case 'EPIPE':
      return streamCut(address, 'The server closed the connection.', error);
    default:
      return unreachable(address, error.message, error);
  }
}

async function readText(exchange: Exchange, limit: number): Promise<{ text: string; whole: boolean }> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of exchange.chunks) {
    parts.push(chunk);
    size += chunk.length;
    if (size > limit) return { text: Buffer.concat(parts).toString().slice(0, limit), whole: false };
  }
  return { text: Buffer.concat(parts).toString(), whole: true };
}

/** The server's own words, from JSON where it is JSON, else the plain text of the body. */
async function readError(exchange: Exchange): Promise<string> {
  const { text } = await readText(exchange, MAX_ERROR_BODY);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'error' in value) {
      return typeof value.error === 'string' ? value.error : JSON.stringify(value.error);
    }
  } catch {
    // Not JSON: a proxy or another program answers with a page of its own.
  }
  return text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
}

async function wholeBody(exchange: Exchange, { context, answer }: FetchOptions): Promise<string> {
  const { text, whole } = await readText(exchange, MAX_BODY);
  if (answer === 'none') return '{}';
  try {
    if (whole && typeof JSON.parse(text) === 'object') return text;
  } catch (error) {
    throw exchange.end(notJson(context.address, error));
  }
  throw exchange.end(notJson(context.address));
}

function lineBody(exchange: Exchange, { context }: FetchOptions): ReadableStream<Uint8Array> {
  const lines = checkedLines(exchange.chunks, {
    malformed: () => exchange.end(notJson(context.address)),
    cut: () => streamCut(context.address, 'The server closed the connection in the middle.'),
    said: (text) => exchange.end(serverError(undefined, text, context)),
  });
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = await lines.next();
        if (next.done) controller.close();
        else controller.enqueue(encoder.encode(next.value));
      } catch (error) {
        controller.error(error);
      }
    },
    async cancel() {
      exchange.end(cancelled());
    },
  });
}
