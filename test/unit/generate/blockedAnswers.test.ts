import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../../sidecar/models/engine.ts';
import { AppError } from '../../../sidecar/protocol/errors.ts';
import { engineDouble, pieces } from '../../helpers/engineDouble.ts';
import { memoryDouble } from '../../helpers/memoryDouble.ts';
import { services } from '../../helpers/services.ts';

const BAD = "```js\nimport _ from 'lodash';\n```";
const GOOD = '```js\nconst a = 1;\n```';
/** Fails another gate. */
const STUB = '```js\n// ... your code\n```';

const setUp = async (answers: readonly (string | AppError)[]) => {
  const memory = memoryDouble();
  const engine = engineDouble('base:1b');
  let at = 0;
  engine.script = (): AsyncIterable<ChatEvent> => {
    const answer = answers[at++] ?? GOOD;
    if (typeof answer !== 'string') throw answer;
    return pieces(answer);
  };
  const all = services(memory, engine);
  const { id } = await all.blocks.set({ phrase: 'lodash', on: true });
  return { memory, engine, all, id };
};

describe('an answer that uses what is blocked', () => {
  it.each([1, 'auto', 2] as const)(
    'is followed by one more that is told so, and is not suggested (%s)',
    async (wanted) => {
      const { memory, engine, all } = await setUp(wanted === 2 ? [BAD, BAD] : [BAD]);
      const { candidates, suggested } = await all.ask({ prompt: 'Sort.', candidates: wanted });
      const [last] = candidates.slice(-1);
      const first = wanted === 2 ? 'third answer: the second' : 'second answer: the first';
      expect(last?.label).toBe(`${first} used lodash`);
      expect(candidates.map((each) => each.blocked)).toEqual(
        wanted === 2 ? [['lodash'], ['lodash'], undefined] : [['lodash'], undefined],
      );
      expect(suggested).toBe(last?.candidate);
      expect(engine.asked.at(-1)?.messages.at(-1)?.content).toBe('Sort.\n\nAnswer without lodash.');
      expect(JSON.stringify(engine.asked.at(-1)?.messages)).not.toContain('import _');
      const ends = all.notes.filter((note) => note.method === 'request.end');
      expect(ends[0]?.params).toMatchObject({ candidate: { blocked: ['lodash'] } });
      expect(memory.events.filter((each) => 'blocked' in each)).toEqual([]);
    },
  );

  it('is tried again once only, can be approved all the same, and is marked no more once it is lifted', async () => {
    const { all, engine } = await setUp([BAD, BAD]);
    const { request, candidates, suggested } = await all.ask({ prompt: 'Sort.' });
    expect(engine.asked).toHaveLength(2);
    expect(suggested).toBeDefined();
    const [first] = candidates;
    if (!first) throw new Error('no answer');
    expect((await all.requests.get({ request })).candidates[0]?.blocked).toEqual(['lodash']);
    const { candidate, sha256 } = first;
    const decision = { decision: all.ids(), request, candidate, sha256, verdict: 'approved' as const };
    expect((await all.deciding.record({ ...decision, reasons: [] })).line).toMatch(/^Approved/);
    await all.blocks.set({ phrase: 'lodash', on: false });
    expect((await all.requests.get({ request })).candidates[0]?.blocked).toBeUndefined();
  });

  it('stays behind one that fails another gate', async () => {
    const { all } = await setUp([BAD, STUB]);
    const { candidates, suggested } = await all.ask({ prompt: 'Sort.' });
    expect(suggested).toBe(candidates[1]?.candidate);
  });

  it('stays where no other one can be made', async () => {
    const { all } = await setUp([BAD, new AppError('server.unreachable', 'gone')]);
    const { candidates, suggested } = await all.ask({ prompt: 'Sort.' });
    expect(candidates).toHaveLength(1);
    expect(suggested).toBe(candidates[0]?.candidate);
  });

  it('makes no second one where one of them is without it', async () => {
    const { all, engine } = await setUp([BAD, GOOD]);
    const { candidates, suggested } = await all.ask({ prompt: 'Sort.', candidates: 2 });
    expect(engine.asked).toHaveLength(2);
    expect(suggested).toBe(candidates[1]?.candidate);
  });
});
