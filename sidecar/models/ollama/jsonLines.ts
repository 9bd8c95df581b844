import { StringDecoder } from 'node:string_decoder';

const MAX_LINE = 32 * 1024 * 1024;

export interface LineFailures {
  /** A line that is not a JSON object, or is far too long. */
  malformed(): Error;
  /** The source ended without a last message. */
  cut(): Error;
  /** The server said `{"error": text}`. */
  said(text: string): Error;
}

/**
 * Passes on the lines of a newline-delimited JSON stream, each checked to be one object, blank ones dropped.
 * The package that reads them afterwards would print bad lines to the console and go on without them.
 */
export async function* checkedLines(
  source: AsyncIterable<Uint8Array>,
  fail: LineFailures,
): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let last = false;
  for await (const chunk of source) {
    rest += decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE) throw fail.malformed();
    for (const line of lines) {
      if (line.trim() === '') continue;
      last = check(line, fail);
      yield `${line}\n`;
    }
    if (last) return;
  }
  rest += decoder.end();
  if (rest.trim() !== '') {
    // Without its line end a line may have been cut in the middle.
    if (!isJson(rest)) throw fail.cut();
    last = check(rest, fail);
    yield `${rest}\n`;
  }
  if (!last) throw fail.cut();
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** True where the line is the last message of a stream. */
function check(line: string, fail: LineFailures): boolean {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw fail.malformed();
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fail.malformed();
  if ('error' in value)
    throw fail.said(typeof value.error === 'string' ? value.error : JSON.stringify(value.error));
  return ('done' in value && value.done === true) || ('status' in value && value.status === 'success');
}
