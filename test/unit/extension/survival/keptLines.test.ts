import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { broughtLines, isMeasurable } from '../../../../extension/editor/survival/broughtLines.ts';
import { codeLines } from '../../../../extension/editor/survival/codeLines.ts';
import { keptLines } from '../../../../extension/editor/survival/keptLines.ts';

const insertedInto = (before: string, code: string) => ({ before, from: 0, to: 0, text: code });

describe('lines', () => {
  test('what a formatter changes does not count', () => {
    expect(codeLines('\tlet a = "x";\r\n\n  f( 1,\n  2 )')).toEqual(codeLines("let a  = 'x'\nf(1\n2)\n"));
    expect(codeLines(' \n;\n')).toEqual([]);
  });

  test('are new, brought again, or old', () => {
    const edit = { before: 'a\nold\n}\nb\n', from: 2, to: 8, text: '' };
    expect(broughtLines('old\nnew\n}\n}\nb', edit)).toBe('onobb');
    expect(isMeasurable(broughtLines('old\n}', edit))).toBe(false);
  });
});

describe('kept lines', () => {
  test('in the range each counts once, elsewhere only new ones', () => {
    const code = 'one\none\ntwo\n}';
    const lines = broughtLines(code, insertedInto('}\n', code));
    expect(lines).toBe('nnnb');
    expect(keptLines(code, lines, { ranged: code, elsewhere: ['}'] })).toEqual({ kept: 4, of: 4 });
    expect(keptLines(code, lines, { ranged: 'one\n}', elsewhere: ['two\n}\n'] })).toEqual({ kept: 3, of: 4 });
    expect(keptLines(code, lines, { ranged: '', elsewhere: ['}'] })).toEqual({ kept: 0, of: 4 });
    expect(keptLines(code, lines, { ranged: undefined, elsewhere: ['two\n}'] })).toEqual({ kept: 1, of: 3 });
  });

  test('a replacement that was undone keeps nothing, however alike the two texts are', () => {
    const old = 'function f() {\n  if (x) {\n    return 1;\n  }\n}';
    const code = 'function f() {\n  if (x) {\n    log(x);\n    return 1;\n  }\n}\n}';
    const lines = broughtLines(code, { before: old, from: 0, to: old.length, text: code });
    expect(keptLines(code, lines, { ranged: old, elsewhere: [] })).toEqual({ kept: 0, of: 2 });
    expect(keptLines(code, lines, { ranged: code, elsewhere: [] })).toEqual({ kept: 2, of: 2 });
  });

  test('all is kept right after, nothing once it is gone, and never more than was asked', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', '}', 'd'), { maxLength: 12 })
      .map((all) => all.join('\n'));
    fc.assert(
      fc.property(text, text, text, text, fc.nat(), fc.nat(), (before, code, ranged, other, a, b) => {
        const from = a % (before.length + 1);
        const to = from + (b % (before.length - from + 1));
        const lines = broughtLines(code, { before, from, to, text: code });
        const replaced = before.slice(from, to);
        const right = keptLines(code, lines, { ranged: code, elsewhere: [] });
        expect(right.kept).toBe(right.of);
        expect(keptLines(code, lines, { ranged: replaced, elsewhere: [before] }).kept).toBe(0);
        expect(keptLines(code, lines, { ranged: undefined, elsewhere: [before] }).kept).toBe(0);
        const some = keptLines(code, lines, { ranged, elsewhere: [other] });
        expect(some.kept).toBeLessThanOrEqual(some.of);
        const more = keptLines(code, lines, { ranged: `${ranged}\n${code}`, elsewhere: [other] });
        expect(more.kept).toBeGreaterThanOrEqual(some.kept);
      }),
    );
  });
});
