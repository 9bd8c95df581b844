import { join } from 'node:path';
import type { Command } from 'commander';
import * as z from 'zod';
import type { VerbHost } from './verb.ts';

const logSchema = z.object({ path: z.string(), text: z.string() });

export function registerLog(program: Command, host: VerbHost): void {
  program
    .command('log')
    .description('the training log')
    .action((_options: unknown, command: Command) =>
      host.run(command, async ({ client, opened, output, ports }) => {
        const { dataFolder } = await opened();
        const path = join(dataFolder, 'training_log.md');
        const text = await readIfThere(ports.readFile, path);
        const { versions } =
          text === '' ? await (await client()).call('versions.list', {}) : { versions: [] };
        output.document(logSchema, { path, text }, () => {
          if (versions.length > 0)
            return output.note(
              'The training log is not there. The next training writes a new one; see `whetstone versions`.',
            );
          if (text === '') return output.note('Nothing was trained yet. After 10 decisions: whetstone train');
          output.text(text.endsWith('\n') ? text : `${text}\n`);
        });
        return 0;
      }),
    );
}

async function readIfThere(readFile: (path: string) => Promise<string>, path: string): Promise<string> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
