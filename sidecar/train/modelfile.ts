import { createHash } from 'node:crypto';
import { splitModelName } from '../models/modelNames.ts';
import { AppError } from '../protocol/errors.ts';
import { parseModelfile } from './modelfileParser.ts';

export interface ModelfileMessage {
  readonly role: 'user' | 'assistant' | 'system';
  readonly content: string;
}

/** What a Modelfile of ours says. Texts must be holdable. */
export interface ModelfileContent {
  readonly from: string;
  readonly system: string;
  readonly messages: readonly ModelfileMessage[];
  readonly parameters: Readonly<Record<string, string | number>>;
}

export interface ReadModelfile extends ModelfileContent {
  /** Commands that Whetstone doesn't write and can't carry over, for example ADAPTER. */
  readonly foreign: readonly string[];
}

/** Who wrote a Modelfile: the run, and the hash of what it wrote. */
export interface Signature {
  readonly run: string;
  readonly sha256: string;
}

const SIGNATURE = /^# whetstone run=([0-9A-HJKMNP-TV-Z]{26}) sha256=([0-9a-f]{64})$/m;
const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{0,14}[1-9])?$/;
const PARAMETER_NAME = /^[a-z_0-9]{1,64}$/;

const hash = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
const quoted = (text: string): string => `"""${text}"""`;

/**
 * The text of `Modelfile.trained`. It is read back before it is given out: should it say anything else than what
 * went in, this throws `training.createFailed` rather than let a text break out of its place.
 */
export function renderModelfile(content: ModelfileContent, run: string): string {
  splitModelName(content.from);
  const body = [
    `FROM ${content.from}`,
    ...(content.system === '' ? [] : [`SYSTEM ${quoted(content.system)}`]),
    ...Object.entries(content.parameters).map(
      ([name, value]) => `PARAMETER ${name} ${parameterValue(name, value)}`,
    ),
    ...content.messages.map(({ role, content: text }) => `MESSAGE ${role} ${quoted(text)}`),
    '',
  ].join('\n');
  const text = `# Written by Whetstone. Edit it and run "Rebuild Model from Modelfile" (terminal: whetstone train --from-modelfile); the next training keeps your edit.\n# whetstone run=${run} sha256=${hash(body)}\n${body}`;
  if (!isSame(readModelfile(text), content)) {
    throw new AppError('training.createFailed', 'A text can not be written into a Modelfile.', {
      why: 'Read back, the Modelfile says something else than what went in.',
      next: 'Look at the log for the decision it came from, and leave that one out.',
    });
  }
  return text;
}

function parameterValue(name: string, value: string | number): string {
  const text = String(value);
  if (PARAMETER_NAME.test(name) && !/[\r\n"]/.test(text) && text.trim() !== '') return text;
  throw new AppError(
    'training.createFailed',
    `The parameter ${name.slice(0, 64)} can not be written into a Modelfile.`,
  );
}

function isSame(read: ReadModelfile, content: ModelfileContent): boolean {
  const plain = (each: ModelfileContent): string =>
    JSON.stringify([
      each.from,
      each.system,
      each.messages.map(({ role, content: text }) => [role, text]),
      Object.entries(each.parameters).map(([name, value]) => [name, String(value)]),
    ]);
  return read.foreign.length === 0 && plain(read) === plain(content);
}

/** Reads a Modelfile, whoever wrote it. Throws ModelfileError where the server's own tool would refuse it. */
export function readModelfile(text: string): ReadModelfile {
  let from = '';
  let system = '';
  const messages: ModelfileMessage[] = [];
  const parameters: Record<string, string | number> = {};
  const foreign: string[] = [];
  for (const { name, args } of parseModelfile(text)) {
    if (name === 'model') from = args;
    else if (name === 'system') system = args;
    else if (name === 'message') messages.push(toMessage(args));
    else if (['license', 'template', 'adapter', 'renderer', 'parser', 'requires'].includes(name))
      foreign.push(name.toUpperCase());
    else if (name in parameters) foreign.push(`a second PARAMETER ${name}`);
    else parameters[name] = NUMBER.test(args) ? Number(args) : args;
  }
  return { from, system, messages, parameters, foreign };
}

function toMessage(args: string): ModelfileMessage {
  const at = args.indexOf(': ');
  const role = args.slice(0, at);
  const content = args.slice(at + 2);
  return { role: role === 'user' || role === 'assistant' ? role : 'system', content };
}

/** The signature in a Modelfile's head; undefined where it has none. */
export function signatureOf(text: string): Signature | undefined {
  const found = SIGNATURE.exec(text);
  return found?.[1] !== undefined && found[2] !== undefined ? { run: found[1], sha256: found[2] } : undefined;
}

/** True where the text is not, byte for byte, what the run in its head wrote. */
export function isHandEdited(text: string): boolean {
  const found = SIGNATURE.exec(text);
  return !found || hash(text.slice(found.index + found[0].length + 1)) !== found[2];
}
