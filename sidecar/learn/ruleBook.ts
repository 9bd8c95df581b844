import { setImmediate } from 'node:timers/promises';
import type { Memory } from '../memory/memory.ts';
import { AppError } from '../protocol/errors.ts';
import { createDeriveRules, type LearnedRule } from './deriveRules.ts';
import { createToldDecisions, type ToldDecisions } from './toldDecisions.ts';

export interface RuleBook {
  /** Every rule that decisions speak for, strongest first, with those that rest or are switched off. */
  all(): Promise<readonly LearnedRule[]>;
  /** Those that act. */
  active(): Promise<readonly LearnedRule[]>;
  /** Switches a rule; on disk when it resolves. Rejects with `rule.unknown`, and `memory.*`. */
  set(id: string, on: boolean): Promise<void>;
}

/** Decisions taken in before other work gets its turn. */
const PAGE = 200;

/** Decisions with texts (notes, edits) that are read. */
const MAX_TEXTS = 2_000;

export interface RuleBookDeps {
  readonly memory: Memory;
  /** So many of the newest notes and edits are read; 2,000 where absent. */
  readonly maxTexts?: number;
}

/** Rules of everything recorded: all decisions once, then only those about which something changed. */
export function createRuleBook({ memory, maxTexts = MAX_TEXTS }: RuleBookDeps): RuleBook {
  let book = openBook(memory, maxTexts);
  let position: number | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  async function readAll(): Promise<void> {
    book = openBook(memory, maxTexts);
    const filter = { only: 'telling', limit: PAGE } as const;
    let page = memory.index.liveDecisions(filter);
    for (let last = page.at(-1); last; last = page.at(-1)) {
      for (const entry of page) book.told.put(entry);
      await setImmediate();
      page = memory.index.liveDecisions({ ...filter, before: last.decision });
    }
  }

  async function readChanged(requests: readonly string[], decisions: readonly string[]): Promise<void> {
    for (const decision of decisions) book.told.drop(decision);
    for (const [at, request] of requests.entries()) {
      const live = memory.index.liveOf(request);
      if (live) book.told.put(live);
      if (at % PAGE === PAGE - 1) await setImmediate();
    }
  }

  async function update(): Promise<readonly LearnedRule[]> {
    try {
      for (;;) {
        const { position: now, requests, decisions } = memory.index.changedSince(position);
        position = now;
        if (requests?.length === 0) break;
        await (requests ? readChanged(requests, decisions) : readAll());
        await book.told.settle();
      }
    } catch (error) {
      // What was taken in is not known: the next call begins anew.
      position = undefined;
      throw error;
    }
    return book.derive(memory.index.states());
  }

  const all = (): Promise<readonly LearnedRule[]> => {
    const rules = turn.then(update);
    turn = rules.catch(() => undefined);
    return rules;
  };

  return {
    all,
    active: async () => (await all()).filter((rule) => rule.on),
    set: async (id, on) => {
      await memory.ready;
      if (!(await all()).some((rule) => rule.id === id)) {
        throw new AppError('rule.unknown', 'There is no such rule.', {
          why: 'The decisions that it came from were taken back.',
          next: 'Reload the list of rules.',
        });
      }
      await memory.append({ kind: 'state', of: id, state: on ? 'on' : 'off' });
    },
  };
}

function openBook(
  memory: Memory,
  maxTexts: number,
): { told: ToldDecisions; derive: ReturnType<typeof createDeriveRules> } {
  const told = createToldDecisions(memory, maxTexts);
  return { told, derive: createDeriveRules(told.evidence) };
}
