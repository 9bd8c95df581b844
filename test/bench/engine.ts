import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { type ForkedSidecar, forkSidecar } from '../helpers/forkSidecar.ts';
import { startRealOllama } from '../helpers/realOllama.ts';
import { atLeast, atMost, type BenchRow, median, noted } from './benchRow.ts';

const ROUNDS = process.env['WHETSTONE_BENCH_SHORT'] === '1' ? 3 : 9;
/** Tokens; bounds an answer that rambles, the same for both ways. */
const CONTEXT_LENGTH = 1_024;

interface Timing {
  /** Milliseconds from sending to the first text. */
  readonly first: number;
  /** Tokens per second from the first text to the last. */
  readonly rate: number;
}

/** Passes everything on to the server and keeps the last chat body, so that the bare call sends the same. */
async function recordingProxy(target: string): Promise<{ server: Server; host: string; body: () => string }> {
  let last = '';
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      if (incoming.url === '/api/chat') last = body.toString('utf8');
      const { method, headers } = incoming;
      const onward = httpRequest(new URL(incoming.url ?? '/', target), { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onward.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, host: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, body: () => last };
}

/** Sends a chat body straight to the server. */
async function bareTiming(host: string, body: string): Promise<Timing> {
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

async function sidecarTiming(sidecar: ForkedSidecar, prompt: string): Promise<Timing> {
  let [first, last] = [0, 0];
  const stop = sidecar.client.on('request.delta', () => {
    last = performance.now();
    if (first === 0) first = last;
  });
  const started = performance.now();
  const answer = await sidecar.client.call('request.ask', {
    request: ulid(),
    thread: ulid(),
    prompt,
    candidates: 1,
    seed: 1,
  });
  stop();
  const tokens = answer.candidates[0]?.usage?.answerTokens ?? 0;
  return { first: first - started, rate: (1_000 * tokens) / (last - first) };
}

/** Both ways send the same body; a number of equal length keeps the server's prefix cache cold for each. */
export async function run(): Promise<BenchRow[]> {
  const ollama = await startRealOllama();
  const proxy = await recordingProxy(ollama.host);
  const dataFolder = await mkdtemp(join(tmpdir(), 'whetstone-bench-'));
  const sidecar = await forkSidecar({
    dataFolder,
    settings: { host: proxy.host, model: ollama.model, contextLength: CONTEXT_LENGTH },
  });
  const nonce = (n: number) => String(100_000 + n);
  const prompt = (n: number) =>
    `Number ${nonce(n)}. Write a Python function that adds two numbers and explain it at length.`;
  try {
    await sidecarTiming(sidecar, prompt(0));
    const [with_, bare]: [Timing[], Timing[]] = [[], []];
    for (let round = 1; round <= ROUNDS; round++) {
      with_.push(await sidecarTiming(sidecar, prompt(2 * round)));
      const body = proxy.body().replaceAll(nonce(2 * round), nonce(2 * round + 1));
      bare.push(await bareTiming(proxy.host, body));
    }
    const added = with_.map((timing, i) => timing.first - (bare[i]?.first ?? 0));
    const ratios = with_.map((timing, i) => timing.rate / (bare[i]?.rate ?? Number.NaN));
    return [
      noted('engine', 'first text, bare server, median', median(bare.map(({ first }) => first)), 'ms'),
      atMost('engine', 'first text, added by the sidecar, median of pairs', median(added), 'ms', 10),
      noted('engine', 'tokens per second, bare server, median', median(bare.map(({ rate }) => rate)), '1/s'),
      atLeast('engine', 'tokens per second, sidecar / bare, median of pairs', median(ratios), 'ratio', 0.98),
    ];
  } finally {
    await sidecar.disconnect();
    proxy.server.close();
    await ollama.stop();
    await rm(dataFolder, { recursive: true, force: true });
  }
}
