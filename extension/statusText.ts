import { countOf } from '../sidecar/protocol/countOf.ts';
import type { Rate, Stats } from '../sidecar/protocol/statsSchemas.ts';

/** `82%`, or a dash where nothing was counted. */
export const percent = (rate: Rate): string =>
  rate.value === null ? '-' : `${Math.round(rate.value * 100)}%`;

/** The status bar's text: `$(thumbsup) 82% of 41`, with a spinner while busy. */
export function statusText(summary: string, busy: boolean): string {
  return `${busy ? '$(loading~spin)' : '$(thumbsup)'} ${summary}`;
}

/** What stands beside the icon: the approval rate with its n, or the name where nothing was decided yet. */
export function statusSummary(stats: Stats): string {
  return stats.approval.n === 0 ? 'Whetstone' : `${percent(stats.approval)} of ${stats.approval.n}`;
}

/** `14 new decisions since v2` where training is due, else empty. */
export function trainingDue(stats: Stats): string {
  if (!stats.trainingDue) return '';
  const since = stats.activeVersion === undefined ? '' : ` since v${stats.activeVersion.number}`;
  return `${countOf(stats.newSinceTraining, 'new decision')}${since}`;
}

const words = (name: string): string => name.replaceAll('_', ' ');
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The tooltip, as a markdown table. */
export function statusTooltip(stats: Stats): string {
  if (stats.approval.n === 0) {
    return '**Whetstone**\n\nNo decisions yet. Ask for code, then approve or deny the answer.';
  }
  const kept = stats.kept.n === 0 ? 'not yet known' : `${percent(stats.kept)} of ${stats.kept.n}`;
  const version = stats.activeVersion === undefined ? 'base model' : cell(stats.activeVersion.name);
  const rows = stats.byCategory
    .filter((each) => each.approval.n > 0)
    .map(({ category, approval, weak }) => {
      return `| ${words(category)}${weak ? ' (weak)' : ''} | ${percent(approval)} | ${approval.n} |`;
    });
  const word = stats.word === '' ? '' : `, ${stats.word}`;
  const due = trainingDue(stats);
  return [
    `**Whetstone**: ${percent(stats.approval)} of ${stats.approval.n} approved${word}`,
    '',
    '| | rate | n |',
    '|:--|--:|--:|',
    ...rows,
    '',
    `Kept after an hour: ${kept}  `,
    `Phase: ${stats.phase}  `,
    `Answers with: ${version}${due === '' ? '' : `  \nTraining is due: ${due}`}`,
  ].join('\n');
}
