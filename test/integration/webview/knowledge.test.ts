import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { knowledgeView } from '../../../extension/knowledge/knowledgeView.ts';
import type { Knowledge } from '../../../webview/knowledgeProtocol.ts';
import { MUCH_KNOWN, NOTHING_KNOWN, testMemory } from '../../helpers/knowledgeSources.ts';
import type { Harness, OpenOptions, OpenPage } from '../../helpers/panelHarness.ts';
import { testId } from '../../helpers/panelHarnessStates.ts';
import { harnessForAll } from './harnessForAll.ts';

const FOLDER = fileURLToPath(new URL('../../../dist/test/screenshots/knowledge', import.meta.url));
const FULL = knowledgeView(MUCH_KNOWN);
const EMPTY = knowledgeView(NOTHING_KNOWN);

let harness: Harness;
harnessForAll('knowledge', (started) => {
  harness = started;
});

async function opened(knowledge: Knowledge, options: OpenOptions = {}): Promise<OpenPage> {
  const open = await harness.open({ height: 900, ...options });
  await open.send({ type: 'knowledge', knowledge });
  await open.page.locator('.figures span').first().waitFor();
  return open;
}

/** What the page sent, after `ready`. */
const sent = async (open: OpenPage): Promise<unknown[]> => {
  const posts = await open.posts();
  return posts.map(({ intent }): unknown => JSON.parse(JSON.stringify(intent))).slice(1);
};
const entry = (open: OpenPage, key: string) => open.page.locator(`[data-key="${key}"]`);

describe('the page of what is known', () => {
  it('shows every entry as a sentence with what is behind it, and figures with n and interval', async () => {
    const open = await opened(FULL);
    expect(await open.page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual([
      'Rules 5',
      'Preferences 3',
      'Goals 1',
      'Style 3',
      'Taste 2',
      'History 1',
      'Never suggested 2',
    ]);
    expect(await open.page.locator('.entry').count()).toBe(FULL.entries.length);
    const rule = entry(open, 'rule:short');
    expect(await rule.innerText()).toContain('You prefer shorter answers');
    expect(await rule.innerText()).toContain('7 for, 1 against');
    expect(await open.page.locator('.figures').innerText()).toMatch(
      /Approved: 82 % of 61 \(71 to 90 %\)\s*Kept after an hour: not yet known \(n\s=\s4\)/,
    );
    expect(await open.violations()).toEqual([]);
    await open.close();
  });

  it('switches, pins and deletes by its keys, also with the keyboard', async () => {
    const open = await opened(FULL);
    await open.page.getByRole('checkbox', { name: 'On: You prefer errors handled' }).focus();
    await open.page.keyboard.press('Space');
    await open.page.keyboard.press('ArrowDown');
    await open.page.keyboard.press('Space');
    await open.page.getByRole('button', { name: 'Pin: You prefer shorter answers' }).click();
    await open.page.getByRole('button', { name: 'Delete: Never suggest lodash' }).click();
    await open.page.getByRole('button', { name: 'used' }).first().click();
    expect(await sent(open)).toEqual([
      { type: 'switch', key: 'rule:errors', on: false },
      { type: 'switch', key: 'rule:short', on: false },
      { type: 'pin', key: 'rule:short', pinned: true },
      { type: 'forget', key: 'block:lodash' },
      { type: 'openUse', key: 'rule:errors' },
    ]);
    // What the sidecar did not take over is shown as it is.
    await open.send({ type: 'knowledge', knowledge: FULL });
    expect(await open.page.getByRole('checkbox', { name: 'On: You prefer errors handled' }).isChecked()).toBe(
      true,
    );
    await open.close();
  });

  it('edits in place: Enter saves, Esc leaves it, and the focus comes back', async () => {
    const open = await opened(FULL);
    const edit = open.page.getByRole('button', { name: 'Edit: You prefer shorter answers' });
    await edit.click();
    const field = open.page.getByRole('textbox', { name: 'Text' });
    expect(await field.inputValue()).toBe('Keep the answer short and to the point.');
    await field.fill('At most ten lines.');
    await field.press('Escape');
    expect(await sent(open)).toEqual([]);
    await edit.click();
    await field.fill('At most ten lines.');
    await field.press('Enter');
    expect(await sent(open)).toEqual([{ type: 'edit', key: 'rule:short', text: 'At most ten lines.' }]);
    expect(await open.page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'Edit: You prefer shorter answers',
    );
    await open.close();
  });

  it('opens the decisions below the entry, each with its verdict, and one of them where it was made', async () => {
    const open = await opened(FULL);
    const shown = entry(open, 'rule:short').getByRole('button', { name: '7 for, 1 against' });
    expect(await shown.getAttribute('aria-expanded')).toBe('false');
    await shown.click();
    expect(await shown.getAttribute('aria-expanded')).toBe('true');
    const row = { request: testId(1), at: '2026-01-02T03:04:05.678Z', prompt: 'Sort <b>names</b>.' };
    await open.send({
      type: 'evidence',
      key: 'rule:short',
      rows: [
        { ...row, decision: testId(12), verdict: 'denied', reasons: ['too_long'], side: 'for' },
        {
          ...row,
          request: testId(2),
          decision: testId(13),
          verdict: 'approved',
          reasons: [],
          side: 'against',
        },
      ],
      more: 6,
    });
    const list = entry(open, 'rule:short').locator('.decisions');
    await list.getByText('Denied: too long').waitFor();
    expect(await list.innerText()).toContain('Sort <b>names</b>.');
    expect(await list.innerText()).toContain('6 older ones are not listed.');
    await list.getByRole('list', { name: 'Against' }).getByRole('button').click();
    expect((await sent(open)).at(-1)).toEqual({ type: 'openRequest', request: testId(2) });
    await open.close();
  });

  it('finds by words and state, and says how many', async () => {
    const open = await opened(FULL);
    await open.page.getByRole('searchbox', { name: 'Search what is known' }).fill('errors edge');
    expect(await open.page.locator('.entry:visible').count()).toBe(1);
    expect(await open.page.getByRole('status').innerText()).toBe(`1 of ${FULL.entries.length} shown`);
    await open.page.getByRole('searchbox').fill('nowhere');
    await open.page.getByText('Nothing here fits.').waitFor();
    await open.page.getByRole('button', { name: 'Show all' }).click();
    await open.page.getByRole('combobox', { name: 'Show' }).selectOption('off');
    expect(await open.page.locator('.entry:visible').count()).toBe(4);
    // What is to be shown is shown, whatever is searched for.
    await open.send({ type: 'show', key: 'memory:m4', evidence: false });
    await until(open, '[data-key="memory:m4"]:focus');
    expect(await open.page.locator('.entry').count()).toBe(FULL.entries.length);
    await open.close();
  });

  it('gives the focus of what was deleted to its neighbour', async () => {
    const open = await opened(FULL);
    await open.page.getByRole('button', { name: 'Delete: You prefer shorter answers' }).click();
    const entries = FULL.entries.filter(({ key }) => key !== 'rule:short');
    await open.send({ type: 'knowledge', knowledge: { ...FULL, entries } });
    await until(open, '[data-key="rule:depth@language:python"]:focus');
    await open.close();
  });

  it('shows the newest of many, the rest when asked for, and whatever is to be shown', async () => {
    const many = Array.from({ length: 60 }, (_, n) => testMemory(`h${n}`, 'history', `Asked ${n}`));
    const open = await opened(knowledgeView({ ...NOTHING_KNOWN, memories: many }));
    expect(await open.page.locator('.entry').count()).toBe(50);
    await open.send({ type: 'show', key: 'memory:h58', evidence: false });
    await until(open, '[data-key="memory:h58"]:focus');
    expect(await open.page.locator('.entry').count()).toBe(60);
    await open.close();
    const again = await opened(knowledgeView({ ...NOTHING_KNOWN, memories: many }));
    await again.page.getByRole('button', { name: 'Show all 60' }).click();
    expect(await again.page.locator('.entry').count()).toBe(60);
    expect(await again.page.getByRole('button', { name: 'Show all 60' }).isVisible()).toBe(false);
    await again.close();
  });

  it('adds a memory or a block by hand', async () => {
    const open = await opened(EMPTY);
    await open.page.getByRole('button', { name: 'Add' }).first().click();
    await open.page.getByRole('textbox', { name: 'Preference' }).fill('early returns');
    await open.page.keyboard.press('Enter');
    await open.page.getByRole('button', { name: 'Add' }).first().click();
    await open.page.getByRole('combobox', { name: 'What to add' }).selectOption('block');
    await open.page.getByRole('textbox', { name: 'Never suggest' }).fill('lodash');
    await open.page.keyboard.press('Enter');
    expect(await sent(open)).toEqual([
      { type: 'addMemory', memory: 'preference', text: 'early returns' },
      { type: 'addBlock', phrase: 'lodash' },
    ]);
    await open.close();
  });

  it('says what to do where nothing is known, and what went wrong where nothing can be read', async () => {
    const open = await opened(EMPTY);
    await open.page.getByText('Decide on a few answers; reasons teach most.').waitFor();
    await open.page.getByRole('button', { name: 'Ask' }).click();
    await open.send({ type: 'failed', message: 'The data folder is gone. Bring it back.' });
    await open.page.getByRole('alert').getByText('The data folder is gone.').waitFor();
    await open.page.getByRole('button', { name: 'Try again' }).click();
    expect(await sent(open)).toEqual([{ type: 'ask' }, { type: 'refresh' }]);
    await open.close();
  });

  it('draws the facets with figures that are read out, and folds the experts', async () => {
    const open = await opened(FULL);
    const bar = open.page.getByRole('img', {
      name: /^0\.72, where 0 is detailed answers and 1 is short answers; 5 changes/,
    });
    expect(await bar.isVisible()).toBe(true);
    await entry(open, 'facet:concise').getByText('Lately: +0.08 said: "shorter please"').waitFor();
    expect(await open.page.getByRole('cell', { name: 'your taste alone' }).isVisible()).toBe(false);
    await open.page.getByText('How answers are ranked').click();
    expect(await open.page.getByRole('row', { name: /your taste alone/ }).innerText()).toContain('31 %');
    await open.close();
  });
});

async function until(open: OpenPage, selector: string): Promise<void> {
  await open.page.locator(selector).waitFor();
}

const LOOKS: readonly (readonly [string, OpenOptions])[] = [
  ['dark', {}],
  ['light', { theme: 'light' }],
  ['highContrast', { theme: 'highContrast' }],
  ['forcedColors', { context: { forcedColors: 'active' } }],
  ['narrow', { width: 300 }],
  ['zoom200', { width: 360, height: 400, context: { deviceScaleFactor: 2 } }],
];

describe.each(LOOKS)('in a picture, %s', (look, options) => {
  it.each([
    ['full', FULL],
    ['empty', EMPTY],
  ] as const)('%s', async (name, knowledge) => {
    mkdirSync(FOLDER, { recursive: true });
    const open = await opened(knowledge, options);
    await open.page.evaluate(() => document.fonts.ready);
    const wide = await open.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
    await open.page.screenshot({ path: join(FOLDER, `${name}-${look}.png`), fullPage: true });
    expect(await open.violations()).toEqual([]);
    await open.close();
  });
});
