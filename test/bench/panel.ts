import type { EventOf } from '../../sidecar/memory/events.ts';
import { openPanel, type PanelPage } from '../e2e/panelPage.ts';
import { openStage, type Stage } from '../e2e/stage.ts';
import { startRealOllama } from '../helpers/realOllama.ts';
import { bareTiming, leaveOneCore, recordingProxy } from './bareServer.ts';
import { atLeast, type BenchOptions, type BenchRow, median, noted } from './benchRow.ts';

const ROUNDS = 9;
const SHORT_ROUNDS = 2;

/** Milliseconds from the first paint of the newest answer's text to its last; waits for the end inside the page. */
function paintedMs(panel: PanelPage): Promise<number> {
  return panel.frame.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const list = document.querySelector('.cards') ?? document.body;
        let [first, last, shown] = [0, 0, ''];
        const look = (): void => {
          const card = list.lastElementChild;
          const text = card?.querySelector('.answerText')?.textContent ?? '';
          if (text !== shown) last = performance.now();
          if (shown === '') first = last;
          shown = text;
          const approve = card?.querySelector('.decisionBar vscode-button');
          if (shown === '' || !approve || Reflect.get(approve, 'disabled')) return;
          observer.disconnect();
          resolve(last - first);
        };
        // A frame is asked for only where something changed: a loop of frames would cost more than the panel does.
        const observer = new MutationObserver(() => requestAnimationFrame(look));
        const attributeFilter = ['disabled', 'hidden'];
        observer.observe(list, { subtree: true, childList: true, characterData: true, attributeFilter });
      }),
  );
}

async function paintedRate(stage: Stage, panel: PanelPage, prompt: string): Promise<number> {
  await panel.ask(prompt);
  const ms = await paintedMs(panel);
  return (1_000 * tokensOf(stage.journal('candidate').at(-1))) / ms;
}

function tokensOf(event: unknown): number {
  const { usage } = event as EventOf<'candidate'>;
  return usage?.answerTokens ?? Number.NaN;
}

/** The same body to the bare server and through the whole of VS Code, up to what is painted. */
export async function run(options: BenchOptions): Promise<BenchRow[]> {
  const rounds = options['short'] ? SHORT_ROUNDS : ROUNDS;
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
    for (let round = 1; round <= rounds; round++) {
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
