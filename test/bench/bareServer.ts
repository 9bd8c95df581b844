import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';

export interface Timing {
  /** Milliseconds from sending to the first text. */
  readonly first: number;
  /** Tokens per second from the first text to the last. */
  readonly rate: number;
}

export interface Proxy {
  readonly server: Server;
  readonly host: string;
  /** The last chat body, so that the bare call sends the same. */
  body(): string;
  /** Milliseconds from the last chat's arrival to the first byte of its answer: the server's own part. */
  serverPart(): number;
}

/** Passes everything on to the server. */
export async function recordingProxy(target: string): Promise<Proxy> {
  let [last, part] = ['', 0];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const { method, headers, url } = incoming;
      const isChat = url === '/api/chat';
      if (isChat) last = body.toString('utf8');
      const arrived = performance.now();
      const onward = httpRequest(new URL(url ?? '/', target), { method, headers }, (answer) => {
        answer.once('data', () => {
          if (isChat) part = performance.now() - arrived;
        });
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onward.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { server, host, body: () => last, serverPart: () => part };
}

/** The same model with a thread fewer than cores: the rest is for those who ask, as on a machine with an editor. */
export async function leaveOneCore(host: string, from: string): Promise<string> {
  const model = 'bench';
  const parameters = { num_thread: Math.max(1, availableParallelism() - 1) };
  const body = JSON.stringify({ model, from, parameters, stream: false });
  const answer = await fetch(`${host}/api/create`, { method: 'POST', body });
  if (!answer.ok) throw new Error(`create ended with ${answer.status}: ${await answer.text()}`);
  return model;
}

/** Sends a chat body straight to the server. */
export async function bareTiming(host: string, body: string): Promise<Timing> {
  const started = performance.now();
  const answer = await fetch(`${host}/api/chat`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  });
  let [first, last, tokens] = [0, 0, 0];
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of answer.body ?? []) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const parsed: { message?: { content?: string }; eval_count?: number } = JSON.parse(line);
      if (parsed.message?.content) {
        last = performance.now();
        if (first === 0) first = last;
      }
      tokens = parsed.eval_count ?? tokens;
    }
  }
  return { first: first - started, rate: (1_000 * tokens) / (last - first) };
}
