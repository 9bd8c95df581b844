import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createHeldInput, nameKey } from '../../../sidecar/cli/heldInput.ts';
import { createNodeTerminal, editorCommand, keepLastLineEnd } from '../../../sidecar/cli/nodeTerminal.ts';
import { ollamaHostFromEnv } from '../../../sidecar/cli/ollamaHostFromEnv.ts';
import { printable } from '../../../sidecar/cli/output.ts';
import { createPaint, wantsColor } from '../../../sidecar/cli/paint.ts';
import { readAll } from '../../../sidecar/cli/readAll.ts';
import { formatTable, oneLine } from '../../../sidecar/cli/table.ts';

/** A terminal that reads from `input`; without `output` what it writes is on a screen. */
function terminalOn(
  input: Parameters<typeof createNodeTerminal>[0]['input'],
  output: Parameters<typeof createNodeTerminal>[0]['output'] = Object.assign(new PassThrough(), {
    isTTY: true,
  }),
) {
  return createNodeTerminal({ input, output, env: {}, platform: 'linux', interrupt: () => undefined });
}

describe('ollamaHostFromEnv', () => {
  it.each([
    [undefined, undefined],
    ['  ', undefined],
    ['example', 'http://example:11434'],
    ['example:56789', 'http://example:56789'],
    [':56789', 'http://127.0.0.1:56789'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['0.0.0.0:80', 'http://127.0.0.1:80'],
    ['http://example', 'http://example:80'],
    ['https://example', 'https://example:443'],
    ['https://example/ollama/', 'https://example:443/ollama'],
    ['"127.0.0.1:1"', 'http://127.0.0.1:1'],
    ['[::1]:1337', 'http://[::1]:1337'],
    ['::1', 'http://[::1]:11434'],
    ['[::]', 'http://[::1]:11434'],
    ['example:99999', 'http://example:11434'],
    ['example:x', 'http://example:11434'],
  ])('%j is %j', (value, expected) => {
    expect(ollamaHostFromEnv(value)).toBe(expected);
  });
});

describe('text for a terminal', () => {
  it('aligns columns by what is seen', () => {
    const paint = createPaint(true);
    expect(
      formatTable([
        ['a', paint.good('ok'), 'x'],
        ['bbb', 'problem', 'y'],
      ]).map(printable),
    ).toEqual(['a    \uFFFD[32mok\uFFFD[39m       x', 'bbb  problem  y']);
  });

  it('cuts one column where the lines are too wide, and not to nothing', () => {
    const rows = [
      ['id', 'x'.repeat(60), '7 for'],
      ['longer', 'short', '12 for'],
    ];
    const cutTo = (width: number): string[] => formatTable(rows, { column: 1, width });
    expect(cutTo(80)).toEqual(formatTable(rows));
    expect(cutTo(50)).toEqual([
      `id      ${'x'.repeat(31)}...  7 for`,
      `longer  short${' '.repeat(29)}  12 for`,
    ]);
    expect(cutTo(10)[0]).toBe(`id      ${'x'.repeat(17)}...  7 for`);
  });

  it('cuts to one line without breaking a character', () => {
    expect(oneLine('a\n b', 10)).toBe('a b');
    expect(oneLine('\u{1F600}\u{1F600}\u{1F600}\u{1F600}\u{1F600}', 4)).toBe('\u{1F600}...');
  });

  it('colours only a terminal that wants it', () => {
    expect(wantsColor(true, {})).toBe(true);
    expect(wantsColor(false, {})).toBe(false);
    expect(wantsColor(true, { NO_COLOR: '1' })).toBe(false);
    expect(wantsColor(true, { TERM: 'dumb' })).toBe(false);
    expect(createPaint(false).bad('x')).toBe('x');
  });

  it('keeps line ends and tabs and nothing else below a space', () => {
    expect(printable('a\tb\r\nc\rd\u0000')).toBe('a\tb\nc\uFFFDd\uFFFD');
  });
});

describe('a terminal', () => {
  it.each([
    ['\u0003', 'interrupt'],
    ['\u0004', 'interrupt'],
    ['', 'interrupt'],
    ['\r', 'enter'],
    ['\u001b', 'escape'],
    ['\u001b[A', 'other'],
    ['A', 'a'],
    ['ap', 'other'],
    ['apt update\r', 'other'],
    ['a\r', 'other'],
    ['ab\u0003', 'interrupt'],
    ['\u00e9', '\u00e9'],
    ['\u{1F600}', '\u{1F600}'],
    ['5', '5'],
  ])('names %j', (characters, expected) => {
    expect(nameKey(characters)).toBe(expected);
  });

  it('reads one key in raw mode and leaves raw mode', async () => {
    const raw: boolean[] = [];
    const input = Object.assign(new PassThrough(), {
      isTTY: true,
      setRawMode: (on: boolean) => raw.push(on),
    });
    const terminal = terminalOn(input);
    expect(terminal.interactive).toBe(true);
    const key = terminal.key();
    input.write('d');
    expect(await key).toBe('d');
    expect(raw).toEqual([true, false]);
    const end = terminal.key();
    input.end();
    expect(await end).toBe('interrupt');
  });

  it('waits for some keys only, drops others, and ends when it is over', async () => {
    const told: string[] = [];
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const keys = createHeldInput(input, () => told.push('interrupt'));
    const over = new AbortController();
    const wanted = new Set(['enter']);
    const pressed = keys.oneOf(wanted, over.signal);
    for (const typed of ['x', '\u0003', '\r']) input.write(typed);
    expect(await pressed).toBe('enter');
    expect(told).toEqual(['interrupt']);
    const waiting = keys.oneOf(wanted, over.signal);
    over.abort();
    expect(await waiting).toBeUndefined();
    expect(await keys.oneOf(wanted, over.signal)).toBeUndefined();
    expect(input.listenerCount('data')).toBe(0);
  });

  it('drops what is typed while it is held, and tells Ctrl+C', async () => {
    const raw: boolean[] = [];
    const told: string[] = [];
    const input = Object.assign(new PassThrough(), {
      isTTY: true,
      setRawMode: (on: boolean) => raw.push(on),
    });
    const keys = createHeldInput(input, () => told.push('interrupt'));
    const release = keys.hold();
    input.write('a');
    input.write('\u0003');
    await keys.fresh();
    const key = keys.key();
    input.write('d');
    expect(await key).toBe('d');
    expect([told, raw]).toEqual([['interrupt'], [true]]);
    expect(await keys.without(async () => raw.at(-1))).toBe(false);
    expect(raw.at(-1)).toBe(true);
    release();
    release();
    expect(raw).toEqual([true, false, true, false]);
    expect(input.listenerCount('data')).toBe(0);
  });

  it('reads a line, and knows the end of input', async () => {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const terminal = terminalOn(input);
    const line = terminal.question('Note: ');
    input.write('too clever\n');
    expect(await line).toBe('too clever');
    const none = terminal.question('Note: ');
    input.end();
    expect(await none).toBeUndefined();
  });

  it('is not interactive with input or output elsewhere', () => {
    const screen = Object.assign(new PassThrough(), { isTTY: true });
    expect(terminalOn(screen).interactive).toBe(true);
    expect(terminalOn(new PassThrough()).interactive).toBe(false);
    expect(terminalOn(screen, new PassThrough()).interactive).toBe(false);
  });

  it('finds the editor and forgives the line end that it adds', () => {
    expect(editorCommand({ VISUAL: 'code --wait', EDITOR: 'vi' }, 'linux')).toBe('code --wait');
    expect(editorCommand({ EDITOR: 'nano' }, 'linux')).toBe('nano');
    expect(editorCommand({}, 'linux')).toBe('vi');
    expect(editorCommand({}, 'win32')).toBe('notepad');
    expect(keepLastLineEnd('a', 'b\n')).toBe('b');
    expect(keepLastLineEnd('a\n', 'b\n')).toBe('b\n');
  });
});

describe('readAll', () => {
  it('joins characters that were cut in two', async () => {
    const bytes = Buffer.from('für');
    async function* cut() {
      yield bytes.subarray(0, 2);
      yield bytes.subarray(2);
    }
    expect(await readAll(cut())).toBe('für');
  });
});
