import { AppError } from '../protocol/errors.ts';
import {
  isHandEdited,
  type ModelfileContent,
  type ModelfileMessage,
  type ReadModelfile,
  readModelfile,
} from './modelfile.ts';

type Exchange = readonly ModelfileMessage[];

/** What a person changed in a Modelfile, kept through every later training. */
export interface Pinned {
  /** Lines of the system text that the person wrote. */
  readonly lines: readonly string[];
  /** Lines of ours that the person took out. */
  readonly removed: readonly string[];
  /** Exchanges that the person wrote or changed: a user message with its answer. */
  readonly messages: readonly Exchange[];
  readonly removedMessages: readonly Exchange[];
  readonly parameters: Readonly<Record<string, string | number>>;
}

export const NOTHING_PINNED: Pinned = {
  lines: [],
  removed: [],
  messages: [],
  removedMessages: [],
  parameters: {},
};

/** Lines of a text diff, with `-` and `+`, for a person. */
export function diffLines(before: string, after: string): string {
  const old = before.split('\n');
  const now = after.split('\n');
  const gone = old.filter((line) => !now.includes(line)).map((line) => `- ${line}`);
  const come = now.filter((line) => !old.includes(line)).map((line) => `+ ${line}`);
  return [...gone, ...come].join('\n');
}

/** Reads a Modelfile that may have been edited. Throws `training.handEdited` where it can't be used. */
export function readEdited(text: string): ReadModelfile {
  let read: ReadModelfile;
  try {
    read = readModelfile(text);
  } catch (cause) {
    throw new AppError('training.handEdited', 'Modelfile.trained can not be read.', {
      why: `The model server would refuse it too: ${cause instanceof Error ? cause.message : 'unknown'}.`,
      next: 'Mend it by hand, or train with the edit discarded.',
      cause,
    });
  }
  if (read.foreign.length === 0) return read;
  throw new AppError(
    'training.handEdited',
    `Modelfile.trained has ${read.foreign.join(', ')}, which Whetstone does not carry over.`,
    {
      next: "Build that Modelfile with the server's own tool, or take these lines out.",
    },
  );
}

/**
 * What to keep of the Modelfile on disk: earlier pins, and what was changed since.
 * @param baseline what the run that wrote it had written; undefined where that is not known any more
 * @param earlier pins of that run
 */
export function findPinned(onDisk: string, baseline: string | undefined, earlier: Pinned): Pinned {
  if (!isHandEdited(onDisk)) return earlier;
  const now = readEdited(onDisk);
  const before = baseline === undefined ? undefined : readModelfile(baseline);
  const oldLines = new Set((before?.system ?? '').split('\n'));
  const nowLines = now.system.split('\n');
  const oldExchanges = exchangesOf(before?.messages ?? []);
  const nowExchanges = exchangesOf(now.messages);
  const keptEarlier = earlier.messages.filter((each) => has(nowExchanges, each));
  const added = nowExchanges.filter((each) => !has(oldExchanges, each));
  return {
    lines: nowLines.filter(
      (line) => line.trim() !== '' && (earlier.lines.includes(line) || !oldLines.has(line)),
    ),
    removed: [...new Set([...earlier.removed, ...[...oldLines].filter((line) => line.trim() !== '')])].filter(
      (line) => !nowLines.includes(line),
    ),
    messages: [...keptEarlier, ...added.filter((each) => !has(keptEarlier, each))],
    removedMessages: [...earlier.removedMessages, ...oldExchanges].filter((each) => !has(nowExchanges, each)),
    parameters: now.parameters,
  };
}

/** Content with the pins worked in: what was taken out stays out, what was written by hand comes last. */
export function withPinned(content: ModelfileContent, pinned: Pinned): ModelfileContent {
  const lines =
    content.system === '' ? [] : content.system.split('\n').filter((line) => !pinned.removed.includes(line));
  const exchanges = exchangesOf(content.messages).filter((each) => !has(pinned.removedMessages, each));
  const own = pinned.messages.filter((each) => !has(exchanges, each));
  return {
    from: content.from,
    system: [...lines, ...pinned.lines.filter((line) => !lines.includes(line))].join('\n'),
    messages: [...exchanges, ...own].flat(),
    parameters: { ...content.parameters, ...pinned.parameters },
  };
}

/** Messages in groups that belong together: each begins with what is not an answer. */
export function exchangesOf(messages: readonly ModelfileMessage[]): Exchange[] {
  const exchanges: ModelfileMessage[][] = [];
  for (const message of messages) {
    const last = exchanges.at(-1);
    if (message.role === 'assistant' && last) last.push(message);
    else exchanges.push([message]);
  }
  return exchanges;
}

const keyOf = (exchange: Exchange): string =>
  JSON.stringify(exchange.map(({ role, content }) => [role, content]));

function has(list: readonly Exchange[], one: Exchange): boolean {
  const key = keyOf(one);
  return list.some((each) => keyOf(each) === key);
}
