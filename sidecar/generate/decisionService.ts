import { bareNoted, noted } from '../learn/noted.ts';
import type { RuleBook } from '../learn/ruleBook.ts';
import type { Statistics } from '../learn/statistics.ts';
import { activeVersion } from '../learn/versionStates.ts';
import { deterministicUlid } from '../memory/import/deterministicUlid.ts';
import type { DecisionEntry } from '../memory/index/memoryIndex.ts';
import type { Memory } from '../memory/memory.ts';
import { readEach } from '../memory/readEach.ts';
import { AppError } from '../protocol/errors.ts';
import type { Params, Result } from '../protocol/methods.ts';
import type { Noted } from '../protocol/requestSchemas.ts';
import type { Settings } from '../protocol/settingsSchemas.ts';
import { SURVIVAL_MARKS } from '../protocol/words.ts';
import { sha256Of } from './canonicalText.ts';
import { type Schedule, scheduleByTimer } from './deltaBatcher.ts';
import { tagsPolarity, textPolarity } from './feedbackPolarity.ts';
import { toDecision } from './toDecision.ts';

/** Milliseconds that an acknowledgement waits for the effect of the decision; the decision is on disk before. */
const NOTED_DEADLINE_MS = 50;

export interface DecisionDeps {
  readonly memory: Memory;
  readonly rules: RuleBook;
  readonly statistics: Statistics;
  readonly settings: () => Settings;
  readonly ids: () => string;
  readonly appVersion: string;
  /** The platform's timers where absent. */
  readonly schedule?: Schedule;
}

/** All of these resolve only after the event is on disk, and reject with `memory.*` where the disk refused it. */
export interface DecisionService {
  /** Rejects with `candidate.unknown`, `decision.hashMismatch`, `rpc.invalid`. The same ULID twice counts once. */
  record(params: Params<'decision.record'>): Promise<Noted>;
  /** Rejects with `decision.unknown`. */
  reason(params: Params<'decision.reason'>): Promise<Noted>;
  /** Leaves the request undecided. Rejects with `decision.unknown`. Undone already is fine. */
  undo(params: Params<'decision.undo'>): Promise<Result<'decision.undo'>>;
  list(params: Params<'decision.list'>): Promise<Result<'decision.list'>>;
  /** Rejects with `candidate.unknown`. */
  applied(params: Params<'applied.record'>): Promise<Result<'applied.record'>>;
  /** Rejects with `candidate.unknown`. A second look at the same mark of the same answer counts once. */
  survival(params: Params<'survival.record'>): Promise<Result<'survival.record'>>;
  /** Rejects with `request.unknown`, and with `rpc.invalid` where text and tags disagree. */
  feedback(params: Params<'feedback.record'>): Promise<Result<'feedback.record'>>;
}

export function createDecisionService(deps: DecisionDeps): DecisionService {
  const { memory } = deps;
  const notedOf = createNoted(deps);
  const ready = async (known: unknown): Promise<void> => {
    if (known === undefined) await memory.ready;
  };
  return {
    record: async (params) => {
      if (!memory.index.decision(params.decision)) await recordDecision(deps, params);
      return notedOf(mustDecision(memory, params.decision));
    },
    reason: async ({ decision, reasons, note }) => {
      await ready(memory.index.decision(decision));
      mustDecision(memory, decision);
      await memory.append<'reason'>({
        kind: 'reason',
        decision,
        reasons,
        ...(note !== undefined && { note }),
      });
      return notedOf(mustDecision(memory, decision));
    },
    undo: async ({ decision }) => {
      await memory.ready;
      for (const each of takenBackWith(memory, mustDecision(memory, decision))) {
        await memory.append<'undo'>({ kind: 'undo', decision: each.decision });
      }
      return {};
    },
    list: async ({ limit, texts, ids }) => {
      await memory.ready;
      const entries = ids
        ? namedDecisions(memory, ids).slice(0, limit)
        : memory.index.liveDecisions({ limit });
      return { decisions: await readEach(entries, (entry) => toDecision(memory, entry, texts)) };
    },
    applied: async (params) => {
      await ready(memory.index.candidate(params.candidate));
      mustCandidate(memory, params.candidate);
      await memory.append<'applied'>({ kind: 'applied', ...params });
      return {};
    },
    survival: async (params) => {
      await ready(memory.index.candidate(params.candidate));
      mustCandidate(memory, params.candidate);
      await memory.append<'survival'>({ kind: 'survival', ...params }, survivalId(params));
      return {};
    },
    feedback: async (params) => {
      await ready(memory.index.request(params.request));
      return recordFeedback(memory, deps.ids(), params);
    },
  };
}

/** Live decisions by their own ids or their requests', each once. */
function namedDecisions({ index }: Memory, ids: readonly string[]): DecisionEntry[] {
  const found = ids.map((id) => index.decision(id) ?? index.liveOf(id));
  return [
    ...new Map(found.flatMap((each) => (each && !each.undone ? [[each.decision, each]] : []))).values(),
  ];
}

/**
 * Without the request's verdict, an earlier one would count again, which nobody sees: all go. The verdict goes last, so
 * that it stands where this is cut off.
 */
function takenBackWith(memory: Memory, entry: DecisionEntry): readonly DecisionEntry[] {
  const request = memory.index.request(entry.request);
  const others = request?.live?.decision === entry.decision ? request.decisions : [];
  return [...others.filter(({ decision }) => decision !== entry.decision), entry].filter(
    ({ undone }) => !undone,
  );
}

async function recordDecision(deps: DecisionDeps, params: Params<'decision.record'>): Promise<void> {
  const { decision, request, candidate, sha256, verdict, reasons, note, editedText, dwellMs, seen } = params;
  if ((verdict === 'edited') !== (editedText !== undefined)) {
    throw new AppError(
      'rpc.invalid',
      verdict === 'edited' ? 'An edited answer needs its new text.' : 'Only an edited answer has a new text.',
      { next: 'Edit the answer, then approve it.' },
    );
  }
  // Only what is needed is waited for: with its own copy a decision never waits for a large journal to be read.
  // Should the journal hold that answer already, the same ids count once.
  if (!params.copy && !deps.memory.index.candidate(candidate)) await deps.memory.ready;
  await ensureCandidate(deps, params);
  const known = mustCandidate(deps.memory, candidate);
  if (known.request !== request) throw unknownCandidate();
  if (known.sha256 !== sha256) throw hashMismatch();
  await deps.memory.append<'decision'>(
    {
      kind: 'decision',
      decision,
      request,
      candidate,
      sha256,
      verdict,
      reasons: [...new Set(reasons)],
      ...(note !== undefined && note.trim() !== '' && { note }),
      ...(editedText !== undefined && { editedText: editedText.replace(/\r\n?/g, '\n') }),
      ...(dwellMs !== undefined && { dwellMs }),
      ...(seen && { seen: [...new Set(seen)] }),
    },
    decision,
  );
}

/** Records an answer whose end never was: the sidecar that made it was killed, the client still shows it. */
async function ensureCandidate(deps: DecisionDeps, params: Params<'decision.record'>): Promise<void> {
  const { memory } = deps;
  const { request, candidate, copy } = params;
  if (memory.index.candidate(candidate) || !copy) return;
  if (sha256Of(copy.text) !== params.sha256) throw hashMismatch();
  if (!memory.index.request(request)) {
    const { thread, prompt, category, model } = copy;
    await memory.append<'request'>(
      { kind: 'request', thread, request, prompt, context: [], category, model, appVersion: deps.appVersion },
      request,
    );
  }
  await memory.append<'candidate'>(
    {
      kind: 'candidate',
      request,
      candidate,
      text: copy.text,
      sha256: params.sha256,
      model: copy.model,
      options: {},
      stopped: 'interrupted',
      engine: 'unknown',
    },
    candidate,
  );
}

/** What was noted, with its effect where that is known soon: the acknowledgement does not wait for learning. */
function createNoted(deps: DecisionDeps): (entry: DecisionEntry) => Promise<Noted> {
  const { memory, rules, statistics, settings } = deps;
  let isReady = false;
  memory.ready.then(
    () => {
      isReady = true;
    },
    () => undefined,
  );
  return async (entry) => {
    // While what is there is still being read, the effect can't be known soon.
    if (!isReady) return bareNoted(entry);
    // The decision is on disk: a fault in what is derived from it must not look like a refusal.
    const known = rules.all().catch(() => []);
    const derived = await soon(known, deps.schedule ?? scheduleByTimer);
    if (derived === undefined) return bareNoted(entry);
    return noted({
      entry,
      rules: derived,
      held: new Set(activeVersion(memory.index)?.detail.rules.map((rule) => rule.id)),
      learn: settings().learn,
      newSinceTraining: statistics.get().newSinceTraining,
    });
  };
}

/** The value, or undefined where it takes longer than an acknowledgement may wait. */
async function soon<T>(value: Promise<T>, schedule: Schedule): Promise<T | undefined> {
  let unschedule = (): void => undefined;
  const late = new Promise<undefined>((resolve) => {
    unschedule = schedule(NOTED_DEADLINE_MS, () => resolve(undefined));
  });
  try {
    return await Promise.race([value, late]);
  } finally {
    unschedule();
  }
}

async function recordFeedback(
  memory: Memory,
  id: string,
  params: Params<'feedback.record'>,
): Promise<Result<'feedback.record'>> {
  if (!memory.index.request(params.request)) {
    throw new AppError('request.unknown', 'There is no such request.', { next: 'Check the request id.' });
  }
  if (params.candidate !== undefined) mustCandidate(memory, params.candidate);
  const byTags = tagsPolarity(params.tags);
  const byText = textPolarity(params.text);
  if (byTags === 'mixed') throw contradiction('The tags say both good and bad.');
  if (byTags !== 'none' && byText !== 'none' && byTags !== byText) {
    throw contradiction(`The text reads as ${byText}, the tags as ${byTags}.`);
  }
  const { request, candidate, text, tags, score, corrections, feedbackType } = params;
  await memory.append<'feedback'>(
    {
      kind: 'feedback',
      request,
      ...(candidate !== undefined && { candidate }),
      text,
      tags,
      ...(score !== undefined && { score }),
      ...(corrections !== undefined && { corrections: corrections.replace(/\r\n?/g, '\n') }),
      feedbackType,
    },
    id,
  );
  return { id, polarity: byTags === 'none' ? byText : byTags };
}

/** One look an answer and mark, also where the answer to the first telling was lost, or two windows look at it. */
function survivalId({ candidate, afterMinutes }: Params<'survival.record'>): string {
  const mark = SURVIVAL_MARKS.findLast((each) => each <= afterMinutes) ?? 0;
  return deterministicUlid(0, 'survival', candidate, String(mark));
}

function mustDecision(memory: Memory, id: string): DecisionEntry {
  const entry = memory.index.decision(id);
  if (entry) return entry;
  throw new AppError('decision.unknown', 'There is no such decision.', { next: 'Reload the list.' });
}

function mustCandidate(memory: Memory, id: string): { readonly request: string; readonly sha256: string } {
  const entry = memory.index.candidate(id);
  if (entry) return entry;
  throw unknownCandidate();
}

const unknownCandidate = (): AppError =>
  new AppError('candidate.unknown', 'There is no such answer.', {
    why: 'It was never recorded, or belongs to another request.',
    next: 'Ask again.',
  });

const hashMismatch = (): AppError =>
  new AppError('decision.hashMismatch', 'The answer on the screen is not the one that was recorded.', {
    why: 'A decision counts only for the exact text that was seen.',
    next: 'Reload, look at the answer again, then decide.',
  });

const contradiction = (why: string): AppError =>
  new AppError('rpc.invalid', 'Text and tags say different things. Which one holds?', {
    why,
    next: 'Send it again with only the one that holds.',
  });
