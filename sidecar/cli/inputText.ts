import { AppError } from '../protocol/errors.ts';
import type { CliPorts } from './cliPorts.ts';
import { usageError } from './usageError.ts';

/**
 * The prompt: the words given; `-`, or nothing while input is piped, reads standard input. Words and piped input
 * together are not joined: what is meant can't be told.
 */
export async function promptText(ports: CliPorts, words: readonly string[]): Promise<string> {
  const typed = words.join(' ').trim();
  if (typed !== '' && typed !== '-') return typed;
  if (typed === '' && ports.stdinIsTTY) {
    throw usageError(
      'There is nothing to ask.',
      'Give the prompt as an argument, or pipe it in: `whetstone ask < prompt.txt`.',
    );
  }
  const piped = (await ports.readStdin()).trimEnd();
  if (piped.trim() === '')
    throw usageError('Standard input was empty.', 'Pipe a prompt in, or give it as an argument.');
  return piped;
}

/** Text of a file, or of standard input for `-`, with `\n` line ends. */
export async function fileText(ports: CliPorts, path: string): Promise<string> {
  if (path === '-') return normalised(await ports.readStdin());
  try {
    return normalised(await ports.readFile(path));
  } catch (error) {
    throw new AppError('rpc.invalid', `${path} can't be read.`, {
      why: whyUnreadable(error),
      next: 'Check the path.',
      cause: error,
    });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file.',
  ENOTDIR: 'There is no such file.',
  EISDIR: 'It is a folder.',
  EACCES: 'You may not read it.',
  EPERM: 'You may not read it.',
};

function whyUnreadable(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return ('code' in error && REASONS[String(error.code)]) || error.message;
}

function normalised(text: string): string {
  return text.replaceAll('\r\n', '\n');
}
