import type { Candidate } from '../protocol/requestSchemas.ts';
import type { Output } from './output.ts';
import { shellWord } from './shellWord.ts';

export interface AnswerPrinter {
  /** Why an answer that begins is made, for its heading. */
  begin(candidate: string, label: string | undefined): void;
  delta(candidate: string, text: string): void;
  end(candidate: Candidate): void;
  /** Prints what no notification brought; `all` are the candidates in order. */
  finish(all: readonly Candidate[]): void;
}

/**
 * Prints answers as they come, one after the other: while one is being written, the text of the next ones waits.
 * From the second on each has a heading on standard error.
 */
export function createAnswerPrinter(output: Output): AnswerPrinter {
  const texts = new Map<string, string>();
  const ended = new Map<string, Candidate>();
  const labels = new Map<string, string>();
  const printed = new Map<string, number>();
  const order: string[] = [];
  let current = 0;

  const know = (candidate: string): void => {
    if (!order.includes(candidate)) order.push(candidate);
  };
  const heading = (index: number, candidate: string): void => {
    const label = ended.get(candidate)?.label ?? labels.get(candidate);
    if (index > 0) output.note(`\nAnswer ${index + 1}${label ? ` (${label})` : ''}:`);
  };
  const printNew = (candidate: string, index: number): void => {
    const text = ended.get(candidate)?.text ?? texts.get(candidate) ?? '';
    const from = printed.get(candidate) ?? 0;
    if (text.length <= from) return;
    if (from === 0) heading(index, candidate);
    output.text(text.slice(from));
    printed.set(candidate, text.length);
  };
  const advance = (): void => {
    for (let candidate = order[current]; candidate !== undefined; candidate = order[current]) {
      printNew(candidate, current);
      const done = ended.get(candidate);
      if (!done) return;
      if (done.text !== '' && !done.text.endsWith('\n')) output.text('\n');
      for (const phrase of done.blocked ?? [])
        output.note(`It uses ${phrase}, which is blocked. Lift it: whetstone unblock ${shellWord(phrase)}`);
      current += 1;
    }
  };

  return {
    begin(candidate, label) {
      if (label !== undefined) labels.set(candidate, label);
    },
    delta(candidate, text) {
      know(candidate);
      texts.set(candidate, (texts.get(candidate) ?? '') + text);
      advance();
    },
    end(candidate) {
      know(candidate.candidate);
      ended.set(candidate.candidate, candidate);
      advance();
    },
    finish(all) {
      for (const candidate of all) {
        know(candidate.candidate);
        ended.set(candidate.candidate, candidate);
      }
      advance();
    },
  };
}
