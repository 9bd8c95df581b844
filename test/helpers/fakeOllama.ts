import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from './listenOnLoopback.ts';

/** What a scripted route may do with its answer. */
export interface FakeCall {
  readonly path: string;
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
  readonly response: ServerResponse;
  /** Resolves when the client has gone away before the answer was complete. */
  readonly gone: Promise<void>;
  /** Sends one JSON object. */
  json(status: number, value: unknown): void;
  /** Sends one line of a stream, headers first where they were not sent. */
  line(value: unknown): void;
  /** Breaks the connection. */
  cut(): void;
}

export type FakeRoute = (call: FakeCall) => void | Promise<void>;

export interface FakeOllama {
  readonly host: string;
  readonly address: string;
  /** `METHOD path` of all requests so far. */
  readonly seen: readonly string[];
  /** Resolves with the next call of that path, also if it was already made. */
  called(path: string): Promise<FakeCall>;
  stop(): Promise<void>;
}

/** For what a real server cannot be made to do on demand: cut streams, silence, odd answers, other versions. */
export async function startFakeOllama(routes: Record<string, FakeRoute>): Promise<FakeOllama> {
  const seen: string[] = [];
  const calls: FakeCall[] = [];
  const waiting: { path: string; resolve(call: FakeCall): void }[] = [];
  const all: Record<string, FakeRoute> = {
    '/api/version': (call) => call.json(200, { version: '0.17.4' }),
    '/api/ps': (call) => call.json(200, { models: [{ name: 'm:latest' }] }),
    ...routes,
  };
  const server = createServer((request, response) => {
    void toCall(request, response).then((call) => {
      seen.push(`${call.method} ${call.path}`);
      calls.push(call);
      for (const waiter of waiting) if (waiter.path === call.path) waiter.resolve(call);
      const route = all[call.path];
      return route ? route(call) : call.json(404, { error: `no route ${call.path}` });
    });
  });
  const port = await listenOnLoopback(server);
  return {
    host: `http://127.0.0.1:${port}`,
    address: `127.0.0.1:${port}`,
    seen,
    called: (path) => {
      const made = calls.find((call) => call.path === path);
      return made ? Promise.resolve(made) : new Promise((resolve) => waiting.push({ path, resolve }));
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function toCall(request: IncomingMessage, response: ServerResponse): Promise<FakeCall> {
  const gone = new Promise<void>((resolve) => {
    response.once('close', () => {
      if (!response.writableEnded) resolve();
    });
  });
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return {
    path: request.url ?? '',
    method: request.method ?? '',
    headers: request.headers,
    body: text === '' ? {} : JSON.parse(text),
    response,
    gone,
    json: (status, value) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    },
    line: (value) => {
      if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write(`${typeof value === 'string' ? value : JSON.stringify(value)}\n`);
    },
    cut: () => void response.destroy(),
  };
}

/** One streamed piece of an answer. */
export const piece = (content: string, extra: Record<string, unknown> = {}): Record<string, unknown> => ({
  model: 'm',
  message: { role: 'assistant', content },
  done: false,
  ...extra,
});

/** The last line of an answer. */
export const lastPiece = (extra: Record<string, unknown> = {}): Record<string, unknown> => ({
  model: 'm',
  message: { role: 'assistant', content: '' },
  done: true,
  done_reason: 'stop',
  total_duration: 5_000_000,
  load_duration: 1_000_000,
  prompt_eval_count: 3,
  eval_count: 2,
  ...extra,
});
