import type { Command } from 'commander';
import { countOf } from '../protocol/countOf.ts';
import type { Result } from '../protocol/methods.ts';
import { formatRate } from './formatValues.ts';
import type { Output } from './output.ts';
import type { VerbHost } from './verb.ts';

export function registerStatus(program: Command, host: VerbHost): void {
  program
    .command('status')
    .alias('stats')
    .description('approval rate, phase, active version, whether training is due')
    .action((_options: unknown, command: Command) =>
      host.run(command, async ({ client, output }) => {
        const stats = await (await client()).call('stats.get', {});
        output.result('stats.get', stats, () => report(output, stats));
        return 0;
      }),
    );
}

function report(output: Output, stats: Result<'stats.get'>): void {
  const { paint } = output;
  const active = stats.activeVersion;
  const decided = stats.approved + stats.edited + stats.denied;
  output.table([
    ['Approval', `${formatRate(stats.approval)}${stats.word ? `, ${stats.word}` : ''}`],
    ['Decisions', `${decided}: ${stats.approved} approved, ${stats.edited} edited, ${stats.denied} denied`],
    ['Kept', formatRate(stats.kept)],
    ['Phase', stats.phase],
    ['Version', active ? `v${active.number} ${active.name}` : 'none, the base model answers'],
    ['Training', trainingLine(stats)],
    ...rankingRows(stats),
    ...learningRows(stats),
  ]);
  if (stats.byCategory.length === 0) return;
  output.line();
  output.table(
    stats.byCategory.map(({ category, approval, weak }) => [
      category,
      formatRate(approval),
      weak ? paint.warn('weak') : '',
    ]),
  );
}

/** Nothing where every request had one answer. */
function rankingRows({ suggestions, alternatives }: Result<'stats.get'>): string[][] {
  const chosen = suggestions && [['Opened first', `chosen ${formatRate(suggestions.chosen)}`]];
  const helped = alternatives && [['Second answers', `chosen ${formatRate(alternatives)}`]];
  return [...(chosen ?? []), ...(helped ?? [])];
}

/** Nothing where nothing was asked back, scored or moved. */
function learningRows({ learning }: Result<'stats.get'>): string[][] {
  const { selectionRate, autoAdvanceRate, activeDays, meanScore } = learning;
  if (activeDays === 0) return [];
  const readings = `${countOf(learning.hypotheses_count, 'question')}: picked ${formatRate(selectionRate)}, taken without asking ${formatRate(autoAdvanceRate)}`;
  const score =
    meanScore === null ? [] : [['Score', `${meanScore.toFixed(1)} of 5 (n = ${learning.scores})`]];
  return [
    ['Readings', readings],
    ['Persona', countOf(learning.persona_updates_count, 'change')],
    ...score,
    ['Active', countOf(activeDays, 'day')],
  ];
}

function trainingLine({ activeVersion, newSinceTraining, trainingDue }: Result<'stats.get'>): string {
  const since = activeVersion ? ` since v${activeVersion.number}` : '';
  const fresh = `${countOf(newSinceTraining, 'new decision')}${since}`;
  return trainingDue ? `due: ${fresh}` : `not due: ${fresh}`;
}
