import { describe, expect, it } from 'vitest';
import { evidenceRows, lastUseOf } from '../../../extension/knowledge/evidenceRows.ts';
import { forgetQuestion } from '../../../extension/knowledge/forgetQuestion.ts';
import { createKnowledge } from '../../../extension/knowledge/knowledge.ts';
import { knowledgeEntries } from '../../../extension/knowledge/knowledgeEntries.ts';
import type { KnowledgeSources } from '../../../extension/knowledge/knowledgeSources.ts';
import { knowledgeView } from '../../../extension/knowledge/knowledgeView.ts';
import { facetSentence, memorySentence, ruleSentence } from '../../../extension/knowledge/sentences.ts';
import {
  rowContext,
  rowDescription,
  rowDetails,
  type TreeRow,
} from '../../../extension/knowledge/treeRows.ts';
import type { SidecarState } from '../../../extension/sidecar/sidecarClient.ts';
import { AppError } from '../../../sidecar/protocol/errors.ts';
import { knowledgeSchema } from '../../../webview/knowledgeProtocol.ts';
import { MUCH_KNOWN, NOTHING_KNOWN, testMemory } from '../../helpers/knowledgeSources.ts';
import { testId } from '../../helpers/panelHarnessStates.ts';

const STOPPED = new AppError('rpc.stopped', 'Whetstone stopped.', { next: 'Try again.' });

interface Call {
  readonly method: string;
  readonly params: unknown;
}

/** A sidecar that answers from `sources`, with what was asked of it. */
function bench(sources: KnowledgeSources, answers: Record<string, unknown> = {}) {
  const calls: Call[] = [];
  const listeners: (() => void)[] = [];
  const timers: (() => void)[] = [];
  const asked: string[] = [];
  let agrees = true;
  let stale = 0;
  let held = sources;
  let state: SidecarState = { kind: 'ready' };
  const call = async (method: string, params: unknown): Promise<never> => {
    calls.push({ method, params });
    const known: Record<string, unknown> = {
      'rules.list': { rules: held.rules },
      'memory.list': { memories: held.memories },
      'blocks.list': { blocks: held.blocks },
      'persona.get': held.persona,
      'preference.get': held.preference,
      'stats.get': held.stats,
      'memory.forget': {
        requests: 0,
        answers: 0,
        decisions: 0,
        others: 2,
        versions: [],
        waiting: 0,
        preview: true,
      },
      ...answers,
    };
    const answer = known[method] ?? {};
    if (AppError.is(answer)) throw answer;
    return answer as never;
  };
  const knowledge = createKnowledge({
    client: {
      call,
      get state() {
        return state;
      },
      restart: async () => {
        state = { kind: 'ready' };
      },
      on: (_method, listener) => {
        listeners.push(() => Reflect.apply(listener, undefined, [{}]));
        return () => listeners.splice(0);
      },
    },
    confirmForget: async (what, detail) => {
      asked.push(`${what} | ${detail}`);
      return agrees;
    },
    onStale: () => {
      stale += 1;
    },
    schedule: (_ms, run) => {
      timers.push(run);
      return () => timers.splice(timers.indexOf(run), 1);
    },
  });
  return {
    knowledge,
    asked,
    client: { call },
    calls,
    /** Changes only. */
    set: () => calls.filter(({ method }) => !/\.(list|get)$/.test(method)),
    refuse: () => {
      agrees = false;
    },
    now: (next: KnowledgeSources) => {
      held = next;
    },
    decide: () => {
      for (const each of listeners) each();
    },
    settle: () => {
      for (const run of timers.splice(0)) run();
    },
    stop: () => {
      state = { kind: 'stopped', error: STOPPED.toData() };
    },
    get state() {
      return state.kind;
    },
    get stale() {
      return stale;
    },
  };
}

const entryOf = (sources: KnowledgeSources, key: string) =>
  knowledgeEntries(sources).find((each) => each.key === key);

describe('sentences', () => {
  it("speak to the user, and leave the user's own words alone", () => {
    expect(ruleSentence({ short: 'shorter answers', text: 'Keep it short.' })).toBe(
      'You prefer shorter answers',
    );
    expect(ruleSentence({ short: 'without lodash', text: 'x' })).toBe('You prefer code without lodash');
    expect(ruleSentence({ text: 'Return a Result.' })).toBe('Return a Result.');
    const memory = (
      type: 'goal' | 'preference' | 'history',
      text: string,
      source: 'keywords' | 'user' = 'keywords',
    ) => memorySentence({ type, text, source });
    expect(memory('preference', 'Prefers: FastAPI, Docker')).toBe('You prefer FastAPI, Docker');
    expect(memory('preference', 'Avoids: Flask')).toBe('You avoid Flask');
    expect(memory('goal', 'No longer: build a CLI')).toBe('You no longer want to build a CLI');
    expect(memory('goal', 'build a REST API')).toBe('You want to build a REST API');
    expect(memory('goal', 'ship in June', 'user')).toBe('ship in June');
    expect(memory('history', 'User requested: build api | Selected: Do you want to build a REST API?')).toBe(
      'You asked: build api. You meant: build a REST API',
    );
  });

  it('say that a facet near the middle is not known, with its n', () => {
    expect(facetSentence('concise', 0.72, 5)).toBe('You prefer short answers');
    expect(facetSentence('concise', 0.3, 5)).toBe('You prefer detailed answers');
    expect(facetSentence('concise', 0.6, 3)).toBe('Short answers or detailed answers: not yet known (n = 3)');
    expect(facetSentence('odd_one', 0.9, 3)).toBe('You prefer more odd one');
  });
});

describe('entries', () => {
  it('carry what is behind them, and why they rest', () => {
    expect(entryOf(MUCH_KNOWN, 'rule:errors')).toMatchObject({
      ...{ on: true, pinned: true, evidence: '12 for, 0 against', notes: ['In v3'] },
      detail: 'Handle errors and edge cases in the code.',
    });
    expect(entryOf(MUCH_KNOWN, 'rule:explain')?.notes).toEqual(['Rests: a newer decision says otherwise']);
    expect(entryOf(MUCH_KNOWN, 'memory:m3')?.notes[0]).toBe(
      'Rests: a newer one holds, “You prefer FastAPI, Docker”',
    );
    expect(entryOf(MUCH_KNOWN, 'taste:closing')).toMatchObject({
      ...{ text: 'You prefer fewer closing phrases', deletable: false, notes: ['98 % sure'] },
    });
    expect(entryOf(MUCH_KNOWN, 'taste:docstring')?.notes[0]).toBe('99 % sure');
    expect(entryOf(MUCH_KNOWN, 'block:as-any')?.text).toBe('Never suggest “as any”');
  });

  it("fit the page's schema, also at its ends", () => {
    expect(() => knowledgeSchema.parse(knowledgeView(MUCH_KNOWN))).not.toThrow();
    const long = testMemory('x'.repeat(128), 'goal', 'y'.repeat(4_000), { quote: 'z'.repeat(4_000) });
    const replaced = testMemory('old', 'goal', 'a', { replacedBy: long.id });
    const view = knowledgeView({ ...MUCH_KNOWN, memories: [long, replaced] });
    expect(() => knowledgeSchema.parse(view)).not.toThrow();
  });

  it('leave out facets that never moved', () => {
    expect(knowledgeView(NOTHING_KNOWN)).toMatchObject({ entries: [], facets: [], decisions: 0 });
  });

  it('say what is not yet known, with n', () => {
    const { figures, tastesNote, expertsNote } = knowledgeView(NOTHING_KNOWN);
    expect(figures).toEqual(['Approved: not yet known (n = 0)', 'Kept after an hour: not yet known (n = 0)']);
    expect(tastesNote).toBe('Your taste is not yet known (n = 0): 10 decisions are needed.');
    expect(expertsNote).toContain('not yet known (n = 0), so it ranks nothing');
    const preference = { ...NOTHING_KNOWN.preference, n: 40 };
    expect(knowledgeView({ ...NOTHING_KNOWN, preference }).tastesNote).toContain('not yet known (n = 40)');
  });
});

describe('the tree', () => {
  it('has a row for each section with entries, and none where nothing is known', async () => {
    expect(await bench(NOTHING_KNOWN).knowledge.rows(undefined)).toEqual([]);
    const { knowledge } = bench(MUCH_KNOWN);
    const sections = await knowledge.rows(undefined);
    expect(sections.map((row) => row.kind === 'section' && `${row.label} ${row.count}`)).toEqual([
      ...['Rules 5', 'Preferences 3', 'Goals 1', 'Style 3', 'Taste 2', 'History 1', 'Never Suggested 2'],
    ]);
    const [rules] = sections;
    const rows = await knowledge.rows(rules);
    expect(rows.map((row) => row.kind === 'entry' && row.entry.key)).toEqual([
      ...['rule:errors', 'rule:short', 'rule:depth@language:python', 'rule:explain', 'rule:use:actors'],
    ]);
    expect(await knowledge.rows(rows[0])).toEqual([]);
  });

  it('says in a row why nothing can be read', async () => {
    const failed = bench(NOTHING_KNOWN, {
      'rules.list': new AppError('memory.folderGone', 'The folder is gone.', { next: 'Bring it back.' }),
    });
    const rows: TreeRow[] = await failed.knowledge.rows(undefined);
    expect(rows).toEqual([{ kind: 'failed', message: 'The folder is gone. Bring it back.' }]);
  });

  it('offers on each row what can be done with it', () => {
    const context = (key: string) => {
      const entry = entryOf(MUCH_KNOWN, key);
      return entry && rowContext(entry);
    };
    expect(context('rule:errors')).toBe('entry switchable pinned editable deletable evidenced');
    expect(context('rule:short')).toBe('entry switchable pinnable editable deletable evidenced');
    expect(context('block:as-any')).toBe('entry switchable deletable');
    expect(context('taste:docstring')).toBe('entry evidenced');
    const off = entryOf(MUCH_KNOWN, 'rule:explain');
    const taste = entryOf(MUCH_KNOWN, 'taste:closing');
    expect(taste && rowDescription(taste)).toBe('98 % sure');
    const pinned = entryOf(MUCH_KNOWN, 'rule:errors');
    expect(pinned && rowDescription(pinned)).toBe('Pinned · 12 for');
    expect(pinned && rowDetails(pinned).split('\n')).toEqual([
      ...['You prefer errors handled', 'Handle errors and edge cases in the code.', '12 for, 0 against'],
      ...['Used last on 2026-01-02', 'In v3'],
    ]);
    expect(off && rowDescription(off)).toBe('Rests: a newer decision says otherwise · 1 for, 7 against');
  });
});

describe('what the user sets', () => {
  it('goes to the method of each kind, and everything is read anew', async () => {
    const rest = bench(MUCH_KNOWN);
    const { knowledge, set } = rest;
    await knowledge.load();
    await knowledge.switch('rule:depth@language:python', false);
    await knowledge.switch('memory:m1', false);
    await knowledge.switch('block:as-any', true);
    await knowledge.switch('facet:concise', false);
    await knowledge.pin('rule:short', true);
    await knowledge.pin('memory:m2', false);
    await knowledge.edit('rule:short', 'At most ten lines.');
    await knowledge.edit('memory:m1', 'Docker');
    expect(set()).toEqual([
      { method: 'rules.set', params: { id: 'depth@language:python', on: false } },
      { method: 'memory.set', params: { id: 'm1', state: 'off' } },
      { method: 'blocks.set', params: { phrase: 'as any', on: true } },
      { method: 'persona.set', params: { name: 'concise', on: false } },
      { method: 'rules.set', params: { id: 'short', pinned: true } },
      { method: 'memory.set', params: { id: 'm2', state: 'on' } },
      { method: 'rules.set', params: { id: 'short', text: 'At most ten lines.' } },
      { method: 'memory.set', params: { id: 'm1', text: 'Docker' } },
    ]);
    expect(rest.stale).toBe(8);
    rest.now(NOTHING_KNOWN);
    expect((await knowledge.load()).rules).toEqual([]);
  });

  it('is deleted for real after a yes, and not at all after a no', async () => {
    const no = bench(MUCH_KNOWN);
    no.refuse();
    expect(await no.knowledge.forget('memory:m1')).toBe(false);
    expect(no.set()).toEqual([{ method: 'memory.forget', params: { ids: [testId(90)], preview: true } }]);
    const yes = bench(MUCH_KNOWN);
    expect(await yes.knowledge.forget('block:lodash')).toBe(true);
    expect(yes.set().at(-1)).toEqual({
      method: 'memory.forget',
      params: { ids: [testId(91)], preview: false },
    });
    expect(yes.asked).toEqual([
      'Never suggest lodash | 2 entries would be deleted from every file of the data folder. There is no undo.',
    ]);
    await yes.knowledge.forget('rule:short');
    expect(yes.set().at(-1)).toEqual({ method: 'rules.set', params: { id: 'short', forget: true } });
    await yes.knowledge.forget('facet:concise');
    const ids = MUCH_KNOWN.persona.updates.map(({ id }) => id);
    expect(yes.set().at(-1)).toEqual({ method: 'memory.forget', params: { ids, preview: false } });
    expect(await yes.knowledge.forget('taste:docstring')).toBe(false);
  });

  it('names versions that hold it, and other facets that a change moved', async () => {
    const versions = [{ version: testId(3), number: 3, name: 'x', deleted: false }];
    const forgotten = {
      requests: 0,
      answers: 0,
      decisions: 0,
      others: 1,
      versions,
      waiting: 0,
      preview: true,
    };
    const { client } = bench(MUCH_KNOWN, { 'memory.forget': forgotten });
    expect(await forgetQuestion(client, MUCH_KNOWN, 'memory:m1')).toContain('Trained on it: v3');
    const [first, ...others] = MUCH_KNOWN.persona.updates;
    const both = { ...first, facetDeltas: { concise: 0.1, typed: 0.1 } };
    const persona = { ...MUCH_KNOWN.persona, updates: first ? [{ ...first, ...both }, ...others] : [] };
    expect(await forgetQuestion(client, { ...MUCH_KNOWN, persona }, 'facet:concise')).toContain(
      '1 change of it moved other traits too',
    );
  });
});

describe('reading', () => {
  it('happens once for tree and page, and again after decisions, once they have settled', async () => {
    const rest = bench(MUCH_KNOWN);
    const { knowledge, calls } = rest;
    await Promise.all([knowledge.load(), knowledge.load(), knowledge.rows(undefined)]);
    expect(calls.filter(({ method }) => method === 'rules.list')).toHaveLength(1);
    rest.decide();
    rest.decide();
    expect(rest.stale).toBe(0);
    rest.settle();
    expect(rest.stale).toBe(1);
    rest.now(NOTHING_KNOWN);
    expect((await knowledge.load()).rules).toEqual([]);
    expect(calls.filter(({ method }) => method === 'rules.list')).toHaveLength(2);
  });

  it('starts a sidecar that gave up, when asked to try again', async () => {
    const rest = bench(MUCH_KNOWN);
    rest.stop();
    await rest.knowledge.retry();
    expect(rest.state).toBe('ready');
    expect(rest.stale).toBe(1);
  });

  it('misses no change that comes while it goes on', async () => {
    const rest = bench(MUCH_KNOWN);
    const { knowledge } = rest;
    const first = knowledge.load();
    while (rest.calls.length === 0) await Promise.resolve();
    rest.now(NOTHING_KNOWN);
    knowledge.refresh();
    expect((await knowledge.load()).rules).toEqual([]);
    await first;
  });
});

describe('where it comes from', () => {
  it('is each decision once, with its side; a request that was not decided on is shown too', async () => {
    const decision = {
      ...{ decision: testId(12), at: '2026-01-02T03:04:05.678Z', request: testId(1), candidate: testId(2) },
      ...{
        verdict: 'denied',
        reasons: ['too_long'],
        undone: false,
        category: 'other',
        prompt: ' Sort\n names. ',
      },
    };
    const { client, calls } = bench(MUCH_KNOWN, {
      'decision.list': { decisions: [decision] },
      'request.get': { request: testId(13), at: decision.at, prompt: 'x'.repeat(500), candidates: [] },
    });
    const { rows, more } = await evidenceRows(client, MUCH_KNOWN, 'rule:short');
    expect(calls[0]).toEqual({
      method: 'decision.list',
      params: { ids: [testId(12)], texts: true, limit: 100 },
    });
    expect(rows[0]).toMatchObject({
      side: 'for',
      verdict: 'denied',
      reasons: ['too_long'],
      prompt: 'Sort names.',
    });
    expect(rows.at(-1)).toMatchObject({
      side: 'against',
      request: testId(13),
      prompt: `${'x'.repeat(200)}...`,
    });
    expect(more).toBe(6);
    expect(lastUseOf(MUCH_KNOWN, 'rule:errors')).toBe(testId(20));
    expect(lastUseOf(MUCH_KNOWN, 'rule:short')).toBeUndefined();
  });

  it('leaves out what is forgotten, and says so where nothing could be asked', async () => {
    const failing = (code: 'request.forgotten' | 'rpc.disconnected') =>
      bench(MUCH_KNOWN, { 'decision.list': { decisions: [] }, 'request.get': new AppError(code, 'Not now.') })
        .client;
    expect((await evidenceRows(failing('request.forgotten'), MUCH_KNOWN, 'rule:short')).rows).toEqual([]);
    await expect(evidenceRows(failing('rpc.disconnected'), MUCH_KNOWN, 'rule:short')).rejects.toThrow(
      'Not now.',
    );
  });
});
