import { type DecidedAnswer, decidedAnswers } from './decidedAnswers.ts';
import type { EventSource } from './eventSource.ts';

/** `agent_memory.json` in pieces, in this order. */
export interface AgentMemoryPieces {
  readonly start: string;
  entry(answer: DecidedAnswer): string;
  /** The reasons of all entries, and the last event. */
  end(): Generator<string>;
}

export function agentMemoryPieces({ index }: Pick<EventSource, 'index'>): AgentMemoryPieces {
  const approvals: string[] = [];
  return {
    start: '{"conversation_history": [',
    entry: (answer) => {
      const separator = approvals.length === 0 ? '\n' : ',\n';
      approvals.push(approvalText(answer));
      return `${separator}${JSON.stringify(entryOf(answer))}`;
    },
    *end() {
      yield '\n],\n"approval_history": {\n';
      for (const [at, approval] of approvals.entries()) yield at === 0 ? approval : `,\n${approval}`;
      yield `\n},\n"as_of": ${JSON.stringify(index.asOf ?? null)}}\n`;
    },
  };
}

/** `agent_memory.json`: one entry a request with a live verdict. */
export async function* agentMemoryView(source: EventSource): AsyncGenerator<string> {
  const pieces = agentMemoryPieces(source);
  yield pieces.start;
  for await (const answer of decidedAnswers(source)) yield pieces.entry(answer);
  yield* pieces.end();
}

function entryOf(answer: DecidedAnswer) {
  const { decision, requestAt, prompt, category, response, original } = answer;
  return {
    request_id: decision.request,
    timestamp: requestAt,
    prompt,
    response,
    ...(original !== undefined && { original_response: original }),
    approved: decision.verdict !== 'denied',
    category,
    candidate_id: decision.candidate,
    decision_id: decision.decision,
    verdict: decision.verdict,
  };
}

function approvalText({ decision, reason }: DecidedAnswer): string {
  const approval = { approved: decision.verdict !== 'denied', reason, timestamp: decision.at };
  return `${JSON.stringify(decision.request)}: ${JSON.stringify(approval)}`;
}
