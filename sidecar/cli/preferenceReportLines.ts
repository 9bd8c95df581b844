import { countOf } from '../protocol/countOf.ts';
import type { Figure, PreferenceReport } from '../protocol/preferenceSchemas.ts';
import { formatTable } from './table.ts';

type Table = PreferenceReport['tables'][number];

const TITLES: Readonly<Record<Table['protocol'], string>> = {
  prequential: 'Each verdict foretold from those before it',
  folds: 'Each fifth of the prompts foretold from the other four',
};
const HEAD = ['', 'log loss', '- running rate', 'accuracy', 'AUC', 'calibration error'];

/** The report for a person: one table a protocol, figures with their 95 % intervals. */
export function preferenceReportLines(report: PreferenceReport): string[] {
  const { votes, comparisons, reasons, options, evidence } = report;
  return [
    `${countOf(votes, 'vote')}, ${countOf(comparisons, 'comparison')}, ${countOf(reasons, 'reason')}; epochs ${options.epochs}, words ${options.maxVocab}, step ${options.lr}`,
    ...report.tables.flatMap(tableLines),
    '',
    'In brackets: 95 % of what other samples of these prompts would give. Log loss and calibration error: lower is better.',
    `Evidence against the running rate: e = ${rounded(evidence.e)}; suggestions follow the predictions from 3 on.`,
  ];
}

function tableLines({ protocol, n, prompts, rows }: Table): string[] {
  const cells = rows.map((row) => [
    row.name,
    figure(row.logLoss),
    row.name === 'running rate' ? '' : figure(row.againstRate),
    figure(row.accuracy),
    figure(row.auc),
    figure(row.calibrationError),
  ]);
  return ['', `${TITLES[protocol]} (n = ${n}, ${prompts} prompts)`, ...formatTable([HEAD, ...cells])];
}

const figure = ({ value, low, high }: Figure): string =>
  value === null ? 'not known' : `${short(value)} [${short(low)}, ${short(high)}]`;

/** `.551`, `-.074`, `1.2`. */
const short = (value: number): string => value.toFixed(3).replace(/^(-?)0\./, '$1.');

const rounded = (value: number): string => (value >= 100 ? value.toExponential(1) : value.toFixed(2));
