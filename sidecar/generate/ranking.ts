import { alternativeThreshold } from '../learn/preference/alternativeThreshold.ts';
import { type Subject, subjectOf } from '../learn/preference/observation.ts';
import type { Ranked } from '../learn/preference/preferenceModel.ts';
import type { PreferenceBook } from '../learn/preferenceBook.ts';
import { readCandidate } from '../learn/recordedTexts.ts';
import { type Situation, situationOf } from '../learn/situation.ts';
import type { Memory } from '../memory/memory.ts';
import type { Candidate, Score } from '../protocol/requestSchemas.ts';
import type { ChosenBy } from '../protocol/words.ts';
import type { AskTask } from './askTask.ts';
import { isBlockedFailure } from './blockedAnswers.ts';

export interface RankingDeps {
  readonly memory: Memory;
  readonly preferences: Pick<PreferenceBook, 'rank' | 'evidence' | 'forecasts'>;
  /** Gates that an answer fails; none for one that may be suggested. */
  readonly failedGates: (answer: Candidate) => Promise<readonly string[]>;
  /** Whether what was learned acts at once; else answers stand in the order they were made. */
  readonly acts: boolean;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** How the answers to a request are shown. */
export interface Ranking {
  readonly scores: ReadonlyMap<string, Score>;
  /** The candidate that opens. */
  readonly opened: string;
  /** With which probability it was chosen. */
  readonly propensity: number;
  readonly chosenBy: ChosenBy;
}

/** Share of requests with several answers at which chance chooses which one opens. */
export const EXPLORED = 0.1;

/** Scores every candidate, in order of generation, and chooses the one that opens; undefined where there is none. */
export async function rankCandidates(
  deps: RankingDeps,
  task: AskTask,
  candidates: readonly Candidate[],
): Promise<Ranking | undefined> {
  const { preferences, acts } = deps;
  const subjects = await subjectsOf(deps, task, candidates);
  const ranked = preferences.rank(subjects);
  const { useful, n } = preferences.evidence();
  const scores = new Map<string, Score>();
  for (const each of ranked) {
    const candidate = candidates[each.index];
    if (candidate) scores.set(candidate.candidate, scoreOf(each, n));
  }
  // Who asks for one more wants to see that one.
  const asked = task.another ? candidates.at(-1) : undefined;
  if (asked) return { scores, ...certain(asked, 'order') };
  const eligible = await passing(deps, candidates);
  const byScore = ranked.flatMap(({ index }) => candidates[index] ?? []);
  const chosenBy = acts && useful ? 'taste' : 'order';
  const best = (chosenBy === 'taste' ? byScore : candidates).find((each) => eligible.includes(each));
  if (!best) return undefined;
  const chosen = certain(best, chosenBy);
  return { scores, ...(acts && eligible.length > 1 ? explore(eligible, chosen, deps.random) : chosen) };
}

const certain = ({ candidate }: Candidate, chosenBy: ChosenBy) => ({
  opened: candidate,
  propensity: 1,
  chosenBy,
});

type Choice = Pick<Ranking, 'opened' | 'propensity' | 'chosenBy'>;

/** The best one, or by chance any; `propensity` is that of what was chosen. */
function explore(eligible: readonly Candidate[], best: Choice, random: () => number): Choice {
  const k = eligible.length;
  const byChance = random() < EXPLORED ? eligible[Math.floor(random() * k)] : undefined;
  const opened = byChance?.candidate ?? best.opened;
  const propensity = (opened === best.opened ? 1 - EXPLORED : 0) + EXPLORED / k;
  return { opened, propensity, chosenBy: byChance ? 'chance' : best.chosenBy };
}

/** Those that pass the gates; where none does, all that use nothing blocked; all where each does. */
async function passing(deps: RankingDeps, candidates: readonly Candidate[]): Promise<readonly Candidate[]> {
  // With one there is nothing to choose: its code is not parsed.
  if (candidates.length < 2) return candidates;
  const failed = await Promise.all(candidates.map(deps.failedGates));
  const passed = candidates.filter((_, place) => failed[place]?.length === 0);
  if (passed.length > 0) return passed;
  const unblocked = candidates.filter((_, place) => !failed[place]?.some(isBlockedFailure));
  return unblocked.length > 0 ? unblocked : candidates;
}

/**
 * How likely the first answer is to be denied, where that is likely enough for another one; undefined while the scores
 * are not measurably better than the running rate, or not borne out by what was decided.
 */
export async function likelyDenied(
  deps: Omit<RankingDeps, 'failedGates' | 'random'>,
  task: AskTask,
  first: Candidate,
): Promise<number | undefined> {
  const { preferences, acts } = deps;
  if (!acts || !preferences.evidence().useful) return undefined;
  const threshold = alternativeThreshold(preferences.forecasts());
  if (threshold === undefined) return undefined;
  const [ranked] = preferences.rank(await subjectsOf(deps, task, [first]));
  return ranked && ranked.p < threshold ? 1 - ranked.p : undefined;
}

const LIKELY_DENIED = 'the first is likely to be denied';

/** Why an alternative was made, for its label. */
export const alternativeWhy = (denied: number): string => `${LIKELY_DENIED} (${Math.round(100 * denied)} %)`;

/** True where a label says that the answer was made because the first scored low. */
export const isAlternative = (label: string | undefined): boolean => label?.includes(LIKELY_DENIED) ?? false;

async function subjectsOf(
  deps: Pick<RankingDeps, 'memory' | 'clock'>,
  task: AskTask,
  candidates: readonly Candidate[],
): Promise<Subject[]> {
  const { memory, clock } = deps;
  const situation = await situationOf(memory, { thread: task.thread, shown: clock() });
  return Promise.all(candidates.map((each) => subjectOfCandidate(memory, task, each, situation)));
}

async function subjectOfCandidate(
  memory: Memory,
  { prompt, category }: AskTask,
  { candidate, text }: Candidate,
  situation: Situation,
): Promise<Subject> {
  const entry = memory.index.candidate(candidate);
  const recorded = entry && (await readCandidate(memory, entry));
  return subjectOf({ prompt, text, category, meanLogprob: recorded?.logprobs?.mean, ...situation });
}

const scoreOf = ({ p, why }: Ranked, n: number): Score => ({
  p,
  why: why.map(({ text, effect }) => `${effect > 0 ? '+' : '-'} ${text}`),
  n,
});
