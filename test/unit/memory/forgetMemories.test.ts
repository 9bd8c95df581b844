import { expect, it } from 'vitest';
import { goneWithMemories } from '../../../sidecar/memory/forget/forgetMemories.ts';
import { memoryDouble } from '../../helpers/memoryDouble.ts';
import { ulid } from './memoryEvents.ts';

async function notedWith(text: string, goal: string): Promise<string[]> {
  const memory = memoryDouble();
  const said = await memory.append<'memory'>({
    ...{ kind: 'memory', memory: 'm', type: 'goal', text, tags: [], confidence: 1 },
    ...{ source: 'user', scope: 'always', evidence: [] },
  });
  await memory.append<'hypotheses'>({
    ...{ kind: 'hypotheses', request: ulid(1), hypotheses: [] },
    context: { recent_goals: [goal], preferences: [] },
  });
  return goneWithMemories(memory.index, new Set([said.id]));
}

it.each([
  ['build a REST API', 'build a REST API', 1],
  ['build a REST API', 'soon: build a REST API', 1],
  ['Go', 'Go', 1],
  ['Go', 'sign in with Google', 0],
  ['C', 'Create a shop', 0],
])('a forgotten %j takes readings that note %j: %i', async (text, goal, count) => {
  expect(await notedWith(text, goal)).toHaveLength(count);
});
