import { countOf } from '../sidecar/protocol/countOf.ts';
import { rateWithInterval, rateWords, sharePercent } from '../sidecar/protocol/rateWords.ts';
import type { Rate, Stats } from '../sidecar/protocol/statsSchemas.ts';

/** `82%`, as the status bar has little room. */
const tight = (words: string): string => words.replaceAll(' %', '%');

/** The status bar's text: `$(thumbsup) 82% of 41`, with a spinner while busy. */
export function statusText(summary: string, busy: boolean): string {
  return `${busy ? '$(loading~spin)' : '$(thumbsup)'} ${summary}`;
}

/** What stands beside the icon: the approval rate with its n, or how far it is from being known. */
export function statusSummary({ approval }: Stats): string {
  if (approval.n === 0) return 'Whetstone';
  return sharePercent(approval) === undefined ? countOf(approval.n, 'decision') : tight(rateWords(approval));
}

/** `14 new decisions since v2` where training is due, else empty. */
export function trainingDue(stats: Stats): string {
  if (!stats.trainingDue) return '';
  const since = stats.activeVersion === undefined ? '' : ` since v${stats.activeVersion.number}`;
  return `${countOf(stats.newSinceTraining, 'new decision')}${since}`;
}

const words = (name: string): string => name.replaceAll('_', ' ');
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const categoryRate = (rate: Rate): string => tight(sharePercent(rate) ?? 'not yet known');

/** The tooltip, as a markdown table. */
export function statusTooltip(stats: Stats): string {
  if (stats.approval.n === 0) {
    return '**Whetstone**\n\nNo decisions yet. Ask for code, then approve or deny the answer.';
  }
  const version = stats.activeVersion === undefined ? 'base model' : cell(stats.activeVersion.name);
  const rows = stats.byCategory
    .filter((each) => each.approval.n > 0)
    .map(({ category, approval, weak }) => {
      return `| ${words(category)}${weak ? ' (weak)' : ''} | ${categoryRate(approval)} | ${approval.n} |`;
    });
  const word = stats.word === '' ? '' : `, ${stats.word}`;
  const due = trainingDue(stats);
  return [
    `**Whetstone**, approved: ${tight(rateWithInterval(stats.approval))}${word}`,
    '',
    '| | rate | n |',
    '|:--|--:|--:|',
    ...rows,
    '',
    `Kept after an hour: ${tight(rateWithInterval(stats.kept))}  `,
    `Phase: ${stats.phase}  `,
    `Answers with: ${version}${due === '' ? '' : `  \nTraining is due: ${due}`}`,
  ].join('\n');
}
