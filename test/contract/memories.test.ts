import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type App, createApp } from '../../sidecar/app.ts';
import { nodePorts } from '../../sidecar/nodePorts.ts';
import type { ParamsIn, RequestName, Result } from '../../sidecar/protocol/methods.ts';
import { SCOPES, type Scope } from '../../sidecar/protocol/scopes.ts';
import { DEFAULT_SETTINGS } from '../../sidecar/protocol/settingsSchemas.ts';
import { createRouterClient } from '../../sidecar/rpc/routerClient.ts';
import { VALID } from './validParams.ts';

const ALL: ReadonlySet<Scope> = new Set(SCOPES);
const PROMPT = 'I want to build a parser using Rust';
let folder: string;
let app: App;

const call = <N extends RequestName>(method: N, params: ParamsIn<N>): Promise<Result<N>> =>
  createRouterClient(app, ALL).call(method, params);

async function open(): Promise<void> {
  app = await createApp(nodePorts({ env: { WHETSTONE_DATA: folder }, bundleFolder: folder }));
  const settings = { ...DEFAULT_SETTINGS, host: 'http://127.0.0.1:9', engine: 'ollama' as const };
  await call('initialize', { ...VALID.initialize, settings });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whetstone-memories-'));
  await open();
});
afterEach(async () => {
  await app.dispose(2_000);
  await rm(folder, { recursive: true, force: true });
});

/** With its own copy of the answer, as a window sends it whose sidecar was restarted: no server is needed. */
const decide = (more: Partial<ParamsIn<'decision.record'>> = {}) => {
  const { copy, ...params } = VALID['decision.record'];
  if (!copy) throw new Error('no copy');
  return call('decision.record', { ...params, ...more, copy: { ...copy, prompt: PROMPT } });
};

it('what was decided is remembered when the process ends, and known to the next one', async () => {
  await decide({ verdict: 'approved', reasons: ['concise'], note: 'I prefer tabs' });
  await app.dispose(2_000);
  await open();
  const { memories } = await call('memory.list', { limit: 10 });
  expect(memories.map(({ text }) => text).sort()).toEqual([
    'Prefers: Rust',
    'Prefers: tabs',
    'build a parser using Rust',
  ]);
  expect((await call('persona.get', {})).facets.find(({ name }) => name === 'concise')?.value).toBe(0.56);
  expect((await call('stats.get', {})).learning).toMatchObject({ persona_updates_count: 1, activeDays: 1 });
  const log = await readFile(join(folder, 'logs', 'learning.jsonl'), 'utf8');
  for (const event of [
    'training_data_logged',
    'goal_learned',
    'preference_learned',
    'learning_loop_complete',
  ])
    expect(log).toContain(`"event":"${event}"`);
  expect(log).not.toContain('Rust');
});

it('undo takes it back, and forgetting leaves none of it', async () => {
  await decide({ verdict: 'approved', reasons: [] });
  await app.dispose(2_000);
  await open();
  const [memory] = (await call('memory.list', { type: 'goal', limit: 10 })).memories;
  expect(await call('memory.set', { id: memory?.id ?? '', state: 'pin' })).toMatchObject({
    memory: { state: 'pin' },
  });
  const decision = VALID['decision.record'].decision;
  await call('decision.undo', { decision });
  expect((await call('memory.list', { limit: 10 })).memories).toEqual([]);
  await call('memory.forget', { ids: [VALID['decision.record'].request], preview: false });
  expect((await call('memory.list', { limit: 10 })).memories).toEqual([]);
});

it('Diagnose has the three checks', async () => {
  const { checks } = await call('doctor.run', {});
  const names = checks.map(({ name }) => name);
  expect(names.slice(-3)).toEqual(['Readings', 'Goals and preferences', 'Persona']);
});
