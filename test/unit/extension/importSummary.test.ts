import { describe, expect, it } from 'vitest';
import { importReport, importSentence } from '../../../extension/commands/importSummary.ts';
import type { Result } from '../../../sidecar/protocol/methods.ts';

const found = (more: Partial<Result<'import.run'>> = {}): Result<'import.run'> => ({
  ...{ format: 'csv', path: '/x/a_b.csv', preview: true, known: 0, remarks: [] },
  ...{ files: [], damaged: false },
  taken: [
    { kind: 'request', count: 2 },
    { kind: 'decision', count: 1 },
    { kind: 'later', count: 3 },
  ],
  refused: { count: 0, first: [] },
  ...more,
});

describe('what an import adds', () => {
  it('is one sentence', () => {
    expect(importSentence(found())).toBe('It would add 2 requests, 1 decision, 3 other events.');
    const refused = { count: 1, first: [] };
    expect(importSentence(found({ preview: false, taken: [], files: ['training_log.md'], refused }))).toBe(
      'Added 1 file. 1 entry is refused.',
    );
  });

  it('is nothing where everything is known', () => {
    const none = found({ taken: [], known: 4, refused: { count: 2, first: [] } });
    expect(importSentence(none)).toBe('Nothing in it is new. 2 entries are refused.');
  });

  it('is told apart from a file in which nothing could be read', () => {
    const refused = { count: 1, first: [] };
    expect(importSentence(found({ taken: [], refused }))).toBe(
      'Nothing could be taken in. 1 entry is refused.',
    );
    expect(importSentence(found({ taken: [] }))).toBe('Nothing in it is new.');
    expect(importSentence(found({ taken: [{ kind: 'decision', count: 1 }], damaged: true }))).toBe(
      'It would add 1 decision. It is damaged.',
    );
  });

  it('is a page in which nothing of the file counts as markup', () => {
    const page = importReport(
      found({
        known: 7,
        refused: { count: 3, first: [{ place: 'line 4', reason: '[x](command:evil) <img> | `y`\n# z' }] },
        remarks: ['The file is *cut* off.'],
      }),
    );
    expect(page).toContain('| line 4 | \\[x\\](command:evil) \\<img\\> \\| \\`y\\` \\# z |');
    expect(page).toContain('And 2 more.');
    expect(page).toContain('Here already: 7.');
    expect(page).toContain('The file is \\*cut\\* off.');
  });
});
