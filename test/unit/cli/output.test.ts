import { describe, expect, it } from 'vitest';
import type { TextSink } from '../../../sidecar/cli/cliPorts.ts';
import { createOutput } from '../../../sidecar/cli/output.ts';

/** What a model, a file name or a line of another program may hold: a new title, a full clipboard, hidden letters. */
const HOSTILE = 'a\u001b]0;x\u0007\u001b]52;c;eA==\u001b\\\u001b[8m\u009b2Jb';
const PLAIN = 'a\uFFFD]0;x\uFFFD\uFFFD]52;c;eA==\uFFFD\\\uFFFD[8m\uFFFD2Jb';

describe('what is printed for a person', () => {
  it('moves no cursor, and keeps the colours that were asked for', () => {
    const written: string[] = [];
    const sink: TextSink = { isTTY: true, columns: 80, write: (text) => void written.push(text) };
    const output = createOutput({ stdout: sink, stderr: sink, env: {}, json: false, stream: false });
    output.line(output.paint.bold(HOSTILE));
    output.note(output.paint.dim(HOSTILE));
    output.table([['1', HOSTILE]]);
    expect(written).toEqual([
      `\u001b[1m${PLAIN}\u001b[22m\n`,
      `\u001b[2m${PLAIN}\u001b[22m\n`,
      `1  ${PLAIN}\n`,
    ]);
  });
});
