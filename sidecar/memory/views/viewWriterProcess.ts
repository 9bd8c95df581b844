import { spawn } from 'node:child_process';
import type { ViewReport, ViewWriterPort } from './viewWriterPort.ts';
import { viewReportSchema } from './viewWriterPort.ts';

export interface ViewWriterProcessOptions {
  /** `dist/viewWriter.cjs`, or `viewWriterMain.ts` in development. */
  readonly script: string;
  /** Where `sql-wasm.wasm` is; beside the script where it is not given. */
  readonly wasm?: string;
  /** The Node to run it; this process's own where it is not given. */
  readonly execPath?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Passed on to the child; everything else stays here. */
const KEPT = [
  'PATH',
  'HOME',
  'USERPROFILE',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'ELECTRON_RUN_AS_NODE',
  'ELECTRON_NO_ASAR',
];
/** Texts pass through by the hundred megabytes; the engine would let its nursery grow for them and never shrink it. */
const SMALL_HEAP = '--max-semi-space-size=2';
/** More output than this is not a report. */
const MAX_OUTPUT = 100_000;

/** Writes the views in a child process of its own, so that its memory is gone when it is done. */
export function createViewWriterProcess(options: ViewWriterProcessOptions): ViewWriterPort {
  const from = options.env ?? process.env;
  const env = Object.fromEntries(
    KEPT.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])),
  );
  return {
    start: (dataFolder) => {
      const args = [
        SMALL_HEAP,
        options.script,
        dataFolder,
        ...(options.wasm === undefined ? [] : [options.wasm]),
      ];
      // Its own process group: Ctrl+C in the terminal should not stop it half-way.
      const child = spawn(options.execPath ?? process.execPath, args, {
        env,
        detached: process.platform !== 'win32',
        windowsHide: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let out = '';
      let problem = '';
      child.stdout.on('data', (chunk: Buffer) => {
        if (out.length < MAX_OUTPUT) out += chunk.toString('utf8');
      });
      child.stderr.on('data', (chunk: Buffer) => {
        if (problem.length < 4_000) problem += chunk.toString('utf8');
      });
      const done = new Promise<ViewReport>((resolve, reject) => {
        child.on('error', reject);
        child.on('close', (code, signal) => {
          const report = code === 0 ? parseReport(out) : undefined;
          if (report) resolve(report);
          else reject(new Error(`The view writer ended with ${signal ?? code}. ${problem}`.trim()));
        });
      });
      return {
        done,
        release: () => {
          child.unref();
          for (const stream of [child.stdout, child.stderr]) {
            if ('unref' in stream && typeof stream.unref === 'function') stream.unref();
          }
        },
      };
    },
  };
}

function parseReport(text: string): ViewReport | undefined {
  try {
    const parsed = viewReportSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
