/** One command of a Modelfile. `FROM` is named `model`, a parameter by its own name, `MESSAGE` has `role: text`. */
export interface ModelfileCommand {
  readonly name: string;
  readonly args: string;
}

export class ModelfileError extends Error {}

type State = 'nil' | 'name' | 'value' | 'parameter' | 'message' | 'comment';

const COMMANDS = new Set([
  'from',
  'license',
  'template',
  'system',
  'adapter',
  'renderer',
  'parser',
  'parameter',
  'message',
  'requires',
]);
const ROLES = new Set(['system', 'user', 'assistant']);
/** What the server's language counts as printable: letters, marks, numbers, punctuation, symbols, and the plain space. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

const isSpace = (char: string): boolean => char === ' ' || char === '\t';
const isNewline = (char: string): boolean => char === '\r' || char === '\n';

interface Reading {
  readonly commands: ModelfileCommand[];
  state: State;
  buffer: string;
  name: string;
  role: string;
}

/**
 * Reads a Modelfile as the model server's own tool does: same states, same quoting without escapes, same dropping
 * of characters that can't be printed. It is what a written Modelfile is checked against, so it follows that
 * behaviour even where it is odd. Throws ModelfileError.
 */
export function parseModelfile(text: string): ModelfileCommand[] {
  const reading: Reading = { commands: [], state: 'nil', buffer: '', name: '', role: '' };
  for (const char of text.replace(/^\uFEFF/, '')) readChar(reading, char);
  finish(reading);
  if (!reading.commands.some((command) => command.name === 'model')) throw new ModelfileError('no FROM line');
  return reading.commands;
}

function readChar(reading: Reading, char: string): void {
  const [next, kept] = transition(reading.state, char);
  if (next !== reading.state) {
    const entered = leave(reading, next, kept);
    if (entered === undefined) return;
    reading.buffer = '';
    reading.state = entered;
  }
  if (kept !== '' && PRINTABLE.test(kept)) reading.buffer += kept;
}

/** Acts on the end of a state; undefined where the state goes on after all. */
function leave(reading: Reading, next: State, char: string): State | undefined {
  switch (reading.state) {
    case 'name':
      return leaveName(reading, next);
    case 'parameter':
      reading.name = reading.buffer;
      return next;
    case 'message':
      if (!ROLES.has(reading.buffer)) throw new ModelfileError('not a message role');
      reading.role = reading.buffer;
      return next;
    case 'value': {
      const value = unquote(trimSpace(reading.buffer));
      if (value === undefined || isSpace(char)) {
        reading.buffer += char;
        return undefined;
      }
      push(reading, value);
      return next;
    }
    default:
      return next;
  }
}

function leaveName(reading: Reading, next: State): State {
  const name = reading.buffer.toLowerCase();
  if (!COMMANDS.has(name)) throw new ModelfileError(`not a command: ${name.slice(0, 40)}`);
  if (name === 'parameter') return 'parameter';
  reading.name = name === 'from' ? 'model' : name;
  return name === 'message' ? 'message' : next;
}

function push(reading: Reading, value: string): void {
  reading.commands.push({
    name: reading.name,
    args: reading.role === '' ? value : `${reading.role}: ${value}`,
  });
  reading.role = '';
}

function finish(reading: Reading): void {
  if (reading.state === 'comment' || reading.state === 'nil') return;
  const value = reading.state === 'value' ? unquote(trimSpace(reading.buffer)) : undefined;
  if (value === undefined) throw new ModelfileError('unexpected end');
  push(reading, value);
}

function transition(state: State, char: string): readonly [State, string] {
  switch (state) {
    case 'nil':
      if (char === '#') return ['comment', ''];
      return isSpace(char) || isNewline(char) ? ['nil', ''] : ['name', char];
    case 'name':
      if (/^[A-Za-z]$/.test(char)) return ['name', char];
      if (isSpace(char)) return ['value', ''];
      throw new ModelfileError('not a command');
    case 'value':
      return isNewline(char) || isSpace(char) ? ['nil', char] : ['value', char];
    case 'parameter':
      return word(state, char, /^\w$/);
    case 'message':
      return word(state, char, /^[A-Za-z]$/);
    case 'comment':
      return isNewline(char) ? ['nil', ''] : ['comment', ''];
  }
}

function word(state: State, char: string, allowed: RegExp): readonly [State, string] {
  if (allowed.test(char)) return [state, char];
  if (isSpace(char)) return ['value', ''];
  throw new ModelfileError('unexpected end');
}

function unquote(text: string): string | undefined {
  if (text.startsWith('"""')) return text.length >= 6 && text.endsWith('"""') ? text.slice(3, -3) : undefined;
  if (text.startsWith('"')) return text.length >= 2 && text.endsWith('"') ? text.slice(1, -1) : undefined;
  return text;
}

/** White space as the server's language has it: without the byte order mark, with U+0085. */
const trimSpace = (text: string): string =>
  text.replace(
    /^[\t\n\v\f\r \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+|[\t\n\v\f\r \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+$/g,
    '',
  );
