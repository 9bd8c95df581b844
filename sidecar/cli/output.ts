import type * as z from 'zod';
import type { AppError } from '../protocol/errors.ts';
import {
  METHODS,
  type NotificationName,
  type Params,
  type RequestName,
  type Result,
} from '../protocol/methods.ts';
import type { TextSink } from './cliPorts.ts';
import { createPaint, type Paint, wantsColor } from './paint.ts';
import { formatTable } from './table.ts';
import { forTerminal } from './terminalNext.ts';

export interface Output {
  readonly json: boolean;
  readonly paint: Paint;
  /** Standard output as it is; control characters are taken out on a terminal. */
  text(text: string): void;
  line(text?: string): void;
  /** Aligned columns; on a terminal that is too narrow for them the column `cut` is shortened, where one is named. */
  table(rows: readonly (readonly string[])[], cut?: number): void;
  /** A line for a person beside the result, on standard error; silent with --json. */
  note(text: string): void;
  /** A line that replaces the one before it on a terminal; silent with --json. */
  progress(text: string): void;
  /** The one document of `--json`, checked against the method table, or `people()`. */
  result<N extends RequestName>(method: N, value: Result<N>, people: () => void): void;
  /** The one document of `--json` where no single method makes it. */
  document<S extends z.ZodType>(schema: S, value: z.output<S>, people: () => void): void;
  /** One line of `--json --stream`. */
  event<N extends NotificationName>(method: N, params: Params<N>): void;
  error(error: AppError): void;
}

export interface OutputDeps {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly json: boolean;
  /** With --json: notifications as lines, and the result as the last line. */
  readonly stream: boolean;
}

// A model's text, or a file name, could otherwise move the cursor, retitle the window or fill the clipboard.
const CONTROLS = new RegExp(
  `[${[
    [0, 8],
    [11, 31],
    [127, 159],
  ]
    .map(([from = 0, to = 0]) => `\\x${hex(from)}-\\x${hex(to)}`)
    .join('')}]`,
  'g',
);

const COLOURS = new RegExp(`(${String.fromCharCode(27)}\\[(?:1|2|22|31|32|33|39)m)`);

function hex(code: number): string {
  return code.toString(16).padStart(2, '0');
}

/** Text without control characters other than line ends and tabs. */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(CONTROLS, '\uFFFD');
}

/** The same, but for the colours of `paint`. */
function painted(text: string): string {
  return text
    .split(COLOURS)
    .map((part, at) => (at % 2 === 1 ? part : printable(part)))
    .join('');
}

export function createOutput({ stdout, stderr, env, json, stream }: OutputDeps): Output {
  const paint = createPaint(!json && wantsColor(stdout.isTTY, env));
  let onProgressLine = false;
  let lastProgress = '';

  const clearProgress = (): void => {
    if (onProgressLine) stderr.write('\r\u001b[K');
    onProgressLine = false;
  };
  const print = (text: string): void => {
    clearProgress();
    stdout.write(text);
  };
  const printDocument = (value: unknown): void => {
    print(`${JSON.stringify(stream ? { result: value } : value, null, stream ? undefined : 2)}\n`);
  };

  return {
    json,
    paint,
    text: (text) => print(stdout.isTTY ? printable(text) : text),
    line: (text = '') => print(`${painted(text)}\n`),
    table(rows, cut) {
      const { isTTY, columns } = stdout;
      const fit =
        cut === undefined || !isTTY || columns === undefined ? undefined : { column: cut, width: columns };
      for (const line of formatTable(rows, fit)) print(`${painted(line)}\n`);
    },
    note(text) {
      if (json) return;
      clearProgress();
      stderr.write(`${painted(text)}\n`);
    },
    progress(text) {
      if (json || text === lastProgress) return;
      lastProgress = text;
      const shown = printable(text);
      if (!stderr.isTTY) return stderr.write(`${shown}\n`);
      clearProgress();
      stderr.write(shown.slice(0, (stderr.columns ?? 80) - 1));
      onProgressLine = true;
    },
    result(method, value, people) {
      if (!json) return people();
      printDocument(METHODS[method].result.parse(value));
    },
    document(schema, value, people) {
      if (!json) return people();
      printDocument(schema.parse(value));
    },
    event(method, params) {
      if (json && stream) print(`${JSON.stringify({ method, params })}\n`);
    },
    error(error) {
      clearProgress();
      const data = forTerminal(error.toData());
      if (json) return stdout.write(`${JSON.stringify({ error: data }, null, stream ? undefined : 2)}\n`);
      const errPaint = createPaint(wantsColor(stderr.isTTY, env));
      const parts = [errPaint.bad(printable(data.what))];
      if (data.why) parts.push(printable(data.why));
      if (data.next) parts.push(printable(data.next));
      parts.push(errPaint.dim(`(${data.code})`));
      stderr.write(`${parts.join('\n')}\n`);
    },
  };
}
