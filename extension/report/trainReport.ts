import type { TrainResult } from '../../sidecar/protocol/trainingSchemas.ts';

/** What a training made, as text: for the log and for windows that can't show the page. */
export function trainReport(result: TrainResult): string {
  const rules = result.rules.map(
    (rule) => `- ${rule.text} (${rule.evidence.length} for, ${rule.against.length} against)`,
  );
  return [
    '# Training report',
    '',
    result.line,
    '',
    '## Rules',
    '',
    ...(rules.length === 0 ? ['None yet.'] : rules),
    '',
    '## Advice',
    '',
    ...(result.advice.length === 0 ? ['None.'] : result.advice.map((line) => `- ${line}`)),
    '',
  ].join('\n');
}
