import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  afterChange,
  inOrder,
  type TextChange,
  type TrackedRange,
} from '../../../../extension/editor/survival/trackedRange.ts';

/** A document as a list of characters with two marks among them, which no change removes. */
type Marked = readonly (string | 'START' | 'END')[];
const isMark = (item: string): boolean => item.length > 1;

function marked(text: string, start: number, end: number): Marked {
  return [...text.slice(0, start), 'START', ...text.slice(start, end), 'END', ...text.slice(end)];
}

/**
 * The naive way: characters are taken out one by one and the new ones put in their place. Where a mark stood among
 * those taken out, what is put in is on its inner side; where it stood at the edge, it stays on its side of that edge.
 */
function edited(doc: Marked, change: TextChange): Marked {
  const parts: Record<Part, string[]> = { before: [], removed: [], after: [] };
  let at = 0;
  for (const item of doc) {
    parts[isMark(item) ? markGoes(item, at, change) : characterGoes(at, change)].push(item);
    if (!isMark(item)) at += 1;
  }
  const start = parts.removed.includes('START') ? ['START'] : [];
  const end = parts.removed.includes('END') ? ['END'] : [];
  return [...parts.before, ...start, ...change.text, ...end, ...parts.after];
}

type Part = 'before' | 'removed' | 'after';

function characterGoes(at: number, { offset, length }: TextChange): Part {
  if (at < offset) return 'before';
  return at < offset + length ? 'removed' : 'after';
}

function markGoes(mark: string, at: number, { offset, length }: TextChange): Part {
  if (at > offset && at < offset + length) return 'removed';
  if (at !== offset) return at < offset ? 'before' : 'after';
  // What is inserted at the very place of a mark stays outside the marks.
  return mark === 'END' || length > 0 ? 'before' : 'after';
}

const textOf = (doc: Marked): string => doc.filter((item) => !isMark(item)).join('');
const heldBy = (doc: Marked): string => textOf(doc.slice(doc.indexOf('START'), doc.indexOf('END')));

const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  to: fc.double({ min: 0, max: 1, noNaN: true }),
  text: fc.string({ maxLength: 6 }),
});

test('a range holds exactly what stands between two marks, whatever is edited', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 30 }),
      fc.nat(),
      fc.nat(),
      fc.array(change, { maxLength: 12 }),
      (text, a, b, edits) => {
        // An empty range is where two marks can't say which of them a text is between.
        const start = a % text.length;
        const end = start + 1 + (b % (text.length - start));
        let doc = marked(text, start, end);
        let range: TrackedRange = { start, end, loose: false };
        for (const { at, to, text: written } of edits) {
          const all = textOf(doc);
          const [offset, until] = [Math.floor(at * all.length), Math.floor(to * all.length)].sort(
            (x, y) => x - y,
          );
          const one = { offset: offset ?? 0, length: (until ?? 0) - (offset ?? 0), text: written };
          doc = edited(doc, one);
          range = afterChange(range, one);
          if (range.start === range.end) return heldBy(doc) === '';
          expect(textOf(doc).slice(range.start, range.end)).toBe(heldBy(doc));
        }
        return true;
      },
    ),
    { numRuns: 2_000 },
  );
});

test('several changes of one event are the same as one after the other', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(40), { minLength: 2, maxLength: 8 }),
      fc.string({ maxLength: 3 }),
      (points, text) => {
        const edges = [...new Set(points)].sort((x, y) => x - y);
        const changes: TextChange[] = [];
        for (let i = 0; i + 1 < edges.length; i += 2)
          changes.push({ offset: edges[i] ?? 0, length: (edges[i + 1] ?? 0) - (edges[i] ?? 0), text });
        const all = 'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq';
        let doc = marked(all, 10, 25);
        let range: TrackedRange = { start: 10, end: 25, loose: false };
        for (const each of inOrder(changes)) {
          doc = edited(doc, each);
          range = afterChange(range, each);
        }
        let plain = '';
        let from = 0;
        for (const each of changes) {
          plain += all.slice(from, each.offset) + each.text;
          from = each.offset + each.length;
        }
        expect(textOf(doc)).toBe(plain + all.slice(from));
        if (range.start < range.end) expect(textOf(doc).slice(range.start, range.end)).toBe(heldBy(doc));
      },
    ),
  );
});

test('a change that writes over an edge makes it loose, and nothing makes it exact again', () => {
  const range = { start: 10, end: 20, loose: false };
  expect(afterChange(range, { offset: 12, length: 3, text: 'x' }).loose).toBe(false);
  expect(afterChange(range, { offset: 10, length: 10, text: 'x' }).loose).toBe(false);
  expect(afterChange(range, { offset: 8, length: 4, text: '' }).loose).toBe(false);
  const loose = afterChange(range, { offset: 0, length: 40, text: 'all of it' });
  expect(loose).toEqual({ start: 0, end: 9, loose: true });
  expect(afterChange(loose, { offset: 2, length: 1, text: 'x' }).loose).toBe(true);
});
