import type { Command } from 'commander';
import { countOf } from '../protocol/countOf.ts';
import type { Verb, VerbHost } from './verb.ts';

export function registerInit(program: Command, host: VerbHost): void {
  program
    .command('init')
    .description('make the data folder and say what is there')
    .action((_options: unknown, command: Command) => host.run(command, init));
}

/** Opening the session makes the data folder; the rest says where a person stands. */
async function init({ client, output }: Verb): Promise<number> {
  const opened = await client();
  const health = await opened.call('health.get', {});
  const { server, dataFolder, writable } = health;
  if (output.json) {
    output.result('health.get', health, () => undefined);
    return 0;
  }
  const stats = await opened.call('stats.get', {});
  output.table([
    ['Data folder', writable ? dataFolder : `${dataFolder} (can't be written)`],
    ['Model server', server.state === 'ready' ? server.address : `${server.address} does not answer`],
    ['Decisions', countOf(stats.approval.n, 'decision')],
  ]);
  const isReady = server.state === 'ready' && (await opened.call('models.list', {})).current !== undefined;
  output.line(
    isReady
      ? 'Ask away: whetstone ask "..."'
      : server.state === 'ready'
        ? 'There is no model to ask yet. See what can be fetched: whetstone models'
        : 'See what can be done: whetstone models',
  );
  return 0;
}
