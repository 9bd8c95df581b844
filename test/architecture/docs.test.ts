import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { CliPorts } from '../../sidecar/cli/cliPorts.ts';
import { DOCTOR_FOUND } from '../../sidecar/cli/doctorVerb.ts';
import { createProgram } from '../../sidecar/cli/runCli.ts';
import { createVerbHost } from '../../sidecar/cli/verb.ts';
import { ERRORS } from '../../sidecar/protocol/errors.ts';
import { ROOT } from './sourceTree.ts';

const manifest = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));

const pages = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

/** Only reads names of verbs and options, so nothing of the process is needed. */
const unused = (): never => {
  throw new Error('not used');
};
const ports: CliPorts = {
  stdout: { isTTY: false, columns: 80, write: unused },
  stderr: { isTTY: false, columns: 80, write: unused },
  terminal: {
    interactive: false,
    hold: unused,
    fresh: unused,
    question: unused,
    key: unused,
    oneOf: unused,
    edit: unused,
  },
  stdinIsTTY: false,
  readStdin: unused,
  env: {},
  cwd: '/',
  version: '0.0.0',
  open: unused,
  readFile: unused,
  newId: unused,
  now: unused,
  onInterrupt: unused,
  exitNow: unused,
};
const program = createProgram(ports, createVerbHost(ports));

/** Lines of the fenced `sh` blocks, without prompts and comments. */
function commandsIn(text: string): string[] {
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
    .flatMap(([, block = '']) => block.split('\n'))
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

const optionNames = (command: Command): string[] =>
  command.options.flatMap(({ long, short }) => [long, short].filter((name) => name != null));

/** What is wrong with a command line of ours, or undefined. */
function wrongWith(line: string): string | undefined {
  const script = /\bnpm (?:run )?(\S+)/.exec(line)?.[1];
  if (script !== undefined && !['ci', 'install', 'i'].includes(script) && !manifest.scripts[script])
    return `no npm script ${script}`;
  const [, words] = /(?:^|\| )whetstone (.+)$/.exec(line) ?? [];
  if (words === undefined) return undefined;
  const verb = program.commands.find((command) => command.name() === words.split(' ')[0]);
  if (!verb) return words.startsWith('--') ? undefined : `no verb ${words.split(' ')[0]}`;
  const known = [
    '--help',
    ...optionNames(program),
    ...optionNames(verb),
    ...verb.commands.flatMap(optionNames),
  ];
  const unquoted = words.replace(/"[^"]*"/g, '');
  return (unquoted.match(/--[a-z-]+/g) ?? []).find((flag) => !known.includes(flag));
}

describe('commands in the documents', () => {
  it.each(pages)('$path names only what exists', ({ text }) => {
    expect(commandsIn(text).flatMap((line) => wrongWith(line) ?? [])).toEqual([]);
  });

  it('would be found wrong', () => {
    expect(wrongWith('npm run nonsense')).toBeDefined();
    expect(wrongWith('whetstone nonsense')).toBeDefined();
    expect(wrongWith('whetstone ask "x" --approve')).toBe('--approve');
    expect(wrongWith('whetstone ask "x --approve" --json')).toBeUndefined();
  });
});

describe('docs/terminal.md', () => {
  const { text } = pages.find(({ path }) => path === 'docs/terminal.md') ?? { text: '' };

  it('has a line for every verb', () => {
    for (const verb of program.commands) expect(text).toContain(`whetstone ${verb.name()}`);
  });

  it('lists exactly the exit codes that occur', () => {
    const listed = [...text.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
    const occurring = new Set([0, DOCTOR_FOUND, ...Object.values(ERRORS).map(({ exit }) => exit)]);
    expect(listed.sort((a, b) => a - b)).toEqual([...occurring].sort((a, b) => a - b));
  });
});

it('every link between the documents leads somewhere', () => {
  const broken = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !existsSync(join(ROOT, dirname(path), target)))
      .map((target) => `${path}: ${target}`),
  );
  expect(broken).toEqual([]);
});

it('ARCHITECTURE.md names a test for each invariant, and each exists', () => {
  const { text } = pages.find(({ path }) => path === 'ARCHITECTURE.md') ?? { text: '' };
  const named = [...text.matchAll(/`(test\/[\w./-]+)`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
