import { expect, test } from 'vitest';
import type { Harness, OpenPage } from '../../helpers/panelHarness.ts';
import { testCandidate, testCard, testState } from '../../helpers/panelHarnessStates.ts';
import { harnessForAll } from './harnessForAll.ts';

let harness: Harness;
harnessForAll('panel', (started) => {
  harness = started;
});

const TEXT = "Like this:\n\n```js\nimport _ from 'lodash';\n```\n";
const answer = { ...testCandidate(150), text: TEXT };
const card = testCard(50, { candidates: [answer] });

async function opened(change: Partial<typeof answer> = {}): Promise<OpenPage> {
  const open = await harness.open();
  await open.intent('ready');
  const cards = [{ ...card, candidates: [{ ...answer, ...change }] }];
  await open.send({ type: 'state', state: testState({ cards }) });
  await open.page.locator('.codeBlock').first().waitFor();
  return open;
}

/** Selects a word of the page as a double click or a drag would. */
const select = (open: OpenPage, word: string, within = '.codeBlock code') =>
  open.page.evaluate(
    ([wanted = '', place = '']) => {
      const walker = document.createTreeWalker(
        document.querySelector(place) ?? document.body,
        NodeFilter.SHOW_TEXT,
      );
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const at = (node.textContent ?? '').indexOf(wanted);
        if (at < 0) continue;
        document.getSelection()?.setBaseAndExtent(node, at, node, at + wanted.length);
        return;
      }
      throw new Error(`${wanted} is not there`);
    },
    [word, within],
  );
const block = { type: 'block', request: card.request, candidate: answer.id, phrase: 'lodash', on: true };

test('a word that is selected in an answer is blocked by its button, inside the window', async () => {
  const open = await opened();
  const offer = open.page.locator('.blockOffer');
  expect(await offer.isVisible()).toBe(false);
  await select(open, "'lodash'");
  expect(await offer.textContent()).toBe('Never suggest "lodash" again');
  const box = await offer.boundingBox();
  expect(box && box.x >= 0 && box.x + box.width <= (open.page.viewportSize()?.width ?? 0)).toBe(true);
  await offer.click();
  expect(await open.intent('block')).toEqual(block);
  await offer.waitFor({ state: 'hidden' });
  expect(await open.violations()).toEqual([]);
  await open.close();
});

test('B blocks what is selected, and does nothing where nothing is or in the box', async () => {
  const open = await opened();
  await open.page.locator('.card').focus();
  await open.page.keyboard.press('b');
  await select(open, 'lodash');
  await open.page.locator('.promptText').focus();
  await open.page.keyboard.type('b');
  expect((await open.posts()).some(({ intent }) => intent.type === 'block')).toBe(false);
  await open.page.locator('.card').focus();
  await select(open, 'lodash');
  await open.page.keyboard.press('b');
  expect(await open.intent('block')).toEqual(block);
  await open.close();
});

test('what is selected outside an answer, or over several lines, is not offered', async () => {
  const open = await opened();
  await select(open, 'retry', '.card');
  expect(await open.page.locator('.blockOffer').isVisible()).toBe(false);
  await open.close();
});

test('an answer that uses what is blocked says so and lifts it; the line goes when it is lifted', async () => {
  const open = await opened({ blocked: ['lodash'] });
  const note = open.page.locator('.blockedNote');
  expect(await note.textContent()).toContain('Uses lodash, which you never want suggested.');
  await note.getByRole('button', { name: 'Lift' }).click();
  expect(await open.intent('block')).toEqual({ ...block, on: false });
  await open.send({ type: 'card', card });
  await note.waitFor({ state: 'hidden' });
  await open.close();
});
