import type { BlockBook } from './learn/blocks/blockBook.ts';
import type { RuleBook } from './learn/ruleBook.ts';
import { activeVersion } from './learn/versionStates.ts';
import type { Memory } from './memory/memory.ts';
import type { Handlers } from './rpc/router.ts';
import { toRule } from './train/toVersion.ts';

export interface RuleHandlerDeps {
  readonly memory: Memory;
  readonly rules: RuleBook;
  readonly blocks: BlockBook;
  /** Resolves once the session is open and everything on disk is known. */
  readonly ready: () => Promise<void>;
}

/** What was learned as sentences, and what is never to be suggested. */
export function ruleHandlers({
  memory,
  rules,
  blocks,
  ready,
}: RuleHandlerDeps): Pick<Handlers, 'rules.list' | 'rules.set' | 'blocks.list' | 'blocks.set'> {
  return {
    'rules.list': async () => {
      await ready();
      const held = new Set(activeVersion(memory.index)?.detail.rules.map(({ id }) => id));
      const lastUses = await rules.lastUses();
      return { rules: (await rules.all()).map((rule) => toRule(rule, held, lastUses.get(rule.id))) };
    },
    'rules.set': async ({ id, ...change }) => {
      await ready();
      await rules.set(id, change);
      return {};
    },
    'blocks.list': async () => {
      await ready();
      return { blocks: await blocks.list() };
    },
    'blocks.set': async (params) => {
      await ready();
      return { block: await blocks.set(params) };
    },
  };
}
