import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { Envelope } from '../../sidecar/memory/events.ts';
import { decodeLine } from '../../sidecar/memory/journal/lineCodec.ts';
import { type CodeServer, type CodeServerOptions, startCodeServer } from '../helpers/codeServer.ts';
import { openWorkbench, startBrowser, type WindowOptions, type Workbench } from '../helpers/driver.ts';
import { type RealOllama, type RealOllamaOptions, startRealOllama } from '../helpers/realOllama.ts';
import { until } from '../helpers/until.ts';
import { writeJournal } from '../helpers/writeJournal.ts';

export interface StageOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly ollama?: RealOllamaOptions | false;
  /** Decisions that are in the journal before the window opens. */
  readonly decisions?: number;
  readonly server?: Partial<CodeServerOptions>;
  readonly window?: WindowOptions;
  /** Called with the data folder before the window opens. */
  readonly prepare?: (dataFolder: string) => Promise<void>;
}

/** Everything a test in the real editor stands on; each part is real and is gone after `close`. */
export interface Stage {
  readonly ollama: RealOllama;
  readonly codeServer: CodeServer;
  readonly browser: Browser;
  readonly window: Workbench;
  readonly workspace: string;
  readonly dataFolder: string;
  /** Events in the journal, all writers, as they stand on disk. */
  journal(kind?: string): Envelope[];
  /** Waits until the journal has an event of that kind that fits. */
  journaled(kind: string, fits?: (event: Envelope) => boolean): Promise<Envelope>;
  /** Opens one more window on the same server and data. */
  openWindow(options?: WindowOptions): Promise<Workbench>;
  close(): Promise<void>;
}

const SAMPLE = `export function add(a: number, b: number): number {
  return a + b;
}
`;

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const root = mkdtempSync(join(tmpdir(), 'whetstone-e2e-'));
  const [workspace, dataFolder] = [join(root, 'workspace'), join(root, 'data')];
  mkdirSync(workspace);
  mkdirSync(dataFolder, { mode: 0o700 });
  writeFileSync(join(workspace, 'math.ts'), SAMPLE);
  if (options.decisions !== undefined) await writeJournal(dataFolder, options.decisions);
  await options.prepare?.(dataFolder);
  const ollama = options.ollama === false ? undefined : await startRealOllama(options.ollama);
  const codeServer = await startCodeServer({
    folder: workspace,
    env: { WHETSTONE_DATA: dataFolder },
    ...options.server,
    settings: {
      'whetstone.host': ollama?.host ?? 'http://127.0.0.1:9',
      'whetstone.model': ollama?.model ?? '',
      'whetstone.engine': 'ollama',
      'whetstone.temperature': 0,
      // Bounds an answer that rambles.
      'whetstone.contextLength': 1024,
      ...options.settings,
    },
  });
  const browser = await startBrowser();
  const window = await openWorkbench(browser, codeServer.url, options.window);
  const journal = (kind?: string): Envelope[] =>
    readJournal(dataFolder).filter((event) => kind === undefined || event.kind === kind);
  return {
    get ollama() {
      if (ollama === undefined) throw new Error('This stage has no Ollama.');
      return ollama;
    },
    codeServer,
    browser,
    window,
    workspace,
    dataFolder,
    journal,
    journaled: (kind, fits = () => true) =>
      until(`a ${kind} event in the journal`, () => journal(kind).findLast(fits), 60_000),
    openWindow: (more) => openWorkbench(browser, codeServer.url, more),
    async close() {
      await browser.close();
      await codeServer.stop();
      await ollama?.stop();
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function readJournal(dataFolder: string): Envelope[] {
  const folder = join(dataFolder, 'journal');
  const events: Envelope[] = [];
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.jsonl'))) {
    const bytes = readFileSync(join(folder, name));
    for (let start = 0, end = bytes.indexOf(10); end >= 0; start = end + 1, end = bytes.indexOf(10, start)) {
      const line = decodeLine(bytes.subarray(start, end));
      if (line.ok) events.push(line.event);
    }
  }
  return events.sort((a, b) => (a.id < b.id ? -1 : 1));
}
