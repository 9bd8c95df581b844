import { decidedAnswers } from './decidedAnswers.ts';
import type { EventSource } from './eventSource.ts';

/** `agent_memory.json` in pieces: one entry a request with a live verdict. */
export async function* agentMemoryView(source: EventSource): AsyncGenerator<string> {
  const approvals: string[] = [];
  yield '{"conversation_history": [';
  let separator = '\n';
  for await (const answer of decidedAnswers(source)) {
    const { decision, requestAt, prompt, category, response, original, reason } = answer;
    const approved = decision.verdict !== 'denied';
    const entry = {
      request_id: decision.request,
      timestamp: requestAt,
      prompt,
      response,
      ...(original !== undefined && { original_response: original }),
      approved,
      category,
      candidate_id: decision.candidate,
      decision_id: decision.decision,
      verdict: decision.verdict,
    };
    yield `${separator}${JSON.stringify(entry)}`;
    separator = ',\n';
    const approval = { approved, reason, timestamp: decision.at };
    approvals.push(`${JSON.stringify(decision.request)}: ${JSON.stringify(approval)}`);
  }
  yield '\n],\n"approval_history": {\n';
  yield approvals.join(',\n');
  yield `\n},\n"as_of": ${JSON.stringify(source.index.asOf ?? null)}}\n`;
}
