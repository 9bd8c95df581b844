import { describe, expect, it } from 'vitest';
import { readCsv } from '../../../../sidecar/memory/import/readCsv.ts';
import { readJsonLines, readJsonList } from '../../../../sidecar/memory/import/readRows.ts';
import { textBytes } from '../../../../sidecar/memory/import/textBytes.ts';
import { all, bytesOf, damages, NOW, records, refusals } from './bytesOf.ts';

const csv = (text: string | Uint8Array, delimiter = ',') =>
  all(readCsv(textBytes(bytesOf(text)), delimiter, NOW));
const lines = (text: string | Uint8Array) => all(readJsonLines(textBytes(bytesOf(text)), NOW));

describe('CSV', () => {
  it('reads feedback with quotes, line ends and a byte order mark as RFC 4180 has them', async () => {
    const text =
      '\uFEFFPrompt,response,Tags,score,Feedback,created_at\r\n' +
      '"Sort, ""please""","line 1\r\nline 2","pos,good",5,fine,2025-05-01T10:00:00\r\n' +
      '\r\n' +
      'Second,\'=1+1,,,"bad",1746093600\r\n';
    const found = await csv(text);
    expect(refusals(found)).toEqual([]);
    expect(records(found)).toMatchObject([
      {
        kind: 'feedback',
        prompt: 'Sort, "please"',
        response: 'line 1\nline 2',
        tags: ['pos', 'good'],
        score: 5,
        text: 'fine',
        at: Date.UTC(2025, 4, 1, 10),
      },
      { prompt: 'Second', response: '=1+1', tags: [], score: undefined, at: 1_746_093_600_000 },
    ]);
  });

  it('reads pairs between semicolons or tabs', async () => {
    for (const delimiter of [';', '\t']) {
      const text = `${['prompt', 'chosen', 'rejected'].join(delimiter)}\n${['p', 'good', 'bad'].join(delimiter)}`;
      expect(records(await csv(text, delimiter))).toMatchObject([
        { kind: 'feedback', feedbackType: 'pair', corrections: 'good', response: 'bad' },
      ]);
    }
  });

  it('refuses single rows by line and reads on', async () => {
    const text =
      'prompt,chosen,rejected\np,a,b\np,a\np,a,b,c\n,a,b\np,"a"x,b\np,a"b,c\n"p","c","\n",\np,c,d\n';
    const found = await csv(text);
    expect(records(found)).toHaveLength(2);
    expect(refusals(found)).toEqual([
      'line 3: it has more or fewer cells than the header',
      'line 4: it has more or fewer cells than the header',
      'line 5: it has no prompt',
      'line 6: a quoted cell goes on behind its quote',
      'line 7: a quote stands inside a cell that is not quoted',
      'line 8: it has more or fewer cells than the header',
    ]);
  });

  it('refuses what follows a quote that is never closed', async () => {
    const found = await csv('prompt,chosen,rejected\np,a,b\np,"a,b\np,c,d\n');
    expect(records(found)).toHaveLength(1);
    expect(refusals(found)).toEqual(['line 3: a quote is not closed; what follows is lost with it']);
  });

  it('refuses a row of another encoding', async () => {
    const found = await csv(Buffer.from('prompt,chosen,rejected\np,caf\u00e9,b\np,c,d\n', 'latin1'));
    expect(refusals(found)).toEqual(['line 2: it is not UTF-8']);
    expect(records(found)).toHaveLength(1);
  });

  it('reads UTF-16 as spreadsheets write it', async () => {
    const text = Buffer.from('\uFEFFprompt\tchosen\trejected\r\np\tgr\u00fc\u00df\tb\r\n', 'utf16le');
    expect(records(await csv(text, '\t'))).toMatchObject([{ corrections: 'gr\u00fc\u00df' }]);
  });

  it('takes a column called __proto__ as any other', async () => {
    const found = await csv('prompt,chosen,rejected,__proto__,constructor\np,a,b,x,y\n');
    expect(records(found)).toHaveLength(1);
  });
});

describe('JSON lines', () => {
  it('reads feedback records as the feedback guide has them', async () => {
    const found = await lines(
      `${JSON.stringify({ prompt: 'p', response: 'r', corrections: 'c', feedbackType: 'edit', score: 5 })}\n`,
    );
    expect(records(found)).toMatchObject([
      { kind: 'feedback', prompt: 'p', response: 'r', corrections: 'c', feedbackType: 'edit', score: 5 },
    ]);
  });

  it('keeps a score that is no grade beside the grades', async () => {
    const found = await lines('{"prompt": "p", "response": "r", "score": 0.75, "tags": "[\\"-1\\"]"}');
    expect(records(found)).toMatchObject([{ score: undefined, sourceScore: 0.75, tags: ['-1'] }]);
  });

  it('reads verdicts, and chats as training data has them', async () => {
    const chat = [
      { role: 'system', content: 's' },
      { role: 'user', content: 'p' },
      { role: 'assistant', content: 'r' },
    ];
    const found = await lines(
      `${JSON.stringify({ prompt: 'p', completion: 'r', label: false })}\n` +
        `${JSON.stringify({ messages: chat, approved: true, category: 'testing', reason: 'Clear' })}\n` +
        `${JSON.stringify({ prompt: chat.slice(0, 2), chosen: chat, rejected: [{ role: 'assistant', content: 'n' }] })}\n`,
    );
    expect(records(found)).toMatchObject([
      { kind: 'answer', verdict: 'denied' },
      {
        kind: 'answer',
        prompt: 'p',
        response: 'r',
        verdict: 'approved',
        category: 'testing',
        reasons: ['clear'],
      },
      { kind: 'feedback', prompt: 'p', corrections: 'r', response: 'n' },
    ]);
  });

  it('reads both logs of a learning loop, a skip included', async () => {
    const log = {
      timestamp: '2025-05-01T10:00:00.123456',
      user_input: 'build api',
      context: { recent_goals: ['x'] },
      hypotheses: [{ id: 'h1', question: 'A REST API?', confidence: 0.85 }],
      selected_id: 'h1',
    };
    const persona = {
      timestamp: '2025-05-01T10:00:00',
      old_facets: { concise: 0.7 },
      new_facets: { concise: 0.72 },
    };
    const found = await lines(
      [
        log,
        { ...log, selected_id: null },
        { ...log, selected_id: 'h9' },
        persona,
        { ...persona, new_facets: { a: 'x' } },
      ]
        .map((each) => `${JSON.stringify(each)}\n`)
        .join(''),
    );
    expect(records(found)).toMatchObject([
      { kind: 'readings', prompt: 'build api', selected: 'h1', at: Date.UTC(2025, 4, 1, 10, 0, 0, 123) },
      { kind: 'readings', selected: null },
      { kind: 'persona', newFacets: { concise: 0.72 } },
    ]);
    expect(refusals(found)).toEqual([
      'line 3: it selects a hypothesis that it does not list',
      'line 5: a facet is not a number',
    ]);
  });

  it('refuses lines one by one: a cut, a NUL, a lone surrogate half, another encoding, nothing said', async () => {
    const good = '{"prompt":"p","chosen":"a","rejected":"b"}\r\n';
    const text = Buffer.concat([
      Buffer.from(good),
      Buffer.from('{"prompt":"a\u0000b","chosen":"a","rejected":"b"}\n'),
      Buffer.from('{"prompt":"'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('","chosen":"a","rejected":"b"}\n\n'),
      Buffer.from('{"prompt":"only"}\n[1]\n'),
      Buffer.from(good),
      Buffer.from('{"prompt":"cut'),
    ]);
    const found = await lines(text);
    expect(records(found)).toHaveLength(2);
    expect(refusals(found)).toEqual([
      'line 2: it is not JSON',
      'line 3: it is not UTF-8',
      'line 5: it has neither a verdict, nor feedback, nor a chosen and a rejected text',
      'line 6: it is not an object',
      'line 8: it is not JSON; the file ends in it',
    ]);
  });

  it('passes over a line that is longer than any can be', async () => {
    const long = Buffer.concat([
      Buffer.from('{"prompt":"'),
      Buffer.alloc(4_200_000, 0x61),
      Buffer.from('"}\n'),
    ]);
    const text = Buffer.concat([long, Buffer.from('{"prompt":"p","chosen":"a","rejected":"b"}\n')]);
    const found = await all(readJsonLines(bytesOf(text, 65_536), NOW));
    expect(refusals(found)).toEqual(['line 1: it is larger than 4 MB']);
    expect(records(found)).toHaveLength(1);
  });

  it('reads the same from one JSON list, cut off or not', async () => {
    const text =
      '[{"prompt":"p","chosen":"a","rejected":"b"}, 7, {"prompt":"q","chosen":"a","rejected":"b"}]';
    const found = await all(readJsonList(bytesOf(text), NOW));
    expect(records(found)).toHaveLength(2);
    expect(refusals(found)).toEqual(['entry 2: it is not an object']);
    const cut = await all(readJsonList(bytesOf(text.slice(0, -5)), NOW));
    expect(records(cut)).toHaveLength(1);
    expect(damages(cut)).toHaveLength(1);
  });
});
