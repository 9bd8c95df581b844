import { expect, test } from 'vitest';
import type { TrainResult } from '../../../sidecar/protocol/trainingSchemas.ts';
import type { Harness } from '../../helpers/panelHarness.ts';
import { testId } from '../../helpers/panelHarnessStates.ts';
import { harnessForAll } from './harnessForAll.ts';

let harness: Harness;
harnessForAll('report', (started) => {
  harness = started;
});

const RULES = ['Handle errors explicitly.', 'Keep answers short.', 'Name things by what they are.'];
const RESULT: TrainResult = {
  run: testId(1),
  status: 'succeeded',
  line: 'Trained v3 from 61 decisions: 3 rules, 1 example. Not yet known to be better (n = 0).',
  version: {
    ...{
      version: testId(3),
      number: 3,
      name: 'qwen2.5-coder-trained:7b-v3',
      activeName: 'qwen2.5-coder-trained:7b',
    },
    ...{ base: 'qwen2.5-coder:7b', engine: 'ollama', run: testId(1), runKind: 'prompt' },
    ...{ createdAt: '2026-01-02T03:04:05.678Z', decisions: 61, rules: [], examples: 1, system: '' },
    ...{ active: false, deleted: false, verdict: 'not yet known (n = 0)' },
  },
  modelfile: 'FROM qwen2.5-coder:7b',
  previousSystem: 'You write code.\nHandle errors explicitly.\n',
  system:
    'You write code.\nHandle errors explicitly.\nKeep answers short.\u202e<img src=x onerror=window.hacked=1>\n',
  rules: RULES.map((text, index) => ({
    ...{
      id: `r${index}`,
      text,
      evidence: [testId(10 + index), testId(20)],
      against: index === 1 ? [testId(30)] : [],
      counts: { for: 2, against: index === 1 ? 1 : 0 },
    },
    ...{ scope: 'always', source: 'decisions' as const, pinned: false, edited: false },
    ...{ on: true, trained: true },
  })),
  examples: [{ prompt: 'Make this retry on 429.', response: 'const a = 1;', decision: testId(10) }],
  decisions: 61,
  advice: ['Debugging is weakest: 3 of 9 approved. Decide a few more there.'],
  files: { modelfile: '/home/you/.whetstone/Modelfile.trained', log: '/home/you/.whetstone/training_log.md' },
  handEdit: 'kept',
};

test('shows what changed, with evidence, and sends the choice', async () => {
  const open = await harness.open();
  await open.send({ type: 'result', result: RESULT, activeNumber: 2 });
  await open.page.getByText('Trained v3 from 61 decisions').waitFor();
  expect(await open.page.locator('.diffLine.added .diffText').allTextContents()).toEqual([
    'Keep answers short.U+202E<img src=x onerror=window.hacked=1>',
  ]);
  expect(await open.page.locator('.diffLine.same').count()).toBe(2);
  const sent = () =>
    open.posts().then((posts) => posts.map(({ intent }) => JSON.parse(JSON.stringify(intent))));
  await open.page.getByRole('button', { name: '1 against' }).click();
  await open.page.getByText('Keep v2').click();
  await open.page.getByText('Use v3').click();
  await open.page.waitForFunction(() => window.testHost.posts.length === 4);
  expect(await sent()).toEqual([
    { type: 'ready' },
    { type: 'seeDecisions', decisions: [testId(30)] },
    { type: 'keep' },
    { type: 'useVersion', version: testId(3) },
  ]);
  expect(await open.violations()).toEqual([]);
  await open.close();
});

test('a version that answers already is not offered again', async () => {
  const open = await harness.open({ width: 300 });
  await open.send({ type: 'result', result: RESULT, activeNumber: 3 });
  await open.page.getByText('v3 answers now.').waitFor();
  expect(await open.page.getByText('Use v3').count()).toBe(0);
  expect(await open.page.evaluate(() => document.documentElement.scrollWidth)).toBe(300);
  await open.close();
});
