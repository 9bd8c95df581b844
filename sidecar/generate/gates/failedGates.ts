import { codeBlocks } from '../../protocol/answerBlocks.ts';
import type { Stopped } from '../../protocol/requestSchemas.ts';
import type { CodeParser } from './codeParser.ts';
import { grammarOf } from './grammars.ts';
import { type TextFailure, textFailures } from './textFailures.ts';

/** What an answer must not be, whatever the user's taste. */
export type GateFailure = TextFailure | 'syntax';

export interface GatedAnswer {
  readonly text: string;
  readonly stopped: Stopped;
  /** Language id of the file that the request was about; for a single code block that names none. */
  readonly language?: string | undefined;
}

/** Parsing the rest of a longer answer would tell little more. */
const MAX_BLOCKS = 20;
/** Each may have taken its whole time. */
const MAX_UNKNOWN = 3;

/**
 * Gates that an answer fails; empty for one that may be suggested. Never rejects. An answer that broke off is
 * `truncated` and not parsed: its code can't be whole.
 */
export async function failedGates(answer: GatedAnswer, parser: CodeParser): Promise<GateFailure[]> {
  const failed: GateFailure[] = textFailures(answer);
  if (answer.stopped === 'complete' && (await hasBrokenCode(answer, parser))) failed.push('syntax');
  return failed;
}

async function hasBrokenCode(answer: GatedAnswer, parser: CodeParser): Promise<boolean> {
  const blocks = codeBlocks(answer.text);
  const only = blocks.length === 1;
  let unknown = 0;
  for (const { language, code } of blocks.slice(0, MAX_BLOCKS)) {
    const word = language === '' && only ? (answer.language ?? '') : language;
    if (grammarOf(word) === undefined) continue;
    const verdict = await parser.parses(word, code);
    if (verdict === 'broken') return true;
    if (verdict === 'unknown') unknown += 1;
    if (unknown === MAX_UNKNOWN) return false;
  }
  return false;
}
