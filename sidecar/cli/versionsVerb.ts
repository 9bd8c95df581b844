import type { Command } from 'commander';
import { countOf } from '../protocol/countOf.ts';
import { formatTime } from './formatValues.ts';
import type { VerbHost } from './verb.ts';

export function registerVersions(program: Command, host: VerbHost): void {
  program
    .command('versions')
    .description('what training made, newest first')
    .action((_options: unknown, command: Command) =>
      host.run(command, async ({ client, output }) => {
        const result = await (await client()).call('versions.list', {});
        output.result('versions.list', result, () => {
          if (result.versions.length === 0)
            return output.note('No version yet. After 10 decisions: whetstone train');
          output.table(
            result.versions.map((version) => [
              version.active ? '*' : ' ',
              `v${version.number}`,
              version.deleted ? `${version.name} (removed)` : version.name,
              formatTime(version.createdAt),
              `${countOf(version.decisions, 'decision')}, ${countOf(version.rules.length, 'rule')}, ${countOf(version.examples, 'example')}`,
              version.forgotten ? 'trained on something forgotten since' : version.verdict,
            ]),
          );
        });
        return 0;
      }),
    );
}
