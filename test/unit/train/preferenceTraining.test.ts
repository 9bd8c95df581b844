import { describe, expect, it } from 'vitest';
import { preferenceReportLines } from '../../../sidecar/cli/preferenceReportLines.ts';
import { subjectOf } from '../../../sidecar/learn/preference/observation.ts';
import { createPreferenceModel } from '../../../sidecar/learn/preference/preferenceModel.ts';
import { SHIPPED_PRIOR } from '../../../sidecar/learn/preference/shippedPrior.ts';
import { finish } from '../../../sidecar/learn/preference/steps.ts';
import { METHODS } from '../../../sidecar/protocol/methods.ts';
import {
  aucOf,
  calibrationErrorOf,
  type Foretold,
  figuresOf,
} from '../../../sidecar/train/preferenceFigures.ts';
import { byFolds, type Lesson, prequential } from '../../../sidecar/train/preferenceReport.ts';
import { engineDouble } from '../../helpers/engineDouble.ts';
import { memoryDouble } from '../../helpers/memoryDouble.ts';
import { services } from '../../helpers/services.ts';
import { answerText, tasteMemory } from '../../helpers/tasteMemory.ts';

/** Docstrings are approved, the others denied; every prompt is another one. */
async function setUp(decisions: number) {
  const memory = memoryDouble();
  const engine = engineDouble('base:1b');
  const all = services(memory, engine);
  const { decide } = tasteMemory(memory);
  for (let i = 0; i < decisions; i += 1)
    await decide(answerText(i % 2 === 0, i), i % 2 === 0 ? 'approved' : 'denied', {
      prompt: `Write function number ${Math.floor(i / 2)}`,
    });
  return { memory, engine, all };
}

describe('training of the kind preference', () => {
  it('is refused below 10 decisions, in the words for that, and leaves no trace', async () => {
    const { memory, all } = await setUp(6);
    await expect(all.train({ kind: 'preference' })).rejects.toMatchObject({
      code: 'training.notEnough',
      message: 'Not enough to train on yet: 6 decisions, 10 needed; 4 more.',
    });
    expect(memory.index.runs()).toEqual([]);
  });

  it('reports every predictor on decisions of this user, both ways, with n and intervals', async () => {
    const { memory, engine, all } = await setUp(40);
    const result = await all.train({ kind: 'preference' });
    expect(METHODS['train.start'].result.parse(result)).toEqual(result);
    const [prequential, folds] = result.report?.tables ?? [];
    for (const table of [prequential, folds]) {
      expect(table).toMatchObject({ n: 40, prompts: 20 });
      expect(table?.rows.map(({ name }) => name)).toEqual([
        'mixture',
        'running rate',
        'log-probability',
        'length only',
        'bag of words',
        'public taste',
      ]);
      const [mixture, rate] = table?.rows ?? [];
      expect(mixture?.auc.value).toBeGreaterThan(0.9);
      expect(mixture?.againstRate.high).toBeLessThan(0);
      expect(rate?.againstRate).toEqual({ value: 0, low: 0, high: 0 });
      for (const { logLoss } of table?.rows ?? []) {
        expect(logLoss.low).toBeLessThanOrEqual(logLoss.value ?? 0);
        expect(logLoss.high).toBeGreaterThanOrEqual(logLoss.value ?? 9);
      }
    }
    expect(result.line).toMatch(
      /^Learned from 40 decisions\. Foretells your verdicts better than your approval rate alone \(log loss -0\.\d+, 95 % between -0\.\d+ and -0\.\d+, n = 40\)\.$/,
    );
    expect(engine.asked).toEqual([]);
    expect(memory.index.versions()).toEqual([]);
  });

  it('claims nothing where taste is chance', async () => {
    const memory = memoryDouble();
    const all = services(memory, engineDouble('base:1b'));
    const { decide } = tasteMemory(memory);
    for (let i = 0; i < 30; i += 1)
      await decide(answerText(i % 2 === 0, i), (i * 7) % 5 < 2 ? 'approved' : 'denied', { prompt: `p ${i}` });
    const { line, report } = await all.train({ kind: 'preference' });
    expect(line).toMatch(/not yet known|worse/);
    expect(report?.evidence.useful).toBe(false);
  });

  it('leaves a run, the model it made, and which run is the newest of its kind', async () => {
    const { memory, all } = await setUp(12);
    const { run, report, files } = await all.train({ kind: 'preference', epochs: 2, maxVocab: 5, lr: 0.2 });
    expect(memory.index.runs().map(({ status, runKind }) => [runKind, status])).toEqual([
      ['preference', 'running'],
      ['preference', 'succeeded'],
    ]);
    const model = memory.files.get('/data/preference_model.json');
    expect(memory.files.get(`/data/runs/${run}/preference_model.json`)).toBe(model);
    expect(files.preferenceModel).toBe('/data/preference_model.json');
    expect(JSON.parse(model ?? '')).toMatchObject({
      words: { epochs: 2, vocabularySize: 5, learningRate: 0.2 },
    });
    expect(memory.files.get('/data/runs/latest-preference')).toBe(run);
    const facts = JSON.parse(memory.files.get(`/data/runs/${run}/training_run.json`) ?? '');
    expect(facts).toMatchObject({ run, kind: 'preference', status: 'succeeded' });
    expect(facts.report).toEqual(report);
    expect(facts.decisions).toHaveLength(12);
    expect(report?.options).toEqual({ epochs: 2, maxVocab: 5, lr: 0.2 });
  });

  it('can be cancelled, and then changes nothing', async () => {
    const { memory, all } = await setUp(12);
    const push = all.notes.push.bind(all.notes);
    all.notes.push = (note) => {
      const { run = '', step } = note.params as { run?: string; step?: string };
      if (step === 'comparing') void all.training.cancel({ run });
      return push(note);
    };
    await expect(all.train({ kind: 'preference' })).rejects.toMatchObject({ code: 'rpc.cancelled' });
    expect(memory.index.runs().at(-1)?.status).toBe('cancelled');
    expect([...memory.files.keys()]).toEqual([]);
  });

  it('is printed as one table a protocol', async () => {
    const { all } = await setUp(20);
    const { report } = await all.train({ kind: 'preference' });
    const lines = report ? preferenceReportLines(report) : [];
    expect(lines[0]).toBe('20 votes, 0 comparisons, 0 reasons; epochs 5, words 4000, step 0.05');
    expect(lines.filter((line) => line.startsWith('mixture'))).toHaveLength(2);
    expect(lines.find((line) => line.startsWith('mixture'))).toMatch(
      /^mixture +-?\d*\.\d{3} \[\.\d{3}, \d*\.\d{3}\]/,
    );
    expect(lines.find((line) => line.includes('five') || line.includes('fifth'))).toContain(
      '(n = 20, 10 prompts)',
    );
  });
});

describe('foretelling', () => {
  const options = { prior: SHIPPED_PRIOR, surface: 'answer' } as const;
  const lesson = (n: number, prompt: string): Lesson => ({
    prompt,
    observations: [
      {
        ...{ kind: 'vote', decision: `d${n}`, approved: n % 2 === 0, reasons: [] },
        subject: subjectOf({
          ...{ prompt, text: answerText(n % 2 === 0, n), category: 'code_generation' },
          ...{ meanLogprob: undefined, lastText: undefined, secondsSinceLast: undefined },
        }),
      },
    ],
  });
  const untaught = ({ observations: [vote] }: Lesson): number =>
    vote?.kind === 'vote' ? createPreferenceModel(options).predict(vote.subject) : Number.NaN;
  const saidOf = (foretold: readonly Foretold[]): number[] => foretold.map(({ said }) => said.mixture);

  it('says what was known before the verdict', () => {
    const lessons = [lesson(1, 'a'), lesson(2, 'b'), lesson(4, 'c')];
    const said = saidOf(finish(prequential(lessons, options)));
    expect(said[0]).toBe(untaught(lesson(1, 'a')));
    expect(said[1]).not.toBe(untaught(lesson(2, 'b')));
    expect(saidOf(finish(prequential(lessons.slice(0, 2), options)))).toEqual(said.slice(0, 2));
  });

  it('is taught nothing of the prompts that it is tested on', () => {
    const one = Array.from({ length: 6 }, (_, i) => lesson(i, 'the same'));
    expect(saidOf(finish(byFolds(one, options)))).toEqual(one.map(untaught));
    const many = Array.from({ length: 10 }, (_, i) => lesson(i, `p${i}`));
    const said = saidOf(finish(byFolds(many, options)));
    expect(said).toHaveLength(10);
    expect(said).not.toEqual(many.map(untaught));
  });
});

describe('figures', () => {
  it('are those of the textbook', () => {
    const said = [
      { p: 0.1, y: 0 },
      { p: 0.4, y: 0 },
      { p: 0.35, y: 1 },
      { p: 0.8, y: 1 },
    ] as const;
    expect(aucOf(said)).toBeCloseTo(0.75, 12);
    expect(
      aucOf([
        { p: 0.5, y: 0 },
        { p: 0.5, y: 1 },
      ]),
    ).toBe(0.5);
    const sure = Array.from({ length: 100 }, (_, i) => ({ p: 0.7, y: i % 2 === 0 ? 1 : 0 }) as const);
    expect(calibrationErrorOf(sure)).toBeCloseTo(0.2, 12);
  });

  it('draw whole prompts: verdicts on one prompt are no new evidence', () => {
    const foretold = (prompts: number): Foretold[] =>
      Array.from({ length: 60 }, (_, i) => {
        const y = (i % prompts) % 2 === 0 ? 1 : 0;
        const p = y === 1 ? 0.6 : 0.7;
        return {
          y,
          prompt: String(i % prompts),
          said: {
            ...{ mixture: p, 'running rate': 0.5, 'log-probability': 0.5 },
            ...{ 'length only': 0.5, 'bag of words': 0.5, 'public taste': 0.5 },
          },
        };
      });
    const width = (prompts: number): number => {
      const { logLoss } = finish(figuresOf(foretold(prompts), 'mixture'));
      return logLoss.high - logLoss.low;
    };
    expect(width(4)).toBeGreaterThan(2 * width(60));
  });

  it('are not known where nothing was foretold', () => {
    expect(finish(figuresOf([], 'mixture')).logLoss.value).toBeNull();
  });
});
