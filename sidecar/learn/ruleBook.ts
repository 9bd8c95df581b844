import type { DecisionEntry } from '../memory/index/memoryIndex.ts';
import type { Memory } from '../memory/memory.ts';
import { AppError } from '../protocol/errors.ts';
import { type DecisionSignals, decisionSignals } from './decisionSignals.ts';
import { deriveRules, type LearnedRule } from './deriveRules.ts';

export interface RuleBook {
  /** Every rule that decisions speak for, strongest first, with those that rest or are switched off. */
  all(): Promise<readonly LearnedRule[]>;
  /** Those that act. */
  active(): Promise<readonly LearnedRule[]>;
  /** Switches a rule; on disk when it resolves. Rejects with `rule.unknown`, and `memory.*`. */
  set(id: string, on: boolean): Promise<void>;
}

/** Decisions with texts (notes, edits) that are read; older ones count by their tags alone. */
const MAX_TEXTS = 2_000;

/** Rules of everything recorded. Texts are read once a decision; the rest comes from the index. */
export function createRuleBook({ memory }: { readonly memory: Memory }): RuleBook {
  const cache = new Map<string, { readonly key: string; readonly signals: DecisionSignals }>();
  let made: { readonly key: string; readonly rules: Promise<readonly LearnedRule[]> } | undefined;

  const signalsOf = async (entry: DecisionEntry, withTexts: boolean): Promise<DecisionSignals> => {
    const later = memory.index.reasonsOf(entry.decision).length;
    const key = `${entry.verdict} ${withTexts} ${later} ${entry.reasons.join(',')}`;
    const known = cache.get(entry.decision);
    if (known?.key === key) return known.signals;
    const texts = withTexts ? await readTexts(memory, entry) : NO_TEXTS;
    const { decision, at, verdict, reasons } = entry;
    const signals = decisionSignals({ decision, at, verdict, reasons, ...texts });
    cache.set(decision, { key, signals });
    return signals;
  };

  const derive = async (): Promise<readonly LearnedRule[]> => {
    const live = memory.index.liveDecisions();
    const signals: DecisionSignals[] = [];
    let texts = 0;
    for (const entry of live) {
      const withTexts = (entry.hasNote || entry.verdict === 'edited') && texts < MAX_TEXTS;
      if (withTexts) texts += 1;
      if (withTexts || entry.reasons.length > 0) signals.push(await signalsOf(entry, withTexts));
    }
    const liveIds = new Set(live.map((entry) => entry.decision));
    for (const id of cache.keys()) if (!liveIds.has(id)) cache.delete(id);
    return deriveRules(signals, memory.index.states());
  };

  const all = (): Promise<readonly LearnedRule[]> => {
    const key = `${memory.index.eventCount} ${memory.index.asOf ?? ''}`;
    if (made?.key !== key) made = { key, rules: derive() };
    const { rules } = made;
    rules.catch(() => {
      if (made?.rules === rules) made = undefined;
    });
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
