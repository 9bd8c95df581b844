import { expect, test } from 'vitest';
import type { Harness, OpenPage } from '../../helpers/panelHarness.ts';
import {
  ANSWER,
  decidedCard,
  TEST_SHA,
  testCandidate,
  testCard,
  testId,
  testState,
} from '../../helpers/panelHarnessStates.ts';
import { harnessForAll } from './harnessForAll.ts';

let harness: Harness;
harnessForAll('panel', (started) => {
  harness = started;
});

const REQUEST = testId(50);
const CANDIDATE = testId(500);
function running(text = '', nextSeq = 0) {
  const { sha256: _none, ...open } = testCandidate(500, { state: 'streaming', text, nextSeq });
  return testCard(50, { candidates: [open] });
}
async function openRunning(text = '', nextSeq = 0): Promise<OpenPage> {
  const open = await harness.open();
  await open.intent('ready');
  await open.send({ type: 'state', state: testState({ cards: [running(text, nextSeq)] }) });
  await open.page.locator('.card').waitFor();
  return open;
}
const delta = (seq: number, text: string) => ({
  type: 'delta',
  request: REQUEST,
  candidate: CANDIDATE,
  seq,
  text,
});

test('a streamed answer looks exactly as the same answer given whole', async () => {
  const streamed = await openRunning();
  const step = 7;
  for (let at = 0, seq = 0; at < ANSWER.length; at += step, seq++)
    await streamed.send(delta(seq, ANSWER.slice(at, at + step)));
  await streamed.page.getByText('else it doubles.').waitFor();
  const whole = await openRunning(ANSWER);
  await whole.page.getByText('else it doubles.').waitFor();
  const html = (open: OpenPage) => open.page.locator('.answerText').evaluate((node) => node.innerHTML);
  expect(await html(streamed)).toBe(await html(whole));
  await streamed.close();
  await whole.close();
});

test('finished blocks are kept while later text arrives', async () => {
  const open = await openRunning('First paragraph.\n\nSecond ', 1);
  await open.page
    .locator('.prose')
    .first()
    .evaluate((node) => node.setAttribute('data-kept', 'yes'));
  await open.send(delta(1, 'paragraph.\n\n```js\nlet a = 1;\n'));
  await open.page.locator('.codeBlock').waitFor();
  expect(await open.page.locator('.prose').first().getAttribute('data-kept')).toBe('yes');
  await open.close();
});

test('a missing delta asks for the card once; nothing is shown out of order; a repeated one changes nothing', async () => {
  const open = await openRunning('One', 1);
  await open.send(delta(0, 'One'));
  await open.send(delta(2, ' three'));
  await open.send(delta(3, ' four'));
  expect(await open.intent('resync')).toEqual({ type: 'resync', request: REQUEST });
  expect((await open.posts()).filter(({ intent }) => intent.type === 'resync')).toHaveLength(1);
  expect(await open.page.locator('.answerText').textContent()).toBe('One\n');
  await open.send({ type: 'card', card: running('One two three four', 4) });
  await open.send(delta(4, ' five'));
  await open.page.getByText('One two three four five').waitFor();
  await open.send(delta(7, ' eight'));
  await open.page.waitForFunction(
    () => window.testHost.posts.filter(({ intent }) => intent.type === 'resync').length === 2,
  );
  await open.close();
});

test('messages for an earlier page, and messages that do not fit, are dropped', async () => {
  const open = await openRunning('Text', 1);
  await open.page.evaluate(
    (data) => window.postMessage({ renderId: 'older', ...data }, '*'),
    delta(1, ' wrong'),
  );
  await open.send({ ...delta(1, ' wrong'), seq: 'one' });
  await open.send(delta(1, ' right'));
  await open.page.getByText('Text right').waitFor();
  await open.close();
});

test('the decision row has its place before the first word and keeps it to the end', async () => {
  const open = await openRunning();
  const place = () =>
    open.page.locator('.decisionBar').evaluate((node) => Math.round(node.getBoundingClientRect().bottom));
  const before = await place();
  await open.send(delta(0, 'A word.'));
  await open.page.getByText('A word.').waitFor();
  expect(await place()).toBe(before);
  await open.send(delta(1, `\n\n${ANSWER}\n\n${ANSWER}`));
  await open.page.locator('.codeBlock').nth(1).waitFor();
  await open.page.waitForFunction(() => {
    const list = document.querySelector('.list');
    return list !== null && list.scrollHeight - list.scrollTop - list.clientHeight < 2;
  });
  expect(Math.abs((await place()) - before)).toBeLessThanOrEqual(1);
  const approve = open.page.locator('.decisionBar vscode-button', { hasText: 'Approve' });
  expect(await approve.evaluate((node) => node.hasAttribute('disabled'))).toBe(true);
  await open.send({
    type: 'card',
    card: testCard(50, { candidates: [testCandidate(500, { sha256: TEST_SHA })] }),
  });
  await open.page.locator('.decisionBar vscode-button:not([disabled])', { hasText: 'Approve' }).waitFor();
  await open.close();
});

test('the view follows the end only while the reader is there', async () => {
  const open = await openRunning(`${ANSWER}\n\n${ANSWER}\n\n${ANSWER}`, 1);
  const list = open.page.locator('.list');
  await list.hover();
  await open.page.mouse.wheel(0, -300);
  await open.page.locator('.toEnd:not([hidden])').waitFor();
  const top = await list.evaluate((node) => node.scrollTop);
  await open.send(delta(1, `\n\nMore.\n\n${ANSWER}`));
  await open.page.locator('.codeBlock').nth(3).waitFor();
  expect(await list.evaluate((node) => node.scrollTop)).toBe(top);
  await open.page.locator('.toEnd').click();
  await open.send(delta(2, `\n\nThe end.\n\n${ANSWER}`));
  await open.page.locator('.codeBlock').nth(4).waitFor();
  await open.page.waitForFunction(() => {
    const node = document.querySelector('.list');
    return node !== null && node.scrollHeight - node.scrollTop - node.clientHeight < 2;
  });
  await open.close();
});

test('ten thousand cards: bodies are made only when opened, older ones are asked for once at the top', async () => {
  const open = await harness.open();
  await open.intent('ready');
  const cards = Array.from({ length: 10_000 }, (_, index) =>
    decidedCard(index + 1, {}, { prompt: `Prompt ${index + 1}` }),
  );
  await open.send({ type: 'state', state: testState({ cards, more: true }) });
  await open.page.locator('.card.isNewest .cardBody').waitFor();
  expect(await open.page.locator('.card').count()).toBe(10_000);
  expect(await open.page.locator('.cardBody').count()).toBe(1);
  await open.page.locator('.list').evaluate((node) => node.scrollTo(0, 0));
  await open.intent('older');
  const first = open.page.locator('.card').first();
  const offset = () =>
    open.page
      .locator(`[data-request="${testId(1)}"]`)
      .evaluate((node) => Math.round(node.getBoundingClientRect().top));
  await first.waitFor();
  const before = await offset();
  await open.send({ type: 'older', cards: [decidedCard(0, {}, { prompt: 'The very first' })], more: false });
  await open.page.getByText('The very first').waitFor({ state: 'attached' });
  expect(Math.abs((await offset()) - before)).toBeLessThanOrEqual(2);
  expect((await open.posts()).filter(({ intent }) => intent.type === 'older')).toHaveLength(1);
  await open.close();
});

test('a draft and a prompt that was sent but never arrived are back after a reload', async () => {
  const first = await harness.open();
  await first.intent('ready');
  await first.send({ type: 'state', state: testState() });
  await first.page.locator('.promptText').fill('half a thought');
  expect(await first.intent('draft')).toEqual({ type: 'draft', text: 'half a thought' });
  const draft = await first.saved();
  await first.page.locator('.promptText').press('Enter');
  const sent = await first.saved();
  await first.close();
  for (const saved of [draft, sent]) {
    const again = await harness.open({ saved });
    await again.intent('ready');
    await again.send({ type: 'state', state: testState() });
    await again.page.waitForFunction(() => document.querySelector('textarea')?.value === 'half a thought');
    await again.close();
  }
});

test('the end and the decision are announced, the tokens are not', async () => {
  const open = await openRunning();
  await open.send(delta(0, 'Some text'));
  await open.page.getByText('Some text').waitFor();
  expect(await open.page.getByRole('status').last().textContent()).toBe('');
  await open.send({ type: 'card', card: testCard(50, { candidates: [testCandidate(500)] }) });
  await open.page.getByText('Answer complete').waitFor();
  await open.send({
    type: 'card',
    card: decidedCard(50, { candidate: CANDIDATE }, { candidates: [testCandidate(500)] }),
  });
  await open.page.locator('.srOnly', { hasText: 'Denied: too long.' }).waitFor();
  await open.close();
});
