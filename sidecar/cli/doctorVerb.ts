import type { Command } from 'commander';
import type { Result } from '../protocol/methods.ts';
import type { Output } from './output.ts';
import { checkForTerminal } from './terminalNext.ts';
import type { VerbHost } from './verb.ts';

/** Exit code where a check found a problem. */
export const DOCTOR_FOUND = 1;

export function registerDoctor(program: Command, host: VerbHost): void {
  program
    .command('doctor')
    .description('check data folder, journal, model server and settings')
    .action((_options: unknown, command: Command) =>
      host.run(command, async ({ client, output, signal }) => {
        const result = await (await client()).call('doctor.run', {}, signal);
        output.result('doctor.run', result, () => report(output, result));
        return result.checks.some(({ state }) => state === 'problem') ? DOCTOR_FOUND : 0;
      }),
    );
}

function report(output: Output, { checks }: Result<'doctor.run'>): void {
  const { paint } = output;
  const shown = { ok: paint.good('ok'), warning: paint.warn('warning'), problem: paint.bad('problem') };
  output.table(checks.map(({ name, state, detail }) => [shown[state], name, detail]));
  for (const { name, next } of checks) {
    const told = checkForTerminal(name, next);
    if (told !== undefined) output.line(`${name}: ${told}`);
  }
}
