import { setImmediate } from 'node:timers/promises';
import type { DecisionEntry } from '../memory/index/memoryIndex.ts';
import type { Memory } from '../memory/memory.ts';
import { type DecisionSignals, decisionSignals } from './decisionSignals.ts';
import { readAnswer, readDecision } from './recordedTexts.ts';
import { createRuleEvidence, placeOf, type RuleEvidence } from './ruleEvidence.ts';

/** What the live decisions tell about rules. */
export interface ToldDecisions {
  readonly evidence: RuleEvidence;
  /** Takes a live decision as it is now. */
  put(live: DecisionEntry): void;
  /** Takes back what a decision told, where it told something. */
  drop(decision: string): void;
  /** Reads the texts that the decisions taken since the last call need. Rejects with `memory.*`. */
  settle(): Promise<void>;
}

/** One object a decision: there can be very many. */
interface Told extends DecisionSignals {
  supports: DecisionSignals['supports'];
  opposes: DecisionSignals['opposes'];
  /** Of a decision with texts, whether they were taken in; undefined until it was looked at. */
  read: boolean | undefined;
}

type Said = Pick<DecisionSignals, 'supports' | 'opposes'>;

const NOTHING: Said = { supports: [], opposes: [] };
/** Decisions taken in before other work gets its turn. */
const PAGE = 200;

/** The texts of the newest `maxTexts` decisions that have some are read; older ones count by their tags alone. */
export function createToldDecisions(memory: Memory, maxTexts: number): ToldDecisions {
  const evidence = createRuleEvidence();
  const told = new Map<string, Told>();
  /** Those with texts, newest first. */
  const order: Told[] = [];
  const saidBy = createSaidByReasons();
  let isSettled = true;

  function drop(decision: string): void {
    const known = told.get(decision);
    if (!known) return;
    told.delete(decision);
    evidence.drop(known);
    const place = placeOf(order, known);
    if (order[place] !== known) return;
    order.splice(place, 1);
    isSettled = false;
  }

  async function settleOne(each: Told, withTexts: boolean): Promise<void> {
    const entry = memory.index.decision(each.decision);
    // Gone since: that change is taken in next.
    if (!entry) return;
    const said = withTexts
      ? decisionSignals({ ...contentOf(entry), ...(await readTexts(memory, entry)) })
      : saidBy(entry);
    evidence.drop(each);
    each.supports = said.supports;
    each.opposes = said.opposes;
    each.read = withTexts;
    evidence.put(each);
  }

  return {
    evidence,
    drop,
    put: (live) => {
      const { decision, at } = live;
      drop(decision);
      if (!isTelling(live)) return;
      const { supports, opposes } = hasTexts(live) ? NOTHING : saidBy(live);
      const each: Told = { decision, at, supports, opposes, read: undefined };
      told.set(decision, each);
      if (!hasTexts(live)) return evidence.put(each);
      order.splice(placeOf(order, each), 0, each);
      isSettled = false;
    },
    settle: async () => {
      if (isSettled) return;
      let done = 0;
      for (const [place, each] of order.entries()) {
        const withTexts = place < maxTexts;
        if (each.read === withTexts) continue;
        await settleOne(each, withTexts);
        done += 1;
        if (done % PAGE === 0) await setImmediate();
      }
      isSettled = true;
    },
  };
}

/** What the reasons of a decision say by themselves, found once for each list: many decisions give the same. */
function createSaidByReasons(): (entry: DecisionEntry) => Said {
  const known = new Map<string, Said>();
  return (entry) => {
    const key = JSON.stringify([entry.verdict, entry.reasons]);
    const said = known.get(key) ?? decisionSignals({ ...contentOf(entry), ...NO_TEXTS });
    known.set(key, { supports: said.supports, opposes: said.opposes });
    return said;
  };
}

const contentOf = ({ decision, at, verdict, reasons }: DecisionEntry) => ({ decision, at, verdict, reasons });

const hasTexts = ({ hasNote, verdict }: DecisionEntry): boolean => hasNote || verdict === 'edited';

const isTelling = (entry: DecisionEntry): boolean => hasTexts(entry) || entry.reasons.length > 0;

interface Texts {
  readonly notes: readonly string[];
  readonly original: string | undefined;
  readonly edited: string | undefined;
}
const NO_TEXTS: Texts = { notes: [], original: undefined, edited: undefined };

async function readTexts(memory: Memory, entry: DecisionEntry): Promise<Texts> {
  const event = await readDecision(memory, entry);
  if (!event) return NO_TEXTS;
  const notes = [event.note, ...memory.index.reasonsOf(entry.decision).map((each) => each.note)].filter(
    (note) => note !== undefined,
  );
  if (event.editedText === undefined) return { ...NO_TEXTS, notes };
  const original = await readAnswer(memory, entry.candidate);
  return { notes, original, edited: event.editedText };
}
