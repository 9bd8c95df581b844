import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMemory } from '../../../sidecar/memory/createMemory.ts';
import type { Memory } from '../../../sidecar/memory/memory.ts';
import type { Engine } from '../../../sidecar/models/engine.ts';
import { createOllamaEngine } from '../../../sidecar/models/ollama/ollamaEngine.ts';
import { type FakeOllama, lastPiece, piece, startFakeOllama } from '../../helpers/fakeOllama.ts';
import { type Services, services } from '../../helpers/services.ts';

const MODEL = { name: 'm:latest', digest: 'a'.repeat(64), size: 1, details: { family: 'llama' } };
const LIKED = 'Write a function that parses a CSV file into rows.';
const ALIKE = 'Write a function that parses a CSV file with headers.';
const ANSWER = '```ts\nconst rows = text.split("\\n");\n```';

/** The messages of each chat, as they arrived at the server. */
const chats: { role: string; content: string }[][] = [];
let answers: string[] = [];

describe('the very next answer', () => {
  let server: FakeOllama;
  let engine: Engine;
  let memory: Memory;
  let folder: string;
  let all: Services;

  beforeAll(async () => {
    server = await startFakeOllama({
      '/api/tags': (call) => call.json(200, { models: [MODEL] }),
      '/api/show': (call) => call.json(200, { capabilities: ['completion'], details: { family: 'llama' } }),
      '/api/chat': (call) => {
        chats.push(call.body['messages'] as { role: string; content: string }[]);
        call.line(piece(answers.shift() ?? ANSWER));
        call.line(lastPiece());
        call.response.end();
      },
    });
    engine = createOllamaEngine({ host: server.host, log: () => undefined });
  });
  afterAll(async () => {
    await engine.dispose();
    await server.stop();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'whetstone-toggles-'));
    memory = await createMemory({ dataFolder: folder, clock: Date.now, ids: ulid, log: () => undefined });
    all = services(memory, engine, { model: MODEL.name, candidates: 1 });
    answers = [];
    return async () => {
      await memory.dispose();
      await rm(folder, { recursive: true, force: true });
    };
  });

  /** Everything that is sent for a prompt, with the random words of fences taken out. */
  async function sentFor(prompt = ALIKE): Promise<string> {
    await all.ask({ prompt });
    const sent = (chats.at(-1) ?? []).map(({ role, content }) => `${role}: ${content}`).join('\n');
    return sent.replace(/(begin|end) (background )?[0-9a-f]{8,12}\b/g, '$1 $2');
  }

  it('is without a rule that is off, with it once it is on, in other words once it is edited, and never again once forgotten', async () => {
    const bare = await sentFor();
    await all.decide('Sort names.', 'denied', { reasons: ['missing_error_handling'] });
    const ruled = await sentFor();
    expect(ruled).toContain('- Handle errors and edge cases in the code.');
    await all.rules.set('errors', { on: false });
    expect(await sentFor()).toBe(bare);
    await all.rules.set('errors', { on: true });
    expect(await sentFor()).toBe(ruled);
    await all.rules.set('errors', { text: 'Return a Result instead of throwing.' });
    expect(await sentFor()).toBe(
      ruled.replace('Handle errors and edge cases in the code.', 'Return a Result instead of throwing.'),
    );
    await all.rules.set('errors', { forget: true });
    expect(await sentFor()).toBe(bare);
    expect(memory.index.states().map((each) => each.text ?? '')).not.toContain(
      'Return a Result instead of throwing.',
    );
  });

  it('names what is blocked until it is lifted or forgotten', async () => {
    const bare = await sentFor();
    const block = await all.blocks.set({ phrase: 'lodash', on: true });
    await all.blocks.set({ phrase: 'as any', on: true });
    expect(await sentFor()).toContain('Never use: "as any", lodash.');
    await all.blocks.set({ phrase: 'as any', on: false });
    expect(await sentFor()).toContain('Never use: lodash.');
    await memory.forget({ ids: block.events }, 'asked');
    expect(await sentFor()).toBe(bare);
  });

  it('knows a memory while it is on, and a facet while it is on', async () => {
    const bare = await sentFor();
    const made = await all.memories.set({ type: 'preference', text: 'Prefers: streaming CSV parsers' });
    const known = await sentFor();
    expect(known).toContain('Prefers: streaming CSV parsers');
    await all.memories.set({ id: made.id, state: 'off' });
    expect(await sentFor()).toBe(bare);
    await all.memories.set({ id: made.id, state: 'on' });
    expect(await sentFor()).toBe(known);
    await all.memories.set({ id: made.id, state: 'off' });
    await memory.append<'persona'>({
      kind: 'persona',
      ...{ oldFacets: { concise: 0.5 }, newFacets: { concise: 0.9 }, facetDeltas: { concise: 0.4 } },
      signals: { evidence: 'reason', quote: 'shorter please' },
    });
    expect(await sentFor()).toContain('Style: concise');
    await all.memories.setFacet('concise', false);
    expect(await sentFor()).toBe(bare);
  });

  it('shows a liked answer to an alike prompt until the decision is taken back, and none that uses what is blocked', async () => {
    const bare = await sentFor();
    const { decision } = await all.decide(LIKED, 'approved');
    expect(await sentFor()).toContain(`user: ${LIKED}\nassistant: ${ANSWER}`);
    const { candidates } = await all.ask({ prompt: 'anything' });
    await all.blocks.set({ phrase: 'split', on: true, candidate: candidates[0]?.candidate });
    expect(await sentFor()).not.toContain(LIKED);
    await all.blocks.set({ phrase: 'split', on: false });
    expect(await sentFor()).toContain(LIKED);
    await all.deciding.undo({ decision });
    expect(await sentFor()).toBe(bare);
  });

  it('has nothing of it where learned things wait for the next training, and records what it had where they do not', async () => {
    const bare = await sentFor();
    await all.decide(LIKED, 'approved');
    await all.decide('Sort names.', 'denied', { reasons: ['missing_error_handling'] });
    const block = await all.blocks.set({ phrase: 'lodash', on: true });
    const made = await all.memories.set({ type: 'goal', text: 'parses a CSV file fast' });
    const { request, sent } = await all.ask({ prompt: ALIKE });
    const event = memory.index.request(request);
    const line = event && (await memory.read(event.event));
    expect(line).toMatchObject({
      used: { rules: ['errors'], blocks: [block.id], memories: [made.id], examples: sent.examples },
    });
    expect(sent.examples).toHaveLength(1);
    expect(sent.parts.map(({ name }) => name)).toEqual(['rules', 'blocks', 'example', 'prompt', 'goal']);
    expect(sent.parts.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(sent.total);
    all.settings = { ...all.settings, learn: 'nextTraining' };
    expect(await sentFor()).toBe(bare);
  });
});
