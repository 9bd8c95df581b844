import type { Client, Result } from '../../sidecar/protocol/methods.ts';

/** Everything learned, as the sidecar tells it. */
export interface KnowledgeSources {
  readonly rules: Result<'rules.list'>['rules'];
  readonly memories: Result<'memory.list'>['memories'];
  readonly blocks: Result<'blocks.list'>['blocks'];
  readonly persona: Result<'persona.get'>;
  readonly preference: Result<'preference.get'>;
  readonly stats: Result<'stats.get'>;
}

/** The newest of so many memories are shown. */
export const MAX_MEMORIES = 1_000;

/** Asks for all of it at once. Rejects as the client does. */
export async function readKnowledge(client: Pick<Client, 'call'>): Promise<KnowledgeSources> {
  const [{ rules }, { memories }, { blocks }, persona, preference, stats] = await Promise.all([
    client.call('rules.list', {}),
    client.call('memory.list', { limit: MAX_MEMORIES }),
    client.call('blocks.list', {}),
    client.call('persona.get', {}),
    client.call('preference.get', {}),
    client.call('stats.get', {}),
  ]);
  return { rules, memories, blocks, persona, preference, stats };
}
