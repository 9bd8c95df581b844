import type { EventOf } from '../memory/events.ts';
import type { DecisionEntry, RequestEntry } from '../memory/index/memoryIndex.ts';
import type { Memory } from '../memory/memory.ts';
import { readKind } from '../memory/views/decidedAnswers.ts';
import { EDIT_WEIGHT, type Observation, type Subject, subjectOf } from './preference/observation.ts';
import { noteSignals, type ReasonSignal, tagSignals } from './preference/reasonSignals.ts';
import { type Source, siblingsOf } from './preferenceSources.ts';
import { situationOf } from './situation.ts';

/** Which way feedback speaks by its tags and its text. */
export type PolarityOf = (tags: readonly string[], text: string) => 'positive' | 'negative' | 'none';

export interface PreferenceReaderDeps {
  readonly memory: Pick<Memory, 'index' | 'read'>;
  readonly polarityOf: PolarityOf;
  readonly weightOf: (candidate: string) => number;
}

/** What is learned from one source, oldest first; nothing where its texts are lost. */
export type PreferenceReader = (source: Source) => Promise<readonly Observation[]>;

/** Feedback on a request without a decision says less than a decision. */
const FEEDBACK_WEIGHT = 0.5;
const SCORE = { good: 4, bad: 2 } as const;

export function createPreferenceReader(deps: PreferenceReaderDeps): PreferenceReader {
  return async ({ id, kind }) => {
    if (kind === 'feedback') return readFeedback(deps, id);
    const entry = deps.memory.index.decision(id);
    return entry ? readDecision(deps, entry) : [];
  };
}

type Answered = { readonly request: RequestEntry; readonly prompt: string };

async function readDecision(deps: PreferenceReaderDeps, entry: DecisionEntry): Promise<Observation[]> {
  const { memory, weightOf } = deps;
  const request = memory.index.request(entry.request);
  if (!request) return [];
  const [asked, candidate, decision] = await Promise.all([
    readKind(memory, request.event, 'request'),
    readKind(memory, memory.index.candidate(entry.candidate)?.event, 'candidate'),
    readKind(memory, entry.event, 'decision'),
  ]);
  const answered: Answered = { request, prompt: asked?.prompt ?? '' };
  const original = candidate && (await subjectOfCandidate(deps, answered, candidate, entry.decision));
  const edited = decision?.verdict === 'edited' ? decision.editedText : undefined;
  const decided = edited === undefined ? original : textSubject(answered, edited, candidate);
  if (!decided) return [];
  const reasons = await reasonsOf(deps, entry, decision?.note);
  const observations = await readSiblings(deps, answered, entry, decided);
  const by = { decision: entry.decision };
  if (edited !== undefined) {
    if (original)
      observations.push({
        ...by,
        kind: 'comparison',
        better: decided,
        worse: original,
        weight: EDIT_WEIGHT,
        reasons,
      });
    observations.push({
      ...by,
      kind: 'vote',
      subject: decided,
      approved: true,
      reasons: original ? [] : reasons,
      foretold: false,
    });
    return observations;
  }
  const said = await readForecast(deps, request, entry);
  const approved = entry.verdict === 'approved';
  const weight = approved ? weightOf(entry.candidate) : 1;
  observations.push({
    ...by,
    kind: 'vote',
    subject: decided,
    approved,
    reasons,
    weight,
    ...(said !== undefined && { said }),
  });
  return observations;
}

/** An approved answer stands above a denied one of the same request. */
async function readSiblings(
  deps: PreferenceReaderDeps,
  answered: Answered,
  live: DecisionEntry,
  decided: Subject,
): Promise<Observation[]> {
  const observations: Observation[] = [];
  for (const sibling of siblingsOf(answered.request, live)) {
    const { memory } = deps;
    const candidate = await readKind(memory, memory.index.candidate(sibling.candidate)?.event, 'candidate');
    const decision = await readKind(memory, sibling.event, 'decision');
    if (!candidate) continue;
    const other = await subjectOfCandidate(deps, answered, candidate, live.decision);
    const isDenied = sibling.verdict === 'denied';
    observations.push({
      kind: 'comparison',
      decision: live.decision,
      better: isDenied ? decided : other,
      worse: isDenied ? other : decided,
      weight: 1,
      reasons: signalsOf(sibling.reasons, [decision?.note, ...laterNotes(deps, sibling.decision)]),
    });
  }
  return observations;
}

async function readFeedback(deps: PreferenceReaderDeps, id: string): Promise<Observation[]> {
  const { memory, polarityOf } = deps;
  const feedback = await readKind(memory, id, 'feedback');
  const request = feedback && memory.index.request(feedback.request);
  if (!feedback || !request) return [];
  const named = feedback.candidate ?? request.live?.candidate ?? request.candidates[0]?.candidate;
  const place = named === undefined ? undefined : memory.index.candidate(named)?.event;
  const [asked, candidate] = await Promise.all([
    readKind(memory, request.event, 'request'),
    readKind(memory, place, 'candidate'),
  ]);
  if (!candidate) return [];
  const answered = { request, prompt: asked?.prompt ?? '' };
  const response = await subjectOfCandidate(deps, answered, candidate, request.live?.decision);
  const { corrections, score, tags, text } = feedback;
  const reasons = signalsOf(tags, [text]);
  if (corrections !== undefined) {
    const better = textSubject(answered, corrections, candidate);
    return [{ kind: 'comparison', decision: id, better, worse: response, weight: EDIT_WEIGHT, reasons }];
  }
  const approved = approvalOf(score, polarityOf(tags, text));
  // Beside a decision only its reasons count; they are taken in with it.
  if (request.live || approved === undefined) return [];
  const vote = { kind: 'vote', decision: id, subject: response, approved, reasons } as const;
  return [{ ...vote, weight: FEEDBACK_WEIGHT, foretold: false }];
}

function approvalOf(
  score: number | undefined,
  polarity: 'positive' | 'negative' | 'none',
): boolean | undefined {
  if (score !== undefined && score >= SCORE.good) return true;
  if (score !== undefined && score <= SCORE.bad) return false;
  return polarity === 'none' ? undefined : polarity === 'positive';
}

/** Tags and notes given with the decision, later, and in feedback without a correction of its own. */
async function reasonsOf(
  deps: PreferenceReaderDeps,
  entry: DecisionEntry,
  note: string | undefined,
): Promise<ReasonSignal[]> {
  const { memory } = deps;
  const tags = [...entry.reasons];
  const notes: (string | undefined)[] = [note, ...laterNotes(deps, entry.decision)];
  for (const each of memory.index.feedback()) {
    const isAbout = each.candidate === undefined || each.candidate === entry.candidate;
    if (each.request !== entry.request || each.corrected || !isAbout) continue;
    tags.push(...each.tags);
    notes.push((await readKind(memory, each.id, 'feedback'))?.text);
  }
  return signalsOf(tags, notes);
}

const laterNotes = ({ memory }: PreferenceReaderDeps, decision: string): (string | undefined)[] =>
  memory.index.reasonsOf(decision).map(({ note }) => note);

/** Each feature once: what was said first holds. */
function signalsOf(tags: readonly string[], notes: readonly (string | undefined)[]): ReasonSignal[] {
  const all = [...tags.flatMap(tagSignals), ...notes.flatMap((note) => noteSignals(note ?? ''))];
  return [...new Map(all.reverse().map((signal) => [signal.feature, signal])).values()].reverse();
}

/** What was told of the candidate when it was shown, unless that was after the decision. */
async function readForecast(
  { memory }: PreferenceReaderDeps,
  request: RequestEntry,
  entry: DecisionEntry,
): Promise<number | undefined> {
  const shown = await readKind(memory, request.shown, 'shown');
  return shown && shown.at <= entry.at ? shown.scores[entry.candidate]?.p : undefined;
}

async function subjectOfCandidate(
  { memory }: PreferenceReaderDeps,
  { request, prompt }: Answered,
  { text, at, logprobs }: EventOf<'candidate'>,
  before: string | undefined,
): Promise<Subject> {
  const situation = await situationOf(memory, {
    thread: request.thread,
    shown: Date.parse(at),
    ...(before !== undefined && { before }),
  });
  return subjectOf({ prompt, text, category: request.category, meanLogprob: logprobs?.mean, ...situation });
}

/** A text that no model made: it is as confident as what it corrects, so that only the texts differ. */
const textSubject = (
  { request, prompt }: Answered,
  text: string,
  corrected: EventOf<'candidate'> | undefined,
): Subject =>
  subjectOf({
    ...{ prompt, text, category: request.category, meanLogprob: corrected?.logprobs?.mean },
    ...{ lastText: undefined, secondsSinceLast: undefined },
  });
