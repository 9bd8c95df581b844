import type { Command } from 'commander';
import * as z from 'zod';
import { SCOPES } from '../protocol/scopes.ts';
import { checkOptions } from './usageError.ts';
import type { VerbHost } from './verb.ts';

const optionsSchema = z.object({
  scopes: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(z.enum(SCOPES)).min(1))
    .default([...SCOPES]),
});

export function registerServeStdio(program: Command, host: VerbHost): void {
  program
    .command('serve-stdio')
    .description('speak JSON-RPC with Content-Length framing on standard input and output')
    .option('--scopes <list>', `what the peer may do: ${SCOPES.join(',')} (default: all)`)
    .action((options: unknown, command: Command) =>
      host.run(command, async ({ session }) => {
        const { scopes } = checkOptions(optionsSchema, options);
        await (await session()).serveStdio(new Set(scopes));
        return 0;
      }),
    );
}
