import { describe, expect, it } from 'vitest';
import { readModelfile } from '../../../sidecar/train/modelfile.ts';
import { engineDouble } from '../../helpers/engineDouble.ts';
import { memoryDouble } from '../../helpers/memoryDouble.ts';
import { services } from '../../helpers/services.ts';

const TOPICS = [
  'lists',
  'trees',
  'dates',
  'files',
  'words',
  'sockets',
  'graphs',
  'colours',
  'prices',
  'mails',
];

const setUp = async (decisions = 10) => {
  const memory = memoryDouble();
  const engine = engineDouble('base:1b');
  const all = services(memory, engine);
  for (const [at, topic] of TOPICS.slice(0, decisions).entries()) {
    if (at % 2 === 0)
      await all.decide(`write code for ${topic}`, 'denied', { reasons: ['missing_error_handling'] });
    else
      await all.decide(`write code for ${topic}`, 'edited', { editedText: `def ${topic}():\n    return 1` });
  }
  return { memory, engine, all };
};
const FILE = '/data/Modelfile.trained';

describe('trainService', () => {
  it('says how many decisions are missing, and leaves no trace', async () => {
    const { memory, all } = await setUp(6);
    await expect(all.train()).rejects.toMatchObject({ code: 'training.notEnough', details: { missing: 4 } });
    expect(memory.index.runs()).toEqual([]);
  });

  it('deploys, writes and records one and the same text, and activates nothing', async () => {
    const { memory, engine, all } = await setUp();
    const result = await all.train();
    const [created] = engine.created;
    const { detail } = memory.index.versions()[0] ?? {};
    const written = readModelfile(memory.files.get(FILE) ?? '');
    expect(created?.name).toBe('base-trained:1b-v1');
    expect(created?.system).toContain('- Handle errors and edge cases in the code.');
    expect([created?.system, written.system, result.system]).toEqual(Array(3).fill(detail?.system));
    expect(written.messages).toEqual(created?.messages);
    expect(detail?.examples.flatMap(({ prompt, response }) => [prompt, response])).toEqual(
      created?.messages?.map(({ content }) => content),
    );
    expect(result.examples).toHaveLength(3);
    expect(result.line).toBe(
      'Trained v1 from 10 decisions: 1 rule, 3 examples. Better than before: not yet known (n = 0).',
    );
    expect(memory.index.versions()).toHaveLength(1);
    expect(memory.index.runs().map((event) => event.status)).toEqual(['running', 'succeeded']);
    expect(memory.files.get('/data/training_log.md')).toContain('Handle errors');
    expect(all.statistics.get().newSinceTraining).toBe(0);
  });

  it('makes nothing where nothing is new, unless it is forced', async () => {
    const { memory, engine, all } = await setUp();
    const first = await all.train({ onlyNew: true });
    expect(first.line).toContain('Trained v1');
    const again = await all.train({ onlyNew: true });
    expect(again).toMatchObject({ status: 'succeeded', line: 'Nothing is new since v1.', run: first.run });
    expect([again.version, again.rules, again.examples]).toEqual([
      first.version,
      first.rules,
      first.examples,
    ]);
    expect([engine.created.length, memory.index.runs().length]).toEqual([1, 2]);
    expect((await all.train({ onlyNew: true, force: true })).line).toContain('Trained v2');
    expect((await all.train({ onlyNew: true })).line).toBe('Nothing is new since v2.');
    await all.decide('write code for more', 'approved');
    expect((await all.train({ onlyNew: true })).line).toContain('Trained v3');
    await all.rules.set('errors', { on: false });
    expect((await all.train({ onlyNew: true })).line).toContain('Trained v4');
    memory.files.set(FILE, `${memory.files.get(FILE)}PARAMETER temperature 0.2\n`);
    expect((await all.train({ onlyNew: true })).handEdit).toBe('kept');
    expect((await all.train({ onlyNew: true })).line).toBe('Nothing is new since v5.');
  });

  it('answers from the version once it is activated, and from the base after going back', async () => {
    const { engine, all } = await setUp();
    const { version } = await all.train();
    await all.versions.activate({ version: version?.version ?? '' }, new AbortController().signal);
    const { sent } = await all.ask({ prompt: 'write code for lists' });
    expect(engine.asked.at(-1)?.model).toBe('base-trained:1b');
    expect(sent.system).toBe('');
    await all.rules.set('errors', { on: false });
    const without = await all.ask({ prompt: 'once more' });
    expect(without.sent.system).not.toBe('');
    expect(without.sent.system).not.toContain('Handle errors');
    await all.versions.activate({ version: null }, new AbortController().signal);
    await all.ask({ prompt: 'and again' });
    expect(engine.asked.at(-1)?.model).toBe('base:1b');
  });

  it('shows an example that was taken back no more, even where the version holds it', async () => {
    const { engine, all } = await setUp();
    const { version, examples } = await all.train();
    await all.versions.activate({ version: version?.version ?? '' }, new AbortController().signal);
    await all.deciding.undo({ decision: examples[0]?.decision ?? '' });
    const { sent } = await all.ask({ prompt: 'write something else entirely' });
    const asked = engine.asked.at(-1);
    expect(asked?.model).toBe('base:1b');
    expect(JSON.stringify(asked?.messages)).not.toContain(JSON.stringify(examples[0]?.response));
    expect(JSON.stringify(asked?.messages)).toContain(JSON.stringify(examples[1]?.response).slice(1, -1));
    expect(sent.system).toContain('Handle errors');
  });

  it('neither holds nor shows an example that uses what is blocked since', async () => {
    const { engine, all } = await setUp();
    const { version, examples } = await all.train();
    await all.versions.activate({ version: version?.version ?? '' }, new AbortController().signal);
    const [first, second] = examples;
    const word = (first?.response ?? '')
      .split(/\W+/)
      .find((each) => each && !second?.response.includes(each));
    await all.blocks.set({ phrase: `${word}`, on: true });
    await all.ask({ prompt: 'write something else entirely' });
    const messages = JSON.stringify(engine.asked.at(-1)?.messages);
    expect(all.blocks.blockedIn(first?.response ?? '')).toHaveLength(1);
    expect(engine.asked.at(-1)?.model).toBe('base:1b');
    expect(messages).not.toContain(JSON.stringify(first?.response));
    const again = await all.train({ noBuild: true });
    expect(again.examples.map((each) => each.response)).not.toContain(first?.response);
    expect(again.examples.length).toBeGreaterThan(0);
  });

  it('keeps a hand edit through every later training, or stops, or drops it', async () => {
    const { memory, all } = await setUp();
    await all.train({ noBuild: true });
    const edit = (from: string, to: string) =>
      memory.files.set(FILE, (memory.files.get(FILE) ?? '').replace(from, to));
    edit('- Handle errors', '- Mine: tabs only.\n- Handle errors');
    await expect(all.train({ noBuild: true, handEdit: 'stop' })).rejects.toMatchObject({
      code: 'training.handEdited',
      why: expect.stringContaining('+ - Mine: tabs only.'),
    });
    const kept = await all.train({ noBuild: true });
    expect(kept.handEdit).toBe('kept');
    expect(kept.system).toContain('- Mine: tabs only.');
    expect(kept.system).toContain('- Handle errors');
    const again = await all.train({ noBuild: true });
    expect(again.handEdit).toBe('none');
    expect(again.system).toContain('- Mine: tabs only.');
    edit('- Handle errors and edge cases in the code.\n', '');
    expect((await all.train({ noBuild: true })).system).not.toContain('Handle errors');
    const dropped = await all.train({ noBuild: true, handEdit: 'discard' });
    expect(dropped.system).not.toContain('Mine');
    expect(dropped.system).toContain('Handle errors');
  });

  it('builds exactly the Modelfile on disk', async () => {
    const { memory, engine, all } = await setUp(2);
    memory.files.set(
      FILE,
      'FROM base:1b\nSYSTEM """Speak like a sailor."""\nPARAMETER temperature 0.7\nMESSAGE user hi\nMESSAGE assistant ahoy\n',
    );
    const { version } = await all.train({ fromModelfile: true });
    expect(engine.created[0]).toMatchObject({
      system: 'Speak like a sailor.',
      parameters: { temperature: 0.7 },
      messages: [
        { role: 'user', content: 'hi' },
        { role: 'assistant', content: 'ahoy' },
      ],
    });
    await all.versions.activate({ version: version?.version ?? '' }, new AbortController().signal);
    await all.ask({ prompt: 'x' });
    expect(engine.asked.at(-1)?.model).toBe('base-trained:1b');
    memory.files.set(FILE, 'FROM base:1b\nADAPTER /x\n');
    await expect(all.train({ fromModelfile: true })).rejects.toMatchObject({ code: 'training.handEdited' });
  });

  it('makes a trial of too little data that can not be activated', async () => {
    const { all } = await setUp(3);
    const { version } = await all.train({ force: true });
    const activating = all.versions.activate(
      { version: version?.version ?? '' },
      new AbortController().signal,
    );
    await expect(activating).rejects.toMatchObject({ code: 'training.notEnough' });
  });

  it('runs one at a time, in any process', async () => {
    const { memory, all } = await setUp();
    const lock = await memory.lock('training');
    await expect(all.train()).rejects.toMatchObject({ code: 'training.busy' });
    await lock?.release();
    await all.train();
  });

  it.each(['reading', 'finding', 'checking', 'building', 'writing'])(
    'can be cancelled at: %s',
    async (step) => {
      const { memory, engine, all } = await setUp();
      const push = all.notes.push.bind(all.notes);
      all.notes.push = (note) => {
        const params = note.params as { readonly step?: string; readonly run?: string };
        if (note.method === 'train.step' && params.step === step)
          void all.training.cancel({ run: params.run ?? '' });
        return push(note);
      };
      await expect(all.train()).rejects.toMatchObject({ code: 'rpc.cancelled' });
      expect(memory.index.versions()).toEqual([]);
      expect(engine.models.map((model) => model.name)).toEqual(['base:1b']);
      expect(memory.files.has(FILE)).toBe(false);
      expect((await all.training.listRuns({ limit: 5 })).runs).toMatchObject([{ status: 'cancelled' }]);
    },
  );

  it('takes the model away again where the version could not be recorded', async () => {
    const { memory, engine, all } = await setUp();
    memory.beforeAppend = (body) => {
      if (body.kind === 'version') throw new Error('disk');
    };
    await expect(all.train()).rejects.toThrow('disk');
    expect(engine.models.map((model) => model.name)).toEqual(['base:1b']);
    expect((await all.training.listRuns({ limit: 5 })).runs).toMatchObject([
      { status: 'failed', error: 'disk' },
    ]);
  });

  it('takes another number where a model of that name is on the server', async () => {
    const { engine, all } = await setUp();
    engine.models.push({ name: 'base-trained:1b-v1', digest: 'f'.repeat(64), size: 1 });
    expect((await all.train()).version?.name).toBe('base-trained:1b-v2');
  });
});
