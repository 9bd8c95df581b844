import { expect, test } from 'vitest';
import type { Harness, OpenPage } from '../../helpers/panelHarness.ts';
import {
  decidedCard,
  olderCards,
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

async function openWith(change: Parameters<typeof testState>[0]): Promise<OpenPage> {
  const open = await harness.open();
  await open.intent('ready');
  await open.send({ type: 'state', state: testState(change) });
  await open.page.locator('.card, .empty:not([hidden])').first().waitFor();
  return open;
}
const newest = testCard(50);
const candidate = newest.candidates[0]?.id;

test('a prompt is sent with Enter, broken with Shift+Enter and recalled with Up', async () => {
  const open = await openWith({
    chips: [{ id: 'selection', kind: 'selection', title: 'selection', detail: '' }],
  });
  const box = open.page.locator('.promptText');
  await box.focus();
  await open.page.keyboard.type('first');
  await open.page.keyboard.press('Shift+Enter');
  await open.page.keyboard.type('second');
  await open.page.keyboard.press('Enter');
  expect(await open.intent('ask')).toEqual({ type: 'ask', prompt: 'first\nsecond', chips: ['selection'] });
  expect(await box.inputValue()).toBe('');
  await open.page.keyboard.type('half');
  await open.page.keyboard.press('Home');
  await open.page.keyboard.press('ArrowUp');
  expect(await box.inputValue()).toBe('Explain this regex.');
  await open.page.keyboard.press('ArrowDown');
  expect(await box.inputValue()).toBe('half');
  await open.close();
});

test('Esc goes from the box to the newest card, A approves it, letters in the box only type', async () => {
  const open = await openWith({ cards: [...olderCards(), newest] });
  await open.page.locator('.promptText').focus();
  await open.page.keyboard.type('ad');
  await open.page.keyboard.press('Escape');
  expect((await open.posts()).some(({ intent }) => intent.type === 'decide')).toBe(false);
  await open.page.keyboard.press('a');
  const intent = await open.intent('decide');
  expect(intent).toMatchObject({
    request: newest.request,
    candidate,
    sha256: TEST_SHA,
    verdict: 'approved',
    reasons: [],
  });
  expect(await open.page.locator('.isNewest .noted').textContent()).toContain('Approved. Saving');
  await open.page.keyboard.press('a');
  expect((await open.posts()).filter((one) => one.intent.type === 'decide')).toHaveLength(1);
  await open.close();
});

test('D denies at once; a digit adds the reason when the decision has its name; Enter closes the row', async () => {
  const open = await openWith({ cards: [newest] });
  await open.page.locator('.card').focus();
  await open.page.keyboard.press('d');
  expect(await open.intent('decide')).toMatchObject({ verdict: 'denied', reasons: [] });
  await open.page.locator('.reasons:not([hidden])').waitFor();
  await open.page.keyboard.press('2');
  await open.page.locator('.reasons').waitFor({ state: 'hidden' });
  expect((await open.posts()).some(({ intent }) => intent.type === 'addReasons')).toBe(false);
  const decided = decidedCard(50, { reasons: [], line: 'Denied.' });
  await open.send({ type: 'card', card: decided });
  expect(await open.intent('addReasons')).toEqual({
    type: 'addReasons',
    decision: decided.decision?.id,
    reasons: ['too_long'],
  });
  await open.page.keyboard.press('z');
  expect(await open.intent('undo')).toEqual({ type: 'undo', decision: decided.decision?.id });
  await open.close();
});

test('0 opens all reasons with a note that takes letters, and Esc keeps the denial without a reason', async () => {
  const open = await openWith({ cards: [decidedCard(50, { reasons: [] })] });
  await open.page.getByRole('button', { name: 'Add reason' }).click();
  await open.page.keyboard.press('0');
  await open.page.locator('vscode-text-area.note').waitFor();
  await open.page.waitForFunction(() => document.activeElement?.matches('.note'));
  await open.page.keyboard.type('aead 1');
  await open.page.locator('.reason', { hasText: 'too complex' }).click();
  await open.page.getByRole('button', { name: 'Add reason' }).click();
  expect(await open.intent('addReasons')).toMatchObject({ reasons: ['too_complex'], note: 'aead 1' });
  expect((await open.posts()).some(({ intent }) => intent.type === 'decide')).toBe(false);
  await open.close();
});

test('E edits, and saving approves the corrected text; what is typed survives a reload', async () => {
  const open = await openWith({ cards: [newest] });
  await open.page.locator('.card').focus();
  await open.page.keyboard.press('e');
  await open.page.waitForFunction(() => document.activeElement?.matches('.edit'));
  await open.page.keyboard.press('Control+A');
  await open.page.keyboard.type('shorter');
  const saved = await open.saved();
  await open.close();

  const again = await harness.open({ saved });
  await again.intent('ready');
  await again.send({ type: 'state', state: testState({ cards: [newest] }) });
  await again.page.getByRole('button', { name: 'Save and approve' }).click();
  expect(await again.intent('decide')).toMatchObject({
    verdict: 'edited',
    editedText: 'shorter',
    sha256: TEST_SHA,
  });
  await again.close();
});

test('arrows move between cards, Enter opens a folded one, and Down leads back to the box', async () => {
  const open = await openWith({ cards: [...olderCards(), newest] });
  await open.page.locator('.isNewest').focus();
  await open.page.keyboard.press('ArrowUp');
  expect(await open.page.evaluate(() => document.activeElement?.getAttribute('data-request'))).toBe(
    testId(3),
  );
  await open.page.keyboard.press('Enter');
  await open.page.locator(`[data-request="${testId(3)}"] .cardBody`).waitFor();
  await open.page.keyboard.press('ArrowDown');
  await open.page.keyboard.press('ArrowDown');
  expect(await open.page.evaluate(() => document.activeElement?.className)).toBe('promptText');
  await open.close();
});

test('C copies the first block, before the end too; I inserts it only when the answer is complete', async () => {
  const open = await openWith({ cards: [newest] });
  await open.page.locator('.card').focus();
  await open.page.keyboard.press('c');
  expect(await open.intent('copy')).toMatchObject({ candidate, block: 0, sha256: TEST_SHA });
  await open.page.keyboard.press('i');
  expect(await open.intent('apply')).toMatchObject({ candidate, block: 0, sha256: TEST_SHA, how: 'insert' });
  const { sha256: _none, ...running } = testCandidate(551);
  const card = { ...testCard(51), candidates: [{ ...running, id: testId(77), state: 'streaming' }] };
  await open.send({ type: 'card', card });
  await open.page.locator(`[data-request="${testId(51)}"]`).focus();
  await open.page.keyboard.press('i');
  await open.page.keyboard.press('a');
  await open.page.keyboard.press('c');
  await open.page.waitForFunction(
    (id) => window.testHost.posts.some(({ intent }) => 'candidate' in intent && intent.candidate === id),
    testId(77),
  );
  const mine = (await open.posts()).filter(
    ({ intent }) => 'candidate' in intent && intent.candidate === testId(77),
  );
  expect(mine.map(({ intent }) => intent.type)).toEqual(['copy']);
  await open.close();
});

test('@ offers files, arrows and Enter choose one, and the mention leaves the prompt', async () => {
  const open = await openWith({});
  await open.page.locator('.promptText').focus();
  await open.page.keyboard.type('Use @ty');
  expect(await open.intent('findFiles')).toEqual({ type: 'findFiles', query: 'ty' });
  await open.send({
    type: 'files',
    query: 'ty',
    files: [
      { id: 'src/types.ts', title: 'types.ts', detail: 'src' },
      { id: 'b', title: 'b.ts', detail: '' },
    ],
  });
  await open.page.locator('.suggestion').first().waitFor();
  await open.page.keyboard.press('ArrowDown');
  await open.page.keyboard.press('ArrowUp');
  await open.page.keyboard.press('Enter');
  expect(await open.intent('addChip')).toEqual({ type: 'addChip', kind: 'file', id: 'src/types.ts' });
  expect(await open.page.locator('.promptText').inputValue()).toBe('Use ');
  expect((await open.posts()).some(({ intent }) => intent.type === 'ask')).toBe(false);
  await open.close();
});

test('nothing takes the focus by itself: not a card, not text, not a decision', async () => {
  const open = await openWith({ cards: [newest] });
  await open.page.locator('.promptText').focus();
  const { sha256: _none, ...running } = testCandidate(551);
  await open.send({
    type: 'card',
    card: { ...testCard(51), candidates: [{ ...running, state: 'streaming', nextSeq: 0, text: '' }] },
  });
  await open.send({ type: 'delta', request: testId(51), candidate: running.id, seq: 0, text: 'Hello there' });
  await open.page.getByText('Hello there').waitFor();
  await open.send({ type: 'card', card: decidedCard(51) });
  await open.page.locator('.isNewest .noted:not([hidden])').waitFor();
  expect(await open.page.evaluate(() => document.activeElement?.className)).toBe('promptText');
  await open.close();
});

test('the number of answers is chosen with the keyboard, and the host says which one holds', async () => {
  const open = await openWith({ cards: [newest], candidates: 2 });
  const answers = open.page.getByRole('combobox', { name: 'Number of answers' });
  expect(await answers.inputValue()).toBe('2');
  await open.page.locator('.promptText').focus();
  await open.page.keyboard.press('Tab');
  await open.page.keyboard.press('Tab');
  expect(await answers.evaluate((control) => control === document.activeElement)).toBe(true);
  await open.page.keyboard.press('ArrowDown');
  expect(await open.intent('candidates')).toEqual({ type: 'candidates', candidates: 3 });
  await open.page.keyboard.press('Home');
  expect(await open.intent('candidates')).toEqual({ type: 'candidates', candidates: 'auto' });
  await open.send({ type: 'frame', state: testState({ candidates: 4 }) });
  await open.page.waitForFunction(
    () => document.querySelector<HTMLSelectElement>('[aria-label="Number of answers"]')?.value === '4',
  );
  await open.close();
});

test('at 300 px nothing in the box is cut off or pushed out', async () => {
  const open = await harness.open({ width: 300 });
  await open.intent('ready');
  await open.send({ type: 'state', state: testState({ cards: [newest] }) });
  const box = open.page.locator('.box');
  await box.waitFor();
  const right = await box.evaluate((each) => each.getBoundingClientRect().right);
  const controls = await open.page.locator('.boxRow > *, .boxRow select').evaluateAll((all) =>
    all.map((each) => {
      const { right: end, width } = each.getBoundingClientRect();
      if (!(each instanceof HTMLSelectElement)) {
        return { name: each.className || each.tagName, right: end, cut: each.scrollWidth - each.clientWidth };
      }
      // A select does not say that its text is cut off: it would be wider if it could.
      each.parentElement?.style.setProperty('flex', 'none');
      return { name: each.ariaLabel, right: end, cut: each.getBoundingClientRect().width - width };
    }),
  );
  expect(controls.filter((each) => each.right > right || each.cut > 1)).toEqual([]);
  await open.close();
});

const ROWS = ['a REST API', 'a client', 'a mock'].map((what, at) => ({
  id: `h${at + 1}`,
  question: `Do you want ${what}?`,
  confidence: 0.5,
}));
const { sent: _none, ...bareCard } = testCard(60, { prompt: 'build api', candidates: [], context: [] });
const askedCard = { ...bareCard, readings: { state: 'open' as const, rows: ROWS } };

test('a digit in the empty box says what a short request means; with text in it digits are text', async () => {
  const open = await openWith({ cards: [...olderCards(), askedCard] });
  await open.page.getByText('What do you mean?').waitFor();
  const box = open.page.locator('.promptText');
  await box.focus();
  await open.page.keyboard.type('x2');
  expect(await box.inputValue()).toBe('x2');
  await box.fill('');
  await open.page.keyboard.press('2');
  expect(await open.intent('choose')).toEqual({ type: 'choose', request: askedCard.request, reading: 'h2' });
  expect(await box.inputValue()).toBe('');
  expect(await open.page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
  await open.close();
});

test.each([
  ['Enter in the empty box', async ({ page }: OpenPage) => page.locator('.promptText').press('Enter')],
  ['0 on the card', async ({ page }: OpenPage) => page.locator('.isNewest').press('0')],
  ['Esc on the card', async ({ page }: OpenPage) => page.locator('.isNewest').press('Escape')],
  ['its button', async ({ page }: OpenPage) => page.getByText('Answer as it stands').click()],
])('%s skips what is asked', async (_name, press) => {
  const open = await openWith({ cards: [askedCard] });
  await open.page.getByText('What do you mean?').waitFor();
  await press(open);
  expect(await open.intent('choose')).toEqual({ type: 'choose', request: askedCard.request, reading: null });
  await open.close();
});

test('what was taken is said in one line, and Change asks again', async () => {
  const readings = { state: 'taken' as const, rows: ROWS, selected: 'h1' };
  const open = await openWith({ cards: [testCard(60, { readings })] });
  await open.page.getByText('Taken as: a REST API (50 %).').waitFor();
  await open.page.getByRole('button', { name: 'Change' }).click();
  await open.page.getByRole('button', { name: /a client/ }).click();
  expect(await open.intent('choose')).toMatchObject({ reading: 'h2' });
  await open.send({
    type: 'card',
    card: testCard(60, { readings: { ...readings, state: 'chosen', selected: 'h2' } }),
  });
  await open.page.getByText('Taken as: a client.').waitFor();
  await open.close();
});
