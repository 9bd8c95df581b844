import type { Result } from '../../sidecar/protocol/methods.ts';
import { formatBytes } from '../formatBytes.ts';

export interface DoctorFacts {
  readonly version: string;
  readonly editor: string;
  readonly platform: string;
  readonly health: Result<'health.get'>;
  readonly doctor: Result<'doctor.run'>;
}

const SIGNS = { ok: 'ok', warning: 'look at this', problem: '**problem**' } as const;
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** What Diagnose found, for a person to read and to pass on: it holds no prompt and no answer. */
export function doctorReport({ version, editor, platform, health, doctor }: DoctorFacts): string {
  const problems = doctor.checks.filter((check) => check.state === 'problem').length;
  const advice = doctor.checks.flatMap(({ name, next }) =>
    next === undefined ? [] : [`- ${name}: ${next}`],
  );
  return [
    '# Whetstone: diagnosis',
    '',
    problems === 0 ? 'No problem found.' : `${problems} of ${doctor.checks.length} checks found a problem.`,
    '',
    '| check | state | |',
    '|:--|:--|:--|',
    ...doctor.checks.map(
      ({ name, state, detail }) => `| ${cell(name)} | ${SIGNS[state]} | ${cell(detail)} |`,
    ),
    '',
    ...(advice.length === 0 ? [] : ['## What to do', '', ...advice, '']),
    '## This window',
    '',
    '| | |',
    '|:--|:--|',
    `| Whetstone | ${version} |`,
    `| Editor | ${cell(editor)} |`,
    `| System | ${cell(platform)} |`,
    `| Model server | ${cell(health.server.address)}, ${health.server.state}${health.server.version === undefined ? '' : `, version ${cell(health.server.version)}`} |`,
    `| Data folder | ${cell(health.dataFolder)}, ${health.writable ? 'can be written' : '**can not be written**'} |`,
    `| Process | ${health.pid}, ${formatBytes(health.memoryBytes)}, up ${Math.round(health.uptimeMs / 1_000)} s |`,
    '',
  ].join('\n');
}
