import { amountWords, decisionWords } from '../displayWords.ts';
import type { Card } from '../protocol.ts';

/** What to announce when a card changes: ends and decisions, never text. Undefined where nothing is worth saying. */
export function announcement(before: Card | undefined, after: Card): string | undefined {
  if (before?.decision && !after.decision) return 'Decision undone';
  if (after.error && !before?.error) return after.error.what;
  return readingNews(before, after) ?? decisionNews(before, after) ?? answerNews(before, after);
}

function readingNews(before: Card | undefined, { readings }: Card): string | undefined {
  if (readings?.state !== 'open' || before?.readings?.state === 'open') return undefined;
  const rows = readings.rows.map(({ question }, at) => `${at + 1}: ${question}`);
  return ['What do you mean?', ...rows, '0: Answer as it stands'].join(' ');
}

function decisionNews(before: Card | undefined, after: Card): string | undefined {
  const { decision } = after;
  if (!decision || decision.state === 'saving') return undefined;
  const was = before?.decision;
  const same = was?.id === decision.id && was.state === decision.state && was.line === decision.line;
  return same ? undefined : decision.line || decisionWords(decision.verdict, decision.reasons);
}

function answerNews(before: Card | undefined, after: Card): string | undefined {
  for (const candidate of after.candidates) {
    const old = before?.candidates.find((one) => one.id === candidate.id);
    if (!old || old.state === candidate.state) continue;
    if (candidate.state === 'complete') return completeWords(after);
    if (candidate.state === 'stopped') return 'Stopped. The text so far is kept';
    if (candidate.state === 'failed') return candidate.error?.what ?? 'The answer failed';
  }
  return undefined;
}

function completeWords(card: Card): string {
  const complete = card.candidates.filter((one) => one.state === 'complete').length;
  return card.candidates.length === 1 ? 'Answer complete' : `${amountWords(complete, 'answer')} complete`;
}

/** True at the moment when a request turned out to have no answer, so that its prompt goes back into the box. */
export function justFailed(before: Card | undefined, after: Card): boolean {
  return before !== undefined && !hasFailed(before) && hasFailed(after);
}

function hasFailed(card: Card): boolean {
  if (card.error) return true;
  const { candidates } = card;
  return candidates.length > 0 && candidates.every((one) => one.state === 'failed' && one.text === '');
}
