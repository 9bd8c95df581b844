import type { Command } from 'commander';
import { AppError } from '../protocol/errors.ts';
import type { Version } from '../protocol/trainingSchemas.ts';
import type { Verb, VerbHost } from './verb.ts';

export function registerSwitch(program: Command, host: VerbHost): void {
  program
    .command('switch')
    .description('make a version the one that answers')
    .argument('<version>', 'its number (v3), its name, or `base`')
    .action((which: string, _options: unknown, command: Command) =>
      host.run(command, (verb) => switchTo(verb, which)),
    );
}

async function switchTo(verb: Verb, which: string): Promise<number> {
  const client = await verb.client();
  const version =
    which === 'base' ? null : findVersion((await client.call('versions.list', {})).versions, which).version;
  const result = await client.call('versions.activate', { version });
  verb.output.result('versions.activate', result, () => verb.output.line(result.line));
  return 0;
}

/** Newest first; a number can occur once for each base model, and the newest of them is meant. */
export function findVersion(versions: readonly Version[], which: string): Version {
  const number = /^v?(\d+)$/.exec(which)?.[1];
  const findIn = (among: readonly Version[]): Version | undefined =>
    among.find((version) => version.name === which || version.version === which.toUpperCase()) ??
    among.find((version) => number !== undefined && version.number === Number(number));
  const found = findIn(versions.filter((version) => !version.deleted));
  if (found) return found;
  const removed = findIn(versions);
  if (removed) {
    throw new AppError('version.unknown', `v${removed.number} was removed.`, {
      next: 'Choose another one of `whetstone versions`, or train a new one: whetstone train',
    });
  }
  throw new AppError('version.unknown', `There is no version ${which}.`, {
    next: 'See `whetstone versions`, or use `base`.',
  });
}
