import type { DecisionEntry } from '../memory/index/memoryIndex.ts';
import type { Memory } from '../memory/memory.ts';
import { type DecisionSignals, decisionSignals } from './decisionSignals.ts';
import { createRuleEvidence, placeOf, type RuleEvidence } from './ruleEvidence.ts';

/** What the live decisions tell about rules. */
export interface ToldDecisions {
  readonly evidence: RuleEvidence;
  /** The live decision of a request as it is now; undefined where there is none. */
  take(request: string, live: DecisionEntry | undefined): void;
  /** Reads the texts that the decisions taken since the last call need. Rejects with `memory.*`. */
  settle(): Promise<void>;
}

/** A decision with a note or an edited text. */
interface Wordy {
  readonly decision: string;
  readonly at: string;
  /** Whether its texts were taken in; undefined until it was looked at. */
  read: boolean | undefined;
}

interface Said {
  readonly supports: DecisionSignals['supports'];
  readonly opposes: DecisionSignals['opposes'];
}

/** The texts of the newest `maxTexts` decisions that have some are read; older ones count by their tags alone. */
export function createToldDecisions(memory: Memory, maxTexts: number): ToldDecisions {
  const evidence = createRuleEvidence();
  /** The decision taken in for each request. */
  const taken = new Map<string, string>();
  const wordy = new Map<string, Wordy>();
  /** Newest first. */
  const order: Wordy[] = [];
  /** Many decisions give the same reasons, which say the same. */
  const byReasons = new Map<string, Said>();
  let isSettled = true;

  function takeBack(decision: string): void {
    evidence.drop(decision);
    const known = wordy.get(decision);
    if (!known) return;
    wordy.delete(decision);
    order.splice(placeOf(order, known), 1);
    isSettled = false;
  }

  function putReasons({ decision, at, verdict, reasons }: DecisionEntry): void {
    const key = JSON.stringify([verdict, reasons]);
    const said = byReasons.get(key) ?? decisionSignals({ decision, at, verdict, reasons, ...NO_TEXTS });
    const { supports, opposes } = said;
    byReasons.set(key, { supports, opposes });
    evidence.put({ decision, at, supports, opposes });
  }

  async function settleOne(each: Wordy, withTexts: boolean): Promise<void> {
    const entry = memory.index.decision(each.decision);
    // Gone since: that change is taken in next.
    if (!entry) return;
    if (withTexts) {
      const { decision, at, verdict, reasons } = entry;
      const texts = await readTexts(memory, entry);
      evidence.put(decisionSignals({ decision, at, verdict, reasons, ...texts }));
    } else putReasons(entry);
    each.read = withTexts;
  }

  return {
    evidence,
    take: (request, live) => {
      const before = taken.get(request);
      if (before !== undefined) takeBack(before);
      taken.delete(request);
      if (!live || !isTelling(live)) return;
      const { decision, at } = live;
      takeBack(decision);
      taken.set(request, decision);
      if (!hasTexts(live)) return putReasons(live);
      const known: Wordy = { decision, at, read: undefined };
      wordy.set(decision, known);
      order.splice(placeOf(order, known), 0, known);
      isSettled = false;
    },
    settle: async () => {
      if (isSettled) return;
      for (const [place, each] of order.entries()) {
        const withTexts = place < maxTexts;
        if (each.read !== withTexts) await settleOne(each, withTexts);
      }
      isSettled = true;
    },
  };
}

const hasTexts = ({ hasNote, verdict }: DecisionEntry): boolean => hasNote || verdict === 'edited';

const isTelling = (entry: DecisionEntry): boolean => hasTexts(entry) || entry.reasons.length > 0;

interface Texts {
  readonly notes: readonly string[];
  readonly original: string | undefined;
  readonly edited: string | undefined;
}
const NO_TEXTS: Texts = { notes: [], original: undefined, edited: undefined };

async function readTexts(memory: Memory, entry: DecisionEntry): Promise<Texts> {
  const event = await memory.read(entry.event);
  if (event?.kind !== 'decision') return NO_TEXTS;
  const notes = [event.note, ...memory.index.reasonsOf(entry.decision).map((each) => each.note)].filter(
    (note) => note !== undefined,
  );
  if (event.editedText === undefined) return { ...NO_TEXTS, notes };
  const place = memory.index.candidate(entry.candidate);
  const candidate = place && (await memory.read(place.event));
  const original = candidate?.kind === 'candidate' ? candidate.text : undefined;
  return { notes, original, edited: event.editedText };
}
