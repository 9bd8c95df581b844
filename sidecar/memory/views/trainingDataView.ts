import { type DecidedAnswer, decidedAnswers } from './decidedAnswers.ts';
import type { EventSource } from './eventSource.ts';

/** `training_data.jsonl`, a line for each live verdict. */
export async function* trainingDataView(source: EventSource): AsyncGenerator<string> {
  for await (const answer of decidedAnswers(source)) yield trainingDataLine(answer);
}

export function trainingDataLine({ decision, prompt, response, category, reason }: DecidedAnswer): string {
  const line = {
    messages: [
      { role: 'user', content: prompt },
      { role: 'assistant', content: response },
    ],
    approved: decision.verdict !== 'denied',
    category,
    reason,
    decision_id: decision.decision,
  };
  return `${JSON.stringify(line)}\n`;
}
