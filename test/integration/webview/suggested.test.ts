import { expect, test } from 'vitest';
import type { CandidateView, Card } from '../../../webview/protocol.ts';
import type { Harness, OpenPage } from '../../helpers/panelHarness.ts';
import { testCandidate, testCard, testId, testState } from '../../helpers/panelHarnessStates.ts';
import { harnessForAll } from './harnessForAll.ts';

let harness: Harness;
harnessForAll('panel', (started) => {
  harness = started;
});

const [first, second] = [testId(501), testId(502)];
const why = ['+ less prose', '- fewer tests'];
const candidates: CandidateView[] = [
  testCandidate(501),
  testCandidate(502, { why, foretold: { p: 0.8, n: 41 } }),
];

async function opened(change: Partial<Card>): Promise<OpenPage> {
  const open = await harness.open();
  await open.intent('ready');
  const card = testCard(50, { candidates, suggested: second, open: second, ...change });
  await open.send({ type: 'state', state: testState({ cards: [card] }) });
  await open.page.locator('[role="tab"]').nth(1).waitFor();
  return open;
}

const tabs = (open: OpenPage): Promise<string[]> => open.page.locator('[role="tab"]').allTextContents();

test('what taste chose is suggested, and the open answer says why', async () => {
  const open = await opened({ chosenBy: 'taste' });
  expect(await tabs(open)).toEqual(['1', '2suggested']);
  expect(await open.page.locator('.why').textContent()).toBe('why: + less prose\u2212 fewer tests');
  await open.page.locator(`[data-candidate="${first}"]`).click();
  await open.page.locator(`[data-candidate="${first}"][aria-selected="true"]`).waitFor();
  expect(await open.page.locator('.why').isVisible()).toBe(false);
});

test('what chance chose says so, and what is only the first says nothing', async () => {
  expect(await tabs(await opened({ chosenBy: 'chance' }))).toEqual(['1', '2by chance']);
  expect(await tabs(await opened({ chosenBy: 'order' }))).toEqual(['1', '2']);
});

test('one answer has no tabs and no reason why', async () => {
  const open = await harness.open();
  await open.intent('ready');
  const alone = testCard(50, { candidates: candidates.slice(1), suggested: second, chosenBy: 'order' });
  await open.send({ type: 'state', state: testState({ cards: [alone] }) });
  await open.page.locator('.answer').first().waitFor();
  expect(await open.page.locator('.tabRow').isVisible()).toBe(false);
});
