import type { EventOf } from '../../sidecar/memory/events.ts';
import { openPanel, type PanelPage } from '../e2e/panelPage.ts';
import { openStage, type Stage } from '../e2e/stage.ts';
import { startRealOllama } from '../helpers/realOllama.ts';
import { bareTiming, leaveOneCore, recordingProxy } from './bareServer.ts';
import { atLeast, type BenchRow, median, noted } from './benchRow.ts';

const ROUNDS = process.env['WHETSTONE_BENCH_SHORT'] === '1' ? 2 : 9;

/** Milliseconds between the first and the last change of the newest answer's text, each taken after its paint. */
function watchPaint(panel: PanelPage): Promise<void> {
  return panel.frame.evaluate(() => {
    const painted: number[] = [];
    Reflect.set(window, 'painted', painted);
    let shown = '';
    const look = (): void => {
      const text = [...document.querySelectorAll('article.card')]
        .at(-1)
        ?.querySelector('.answer')?.textContent;
      if (text && text !== shown) painted.push(performance.now());
      shown = text ?? '';
      if (Reflect.get(window, 'painted') === painted) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

async function paintedRate(stage: Stage, panel: PanelPage, prompt: string): Promise<number> {
  const before = stage.journal('candidate').length;
  await panel.ask(prompt);
  await watchPaint(panel);
  await panel.answered();
  const [first, last] = await panel.frame.evaluate(() => {
    const painted: unknown = Reflect.get(window, 'painted');
    Reflect.set(window, 'painted', undefined);
    return Array.isArray(painted) ? [Number(painted[0]), Number(painted.at(-1))] : [];
  });
  const candidate = stage.journal('candidate').slice(before).at(-1);
  const tokens = tokensOf(candidate);
  return (1_000 * tokens) / ((last ?? Number.NaN) - (first ?? Number.NaN));
}

function tokensOf(event: unknown): number {
  const { usage } = event as EventOf<'candidate'>;
  return usage?.answerTokens ?? Number.NaN;
}

/** The same body to the bare server and through the whole of VS Code, up to what is painted. */
export async function run(): Promise<BenchRow[]> {
  const ollama = await startRealOllama();
  const proxy = await recordingProxy(ollama.host);
  const model = await leaveOneCore(ollama.host, ollama.model);
  const settings = { 'whetstone.host': proxy.host, 'whetstone.model': model };
  const stage = await openStage({ ollama: false, settings });
  try {
    const panel = await openPanel(stage.window);
    const prompt = (n: number) => `Number ${n}. Write a Python function that adds two numbers, explained.`;
    await paintedRate(stage, panel, prompt(100));
    const [painted, bare]: [number[], number[]] = [[], []];
    for (let round = 1; round <= ROUNDS; round++) {
      const throughPanel = async () => painted.push(await paintedRate(stage, panel, prompt(100 + round)));
      const throughNothing = async () => bare.push((await bareTiming(proxy.host, proxy.body())).rate);
      const order = round % 2 === 0 ? [throughPanel, throughNothing] : [throughNothing, throughPanel];
      for (const measure of order) await measure();
    }
    const ratios = painted.map((rate, i) => rate / (bare[i] ?? Number.NaN));
    return [
      noted('panel', 'tokens per second, bare server, median', median(bare), '1/s'),
      atLeast('panel', 'tokens per second, painted / bare, median of pairs', median(ratios), 'ratio', 0.9),
    ];
  } finally {
    await stage.close();
    proxy.server.close();
    await ollama.stop();
  }
}
