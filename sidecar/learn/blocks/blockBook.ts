import type { EventOf } from '../../memory/events.ts';
import type { MemoryIndex } from '../../memory/index/memoryIndex.ts';
import type { Memory } from '../../memory/memory.ts';
import { AppError } from '../../protocol/errors.ts';
import type { Block } from '../../protocol/memorySchemas.ts';
import type { Params } from '../../protocol/methods.ts';
import { isSameList } from '../isSameList.ts';
import { createLastUses } from '../memories/lastUses.ts';
import { createBlockMatcher } from './blockMatcher.ts';
import { type BlockPhrase, blockPhrase } from './blockPhrase.ts';

/** What is never to be suggested again. */
export interface BlockBook {
  /** Newest first, with those that were lifted. */
  list(): Promise<Block[]>;
  /**
   * Blocks a phrase, or lifts it; on disk when it resolves. Rejects with `block.unknown` for lifting what is not
   * blocked, with `rpc.invalid` for a phrase without a letter, and with `memory.*`.
   */
  set(params: Params<'blocks.set'>): Promise<Block>;
  /** Those in force, newest first. */
  active(): readonly ActiveBlock[];
  /** Those in force that a text uses. */
  blockedIn(text: string): readonly ActiveBlock[];
}

export type ActiveBlock = BlockPhrase;

interface Known extends BlockPhrase {
  readonly on: boolean;
  readonly at: string;
  readonly evidence: readonly string[];
  readonly events: readonly string[];
}

export function createBlockBook({ memory }: { readonly memory: Memory }): BlockBook {
  const matches = createBlockMatcher();
  const uses = createLastUses({ memory });
  const knownOf = createFold(memory.index);
  const active = (): readonly ActiveBlock[] => knownOf().active;

  const toBlock = ({ id, text, on, at, evidence, events }: Known): Block => ({
    id,
    phrase: text,
    on,
    at,
    evidence: evidence.filter((each) => isKnown(memory.index, each)),
    events: [...events],
  });

  return {
    active,
    blockedIn: (text) => matches(active(), text),
    list: async () => {
      await memory.ready;
      const { all } = knownOf();
      const used = await uses.of('blocks');
      return all.map((known) => {
        const lastUsed = used.get(known.id);
        return { ...toBlock(known), ...(lastUsed && { lastUsed }) };
      });
    },
    set: async ({ phrase, on, candidate }) => {
      await memory.ready;
      const wanted = blockPhrase(phrase);
      if (!canBeBlocked(wanted)) throw emptyPhrase();
      const known = find(knownOf().all, wanted);
      if (!known && !on) throw unknownBlock(wanted.text);
      if (!known) await append(memory, wanted, candidate);
      else if (known.on !== on)
        await memory.append({ kind: 'state', of: known.id, state: on ? 'on' : 'off' });
      const now = find(knownOf().all, wanted);
      if (!now) throw unknownBlock(wanted.text);
      return toBlock(now);
    },
  };
}

async function append(
  memory: Memory,
  { id, text }: BlockPhrase,
  candidate: string | undefined,
): Promise<void> {
  const request = candidate === undefined ? undefined : memory.index.candidate(candidate)?.request;
  // Named as evidence only: forgetting that request must not lift what the user asked for.
  const evidence = request === undefined ? [] : [request];
  await memory.append<'block'>({ kind: 'block', block: id, text, scope: 'always', evidence });
}

/** A phrase that is to be lifted may be written in other capitals. */
function find(all: readonly Known[], { id, text }: BlockPhrase): Known | undefined {
  const lower = text.toLowerCase();
  return all.find((each) => each.id === id) ?? all.find((each) => each.text.toLowerCase() === lower);
}

/** Without a word it would be found in every answer. */
const canBeBlocked = ({ text }: BlockPhrase): boolean => /[\p{L}\p{N}]/u.test(text);

const isKnown = (index: MemoryIndex, id: string): boolean =>
  index.requestTime(id) !== undefined || index.decision(id) !== undefined;

interface Folded {
  readonly all: readonly Known[];
  readonly active: readonly Known[];
}

/** What all block events and their states come to, found anew only where one of them is new or gone. */
function createFold(index: MemoryIndex): () => Folded {
  let last:
    | {
        readonly blocks: readonly EventOf<'block'>[];
        readonly states: readonly EventOf<'state'>[];
        readonly folded: Folded;
      }
    | undefined;
  return () => {
    const [blocks, states] = [index.blocks(), index.states()];
    if (!last || !isSameList(last.blocks, blocks) || !isSameList(last.states, states)) {
      const all = fold(blocks, states);
      last = { blocks, states, folded: { all, active: all.filter((each) => each.on) } };
    }
    return last.folded;
  };
}

/** Both in order of time. A state that is older than the block belongs to one that was forgotten. */
function fold(blocks: readonly EventOf<'block'>[], states: readonly EventOf<'state'>[]): Known[] {
  const found = new Map<string, Known>();
  for (const { id, at, block, text, evidence } of blocks) {
    if (!canBeBlocked(blockPhrase(text))) continue;
    const known = found.get(block);
    const events = [...(known?.events ?? []), id];
    if (known) found.set(block, { ...known, events });
    else found.set(block, { ...blockPhrase(text), id: block, on: true, at, evidence, events });
  }
  for (const { id, of, at, state } of states) {
    const known = found.get(of);
    if (!known || at < known.at) continue;
    const on =
      state === 'on' || state === 'pin' ? true : state === 'off' || state === 'forget' ? false : known.on;
    found.set(of, { ...known, on, events: [...known.events, id] });
  }
  return [...found.values()].reverse();
}

function unknownBlock(phrase: string): AppError {
  return new AppError('block.unknown', `"${phrase}" is not blocked.`, {
    next: 'Check how it is written.',
  });
}

function emptyPhrase(): AppError {
  return new AppError('rpc.invalid', 'There is no word in it that could be blocked.', {
    next: 'Give a name, a library or a phrase.',
  });
}
