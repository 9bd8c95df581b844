import type { Decision } from '../../sidecar/protocol/requestSchemas.ts';

const VERDICTS = { approved: 'Approved', denied: 'Denied', edited: 'Edited, then approved' } as const;

/** The decisions behind a rule, for a person to read. */
export function decisionsText(decisions: readonly Decision[]): string {
  const parts = decisions.flatMap(({ at, verdict, reasons, note, prompt, text }) => {
    const why = [
      ...reasons.map((reason) => reason.replaceAll('_', ' ')),
      ...(note === undefined ? [] : [note]),
    ];
    const said = why.length === 0 ? '' : `: ${why.join(', ')}`;
    return [
      `## ${VERDICTS[verdict]}${said}`,
      '',
      `${at.slice(0, 16).replace('T', ' ')} UTC`,
      '',
      ...quote(prompt ?? ''),
      '',
      text ?? '',
      '',
    ];
  });
  return ['# Decisions behind it', '', ...parts].join('\n');
}

const quote = (text: string): string[] => text.split('\n').map((line) => `> ${line}`);
