import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { names } from '../../../sidecar/generate/hypotheses/completeReading.ts';
import { knownThing } from '../../../sidecar/generate/hypotheses/knownThing.ts';
import { MEMORY_LIMITS } from '../../../sidecar/generate/memoryLimits.ts';
import type { Engine } from '../../../sidecar/models/engine.ts';
import { createOllamaEngine } from '../../../sidecar/models/ollama/ollamaEngine.ts';
import type { Reading } from '../../../sidecar/protocol/readingSchemas.ts';
import { type EngineDouble, engineDouble, pieces } from '../../helpers/engineDouble.ts';
import { type ReadingStage, readingStage, tell } from '../../helpers/readingArc.ts';
import { type RealOllama, startRealOllama } from '../../helpers/realOllama.ts';

/*
 * Three short requests in a row: what was chosen for one is known to the next, in the readings and in what is sent, and
 * the first reading becomes surer. Once with a model that says what the test tells it, once with a real one.
 */

const MAX_TOKENS = 12;
/** Milliseconds; two busy cores make two tokens a second. */
const LONG = 900_000;

let stage: ReadingStage;
afterEach(() => stage.dispose());

const first = ([reading]: readonly Reading[]) => reading;
const docker = (readings: readonly Reading[]) => readings.find(({ question }) => /docker/i.test(question));

/** The questions of a model by the request that it is asked about. */
const SCRIPT: Readonly<Record<string, readonly string[]>> = {
  'build api': [
    'Do you want to build a REST API?',
    'Do you want to build a GraphQL API?',
    'Do you want to build a client for an existing API?',
  ],
  'deploy api': [
    'Do you want to deploy the API to a cloud platform?',
    'Do you want to deploy the API with Docker?',
    'Do you want to run it on your own server?',
  ],
  auth: [
    'Do you want to add JWT authentication?',
    'Do you want to add OAuth login for the API?',
    'Do you want to start a separate login page?',
  ],
};

function scripted(): EngineDouble {
  const engine = engineDouble('m');
  engine.script = ({ format, messages }) => {
    const asked = /Request: (.*)/.exec(messages.at(-1)?.content ?? '')?.[1] ?? '';
    return format ? pieces(JSON.stringify({ readings: SCRIPT[asked] })) : pieces('Done.');
  };
  return engine;
}

describe('with a scripted model', () => {
  it('build api, deploy api, auth', async () => {
    stage = await readingStage(scripted(), { model: 'm' });
    const built = await tell(stage, 'build api', first);
    expect(built.asked.readings.map(({ question }) => question)).toEqual(SCRIPT['build api']);
    expect(built.chosen.line).toContain('build a REST API');
    expect(built.sent).toMatch(/build api[\s\S]*"Do you want to build a REST API\?" my answer is yes\.$/);
    const goals = await stage.all.memories.list({ type: 'goal', limit: 10 });
    expect(goals).toMatchObject([{ text: 'build a REST API', tags: expect.arrayContaining(['learned']) }]);

    const deployed = await tell(stage, 'deploy api', docker);
    expect(deployed.asked.readings.slice(0, 2).map(({ question }) => question)).toEqual([
      'Do you want to deploy the REST API to a cloud platform?',
      'Do you want to deploy the REST API with Docker?',
    ]);
    expect(deployed.sent).toContain('Goal: build a REST API');
    expect(deployed.chosen.contextBreakdown['goal']).toBeGreaterThan(0);
    expect(deployed.chosen.contextBreakdown['history']).toBeGreaterThan(0);
    const preferences = await stage.all.memories.list({ type: 'preference', limit: 10 });
    expect(preferences.map(({ text }) => text)).toEqual(['Prefers: Docker']);

    const secured = await tell(stage, 'auth', first);
    const asked = secured.asked.readings.map(({ question }) => question);
    expect(asked.slice(0, 2)).toEqual([
      'Do you want to add JWT authentication for the containerised REST API?',
      'Do you want to add OAuth login for the containerised REST API?',
    ]);
    for (const part of ['build a REST API', 'Prefers: Docker', 'User requested: deploy api'])
      expect(secured.sent, part).toContain(part);
    for (const part of ['goal', 'pref', 'history'])
      expect(secured.chosen.contextBreakdown[part], part).toBeGreaterThan(0);
    const trend = [built, deployed, secured].map(({ asked: { readings } }) => readings[0]?.confidence ?? 0);
    expect(trend).toEqual([0.55, 0.78, 0.79]);
    expect(trend[2]).toBeGreaterThan(trend[0] ?? 1);
    expect(stage.memory.index.hypotheses().at(-1)?.context).toMatchObject({
      interaction_count: 2,
      recent_goals: expect.arrayContaining(['build a REST API']),
      preferences: ['Prefers: Docker'],
    });
  });

  it('without a server the last one is read from memories alone', async () => {
    const engine = scripted();
    stage = await readingStage(engine, { model: 'm' });
    await tell(stage, 'build api', first);
    await tell(stage, 'deploy api', docker);
    engine.models.length = 0;
    const found = await stage.readings.ask(
      { request: stage.all.ids(), thread: stage.all.ids(), prompt: 'auth', context: [], force: false },
      new AbortController().signal,
    );
    expect(found.readings.map(({ question }) => question)).toEqual([
      'Do you want to add auth to the containerised REST API?',
    ]);
  });
});

/** What a real model answers does not matter here, so it need not be long. */
const shortened = (engine: Engine): Engine => ({
  ...engine,
  chat: (request, signal) => {
    const options = { ...request.options, maxTokens: MAX_TOKENS };
    return engine.chat(request.format ? request : { ...request, options }, signal);
  },
});

describe('with a real model', () => {
  let server: RealOllama;
  let engine: Engine;
  beforeAll(async () => {
    server = await startRealOllama();
    engine = createOllamaEngine({ host: server.host, log: () => undefined });
  });
  afterAll(async () => {
    await engine.dispose();
    await server.stop();
  });

  it(
    'build api, deploy api, auth',
    async () => {
      // No deadline: a slow machine is no failure.
      const settings = { model: server.model, contextLength: 2_048 };
      stage = await readingStage(shortened(engine), settings, () => () => undefined);
      const built = await tell(stage, 'build api', first);
      const goals = await stage.all.memories.list({ type: 'goal', limit: 10 });
      expect(goals).toHaveLength(1);
      const goal = goals[0]?.text ?? '';

      const deployed = await tell(stage, 'deploy api', (readings) => docker(readings) ?? readings[0]);
      expect(deployed.sent).toContain(goal);
      // A small model may not think of Docker, or not in words that tell a preference; then the user says so.
      const preferences = await stage.all.memories.list({ type: 'preference', limit: 10 });
      if (!preferences.some(({ text }) => text.includes('Docker')))
        await stage.all.memories.set({ type: 'preference', text: 'Prefers: Docker' });

      // As it is before the answer to this question is known too.
      const known = knownThing(stage.all.memories.relevant('auth', MEMORY_LIMITS));
      expect(known?.words).toMatch(/^containerised/);
      const secured = await tell(stage, 'auth', first);
      expect(secured.sent).toContain(goal);
      expect(secured.sent).toContain('Docker');
      const asked = secured.asked.readings.map(({ question }) => question);
      expect(asked.some((question) => names(question, known))).toBe(true);
      const trend = [built, deployed, secured].map(({ asked: { readings } }) => readings[0]?.confidence ?? 0);
      expect(trend[2]).toBeGreaterThan(trend[0] ?? 1);
      for (const { asked: found } of [built, deployed, secured]) {
        expect(found.readings.length).toBeGreaterThan(0);
        expect(found.readings.length).toBeLessThanOrEqual(3);
      }
    },
    LONG,
  );
});
