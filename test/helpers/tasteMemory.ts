import { monotonicFactory } from 'ulid';
import { sha256Of } from '../../sidecar/generate/canonicalText.ts';
import type { Memory } from '../../sidecar/memory/memory.ts';
import type { Verdict } from '../../sidecar/protocol/words.ts';

export interface Told {
  readonly request: string;
  readonly candidate: string;
  readonly decision: string;
}

export interface DecideMore {
  readonly request?: string;
  readonly prompt?: string;
  readonly reasons?: string[];
  readonly note?: string;
  readonly editedText?: string;
  /** Recorded as said before the decision. */
  readonly p?: number;
}

/** Records answers and decisions as the sidecar does, without a model. */
export function tasteMemory(memory: Memory) {
  const ids = monotonicFactory();
  const thread = ids();
  const answer = async (
    text: string,
    known?: string,
    prompt = 'Write a function',
  ): Promise<Omit<Told, 'decision'>> => {
    const [request, candidate] = [known ?? ids(), ids()];
    if (known === undefined)
      await memory.append<'request'>(
        {
          ...{ kind: 'request', thread, request, prompt, context: [] },
          ...{ category: 'code_generation', model: 'm', appVersion: 'test' },
        },
        request,
      );
    await memory.append<'candidate'>(
      {
        ...{ kind: 'candidate', request, candidate, text, sha256: sha256Of(text), model: 'm' },
        ...{
          options: {},
          stopped: 'complete',
          engine: 'ollama',
          logprobs: { mean: -0.4, worstWindow: -1, n: 9 },
        },
      },
      candidate,
    );
    return { request, candidate };
  };
  const decide = async (text: string, verdict: Verdict, more: DecideMore = {}): Promise<Told> => {
    const { request: known, prompt, reasons = [], p, ...rest } = more;
    const { request, candidate } = await answer(text, known, prompt);
    if (p !== undefined)
      await memory.append<'shown'>({
        ...{ kind: 'shown', request, order: [candidate], opened: candidate, propensity: 1, hidden: [] },
        scores: { [candidate]: { p, why: [] } },
      });
    const decision = ids();
    await memory.append<'decision'>(
      { kind: 'decision', decision, request, candidate, sha256: sha256Of(text), verdict, reasons, ...rest },
      decision,
    );
    return { request, candidate, decision };
  };
  return { ids: () => ids(), answer, decide };
}

/** An answer with a docstring or without; `n` makes it another one. */
export function answerText(hasDocstring: boolean, n = 0): string {
  const doc = hasDocstring ? '    """Adds two numbers and gives back their sum."""\n' : '';
  return `Here is the code:\n\`\`\`python\ndef add_${n}(a, b):\n${doc}    return a + b\n\`\`\`\n`;
}
