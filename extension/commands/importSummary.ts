import { countOf } from '../../sidecar/protocol/countOf.ts';
import { importOutcome } from '../../sidecar/protocol/importOutcome.ts';
import type { Result } from '../../sidecar/protocol/methods.ts';

type Imported = Result<'import.run'>;

const NAMES: Readonly<Record<string, readonly [string, string]>> = {
  request: ['request', 'requests'],
  candidate: ['answer', 'answers'],
  decision: ['decision', 'decisions'],
  feedback: ['piece of feedback', 'pieces of feedback'],
};

/** What an import adds, in one or two sentences. */
export function importSentence(result: Imported): string {
  const { preview, refused, files } = result;
  const rest = `${refusedSentence(refused.count)}${result.damaged ? ' It is damaged.' : ''}`;
  const outcome = importOutcome(result);
  if (outcome === 'nothingUsable') return `Nothing could be taken in.${rest}`;
  if (outcome === 'nothingNew') return `Nothing in it is new.${rest}`;
  const named = result.taken.filter(({ kind }) => Object.hasOwn(NAMES, kind));
  const others = result.taken
    .filter((each) => !named.includes(each))
    .reduce((sum, { count }) => sum + count, 0);
  const parts = [
    ...named.map(({ kind, count }) => countOf(count, NAMES[kind]?.[0] ?? kind, NAMES[kind]?.[1])),
    ...(others > 0 ? [countOf(others, 'other event')] : []),
    ...(files.length > 0 ? [countOf(files.length, 'file')] : []),
  ];
  return `${preview ? 'It would add' : 'Added'} ${parts.join(', ')}.${rest}`;
}

const refusedSentence = (count: number): string =>
  count === 0 ? '' : ` ${countOf(count, 'entry is', 'entries are')} refused.`;

/** A text of a foreign file as plain characters of a table. */
const cell = (text: string): string => text.replace(/[\\`*_{}[\]<>#|!&]/g, '\\$&').replace(/\s+/g, ' ');

/** Everything that an import says, for a person to read. */
export function importReport(result: Imported): string {
  const { path, taken, known, refused, remarks, files } = result;
  const rest = refused.count - refused.first.length;
  return [
    '# Import',
    '',
    `${cell(path)}: ${importSentence(result)}`,
    '',
    ...(taken.length === 0 ? [] : ['| new | |', '|:--|--:|']),
    ...taken.map(({ kind, count }) => `| ${cell(kind)} | ${count} |`),
    '',
    ...(known === 0 ? [] : [`Here already: ${known}.`, '']),
    ...files.map((file) => `- ${cell(file)}`),
    ...remarks.map((remark) => `- ${cell(remark)}`),
    '',
    ...(refused.count === 0 ? [] : ['## Refused', '', '| where | why |', '|:--|:--|']),
    ...refused.first.map(({ place, reason }) => `| ${cell(place)} | ${cell(reason)} |`),
    ...(rest > 0 ? ['', `And ${rest} more.`] : []),
    '',
  ].join('\n');
}
