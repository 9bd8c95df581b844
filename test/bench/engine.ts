import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { type ForkedSidecar, forkSidecar } from '../helpers/forkSidecar.ts';
import { startRealOllama } from '../helpers/realOllama.ts';
import { bareTiming, leaveOneCore, recordingProxy, type Timing } from './bareServer.ts';
import { atLeast, atMost, type BenchOptions, type BenchRow, median, noted } from './benchRow.ts';

const ROUNDS = 16;
const SHORT_ROUNDS = 4;
/** Tokens; bounds an answer that rambles, the same for both ways. */
const CONTEXT_LENGTH = 1_024;

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
export async function run(options: BenchOptions): Promise<BenchRow[]> {
  const rounds = options['short'] ? SHORT_ROUNDS : ROUNDS;
  const ollama = await startRealOllama();
  const model = await leaveOneCore(ollama.host, ollama.model);
  const proxy = await recordingProxy(ollama.host);
  const dataFolder = await mkdtemp(join(tmpdir(), 'whetstone-bench-'));
  const sidecar = await forkSidecar({
    dataFolder,
    settings: { host: proxy.host, model, contextLength: CONTEXT_LENGTH },
  });
  const nonce = (n: number) => String(100_000 + n);
  const prompt = (n: number) =>
    `Number ${nonce(n)}. Write a Python function that adds two numbers and explain it at length.`;
  try {
    await sidecarTiming(sidecar, prompt(0));
    await bareTiming(proxy.host, proxy.body());
    const [with_, bare]: [Timing[], Timing[]] = [[], []];
    // Around the server's own part: the way through the proxy and the reading, which the bare call has as well.
    const around: { sidecar: number[]; bare: number[] } = { sidecar: [], bare: [] };
    const throughSidecar = async (n: number) => {
      const timing = await sidecarTiming(sidecar, prompt(n));
      with_.push(timing);
      around.sidecar.push(timing.first - proxy.serverPart());
    };
    const throughNothing = async (n: number) => {
      const body = proxy.body().replace(/Number \d+\./, `Number ${nonce(n)}.`);
      const timing = await bareTiming(proxy.host, body);
      bare.push(timing);
      around.bare.push(timing.first - proxy.serverPart());
    };
    for (let round = 1; round <= rounds; round++) {
      // Each goes first in every other round: what drifts in the machine falls on both alike.
      const order = round % 2 === 0 ? [throughSidecar, throughNothing] : [throughNothing, throughSidecar];
      for (const [at, measure] of order.entries()) await measure(2 * round + at);
    }
    const ratios = with_.map((timing, i) => timing.rate / (bare[i]?.rate ?? Number.NaN));
    return [
      noted('engine', 'first text, bare server, median', median(bare.map(({ first }) => first)), 'ms'),
      noted('engine', "first text, beside the server's part, bare", median(around.bare), 'ms'),
      noted('engine', "first text, beside the server's part, sidecar", median(around.sidecar), 'ms'),
      atMost(
        'engine',
        'first text, added by the sidecar',
        median(around.sidecar) - median(around.bare),
        'ms',
        10,
      ),
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
