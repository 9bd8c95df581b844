import { Command, CommanderError } from 'commander';
import { AppError, ERRORS } from '../protocol/errors.ts';
import { ENGINE_CHOICES } from '../protocol/settingsSchemas.ts';
import { registerAsk } from './askVerb.ts';
import { registerBlocks } from './blockVerbs.ts';
import type { CliPorts } from './cliPorts.ts';
import { registerDecide } from './decideVerb.ts';
import { registerDoctor } from './doctorVerb.ts';
import { registerExport } from './exportVerb.ts';
import { registerFeedback } from './feedbackVerb.ts';
import { registerForget } from './forgetVerb.ts';
import { registerImport } from './importVerb.ts';
import { registerInit } from './initVerb.ts';
import { registerLog } from './logVerb.ts';
import { registerMemories } from './memoryVerbs.ts';
import { registerModels } from './modelsVerb.ts';
import { createOutput } from './output.ts';
import { registerPairs } from './pairsVerb.ts';
import { registerPersona } from './personaVerb.ts';
import { registerReadings } from './readingVerbs.ts';
import { registerReset } from './resetVerb.ts';
import { registerRules } from './ruleVerbs.ts';
import { registerRuns } from './runsVerb.ts';
import { registerServeStdio } from './serveStdioVerb.ts';
import { registerStatus } from './statusVerb.ts';
import { registerSwitch } from './switchVerb.ts';
import { registerTrain } from './trainVerb.ts';
import { usageError } from './usageError.ts';
import { createVerbHost, type VerbHost } from './verb.ts';
import { registerVersions } from './versionsVerb.ts';

const USAGE = 2;
const INTERNAL = 70;

/** The whole command: every verb with its options. */
export function createProgram(ports: CliPorts, host: VerbHost): Command {
  const program = new Command('whetstone')
    .description('Ask a local model for code, decide on its answers, and have it follow your decisions.')
    .version(ports.version)
    .option('--json', 'print one JSON document')
    .option('--data <dir>', 'data folder (default: WHETSTONE_DATA, else ~/.whetstone)')
    .option('--model <name>', 'base model (default: OLLAMA_MODEL, else the first suitable one)')
    .option('--host <address>', 'model server (default: OLLAMA_HOST, else http://127.0.0.1:11434)')
    .option('--engine <kind>', `engine: ${ENGINE_CHOICES.join(', ')}`)
    .option('--allow-remote-http', 'allow plain http to another machine')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => ports.stdout.write(text),
      writeErr: (text) => ports.stderr.write(text),
    })
    .showHelpAfterError('See `whetstone --help`.');
  const verbs = [
    registerAsk,
    registerReadings,
    registerDecide,
    registerFeedback,
    registerPairs,
    registerRules,
    registerBlocks,
    registerMemories,
    registerPersona,
    registerTrain,
    registerStatus,
    registerLog,
    registerModels,
    registerVersions,
    registerSwitch,
    registerRuns,
    registerInit,
    registerImport,
    registerExport,
    registerForget,
    registerReset,
    registerDoctor,
    registerServeStdio,
  ];
  for (const register of verbs) register(program, host);
  for (const verb of program.commands) pointToHelp(verb, `whetstone ${verb.name()}`);
  return program;
}

/** After a wrong option of a verb its own help is what helps. */
function pointToHelp(command: Command, name: string): void {
  command.showHelpAfterError(seeHelp(name));
  for (const sub of command.commands) pointToHelp(sub, `${name} ${sub.name()}`);
}

const seeHelp = (name: string): string => `See \`${name} --help\`.`;

/** The name of the verb that these words are for, as it is typed; that of the whole command where they name none. */
function namedBy(program: Command, args: readonly string[]): string {
  let command = program;
  let name = 'whetstone';
  for (const word of args) {
    const named = command.commands.find((each) => each.name() === word || each.aliases().includes(word));
    if (named === undefined) continue;
    command = named;
    name = `${name} ${named.name()}`;
  }
  return name;
}

/** Runs one command line, without the name of the program, and resolves with the exit code. */
export async function runCli(args: readonly string[], ports: CliPorts): Promise<number> {
  const host = createVerbHost(ports);
  const json = args.includes('--json');
  const program = createProgram(ports, host);
  if (json) quiet(program);
  try {
    await program.parseAsync(args, { from: 'user' });
    return host.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    if (error instanceof CommanderError && !json) return USAGE; // commander has said what is wrong
    const told = withNext(asAppError(error), seeHelp(namedBy(program, args)));
    const { stdout, stderr, env } = ports;
    createOutput({ stdout, stderr, env, json, stream: args.includes('--stream') }).error(told);
    return ERRORS[told.code].exit;
  }
}

/** With --json a usage error is an error object, not text. */
function quiet(command: Command): void {
  command.configureOutput({ writeErr: () => undefined });
  for (const sub of command.commands) quiet(sub);
}

/** A usage error that names no way out gets one. */
function withNext(error: AppError, next: string): AppError {
  if (error.code !== 'rpc.invalid' || error.next !== undefined) return error;
  const { message, why, details, cause } = error;
  return new AppError('rpc.invalid', message, { why, next, details, cause });
}

function asAppError(error: unknown): AppError {
  if (AppError.is(error)) return error;
  if (error instanceof CommanderError && error.code === 'commander.help') {
    return usageError('No command was given.');
  }
  if (error instanceof CommanderError) return usageError(error.message.replace(/^error: /, ''));
  return new AppError('rpc.internal', 'The command ran into a fault of its own.', {
    why: error instanceof Error ? error.message.slice(0, 500) : String(error).slice(0, 500),
    next: 'Nothing that was recorded is affected. `whetstone doctor` checks the rest.',
    cause: error,
    details: { exit: INTERNAL },
  });
}
