import { setImmediate } from 'node:timers/promises';
import type { Memory } from '../memory/memory.ts';
import { AppError } from '../protocol/errors.ts';
import { createDeriveRules, type LearnedRule } from './deriveRules.ts';
import type { FeatureRules } from './featureRules.ts';
import { createJoinRules } from './joinRules.ts';
import { createLastUses, type LastUse } from './memories/lastUses.ts';
import { createToldDecisions, type ToldDecisions } from './toldDecisions.ts';

export interface RuleBook {
  /** Every rule that decisions speak for, strongest first, with those that rest or are switched off. */
  all(): Promise<readonly LearnedRule[]>;
  /** Those that act. */
  active(): Promise<readonly LearnedRule[]>;
  /**
   * Switches a rule, pins it, words it anew, or forgets it: what was said for it so far counts no more, and what the user wrote
   * is deleted from the disk. Done when it resolves. Rejects with `rule.unknown`, `training.busy`, and `memory.*`.
   */
  set(id: string, change: RuleChange): Promise<void>;
  /** The newest request that each rule went into, by the rule's id. */
  lastUses(): Promise<ReadonlyMap<string, LastUse>>;
}

export interface RuleChange {
  readonly on?: boolean | undefined;
  readonly pinned?: boolean | undefined;
  readonly text?: string | undefined;
  readonly forget?: boolean | undefined;
}

/** Decisions taken in before other work gets its turn. */
const PAGE = 200;

/** Decisions with texts (notes, edits) that are read. */
const MAX_TEXTS = 2_000;

export interface RuleBookDeps {
  readonly memory: Memory;
  /** So many of the newest notes and edits are read; 2,000 where absent. */
  readonly maxTexts?: number;
  /** What the preference model found; none where absent. */
  readonly features?: FeatureRules;
}

/** Rules of everything recorded: all decisions once, then only those about which something changed. */
export function createRuleBook({ memory, maxTexts = MAX_TEXTS, features }: RuleBookDeps): RuleBook {
  const uses = createLastUses({ memory });
  const join = createJoinRules();
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
    const states = memory.index.states();
    return join(book.derive(states), features?.current() ?? [], states);
  }

  const all = (): Promise<readonly LearnedRule[]> => {
    const rules = turn.then(update);
    turn = rules.catch(() => undefined);
    return rules;
  };

  return {
    all,
    active: async () => (await all()).filter((rule) => rule.on),
    lastUses: () => uses.of('rules'),
    set: async (id, change) => {
      await memory.ready;
      if (!(await all()).some((rule) => rule.id === id)) throw unknownRule();
      await setRule(memory, id, change);
    },
  };
}

async function setRule(memory: Memory, id: string, { on, pinned, text, forget }: RuleChange): Promise<void> {
  if (forget) {
    await memory.append({ kind: 'state', of: id, state: 'forget' });
    const written = [
      ...memory.index.states().filter((each) => each.of === id && each.state === 'edit'),
      ...memory.index.rules().filter((each) => each.rule === id),
    ];
    if (written.length > 0) await memory.forget({ ids: written.map((each) => each.id) }, 'asked');
    return;
  }
  if (text !== undefined) await memory.append({ kind: 'state', of: id, state: 'edit', text });
  // Letting go of a pin says `on`, so what the switch says comes last; a pin says both.
  if (pinned !== undefined) await memory.append({ kind: 'state', of: id, state: pinned ? 'pin' : 'on' });
  if (on !== undefined && !(on && pinned))
    await memory.append({ kind: 'state', of: id, state: on ? 'on' : 'off' });
}

function unknownRule(): AppError {
  return new AppError('rule.unknown', 'There is no such rule.', {
    why: 'The decisions that it came from were taken back.',
    next: 'Reload the list of rules.',
  });
}

function openBook(
  memory: Memory,
  maxTexts: number,
): { told: ToldDecisions; derive: ReturnType<typeof createDeriveRules> } {
  const told = createToldDecisions(memory, maxTexts);
  return { told, derive: createDeriveRules(told.evidence) };
}
