import { readdirSync } from 'node:fs';
import type { Frame, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FakeOllama, lastPiece, piece, startFakeOllama } from '../helpers/fakeOllama.ts';
import { until } from '../helpers/until.ts';
import { openPanel, type PanelPage } from './panelPage.ts';
import { openStage, type Stage } from './stage.ts';
import { stepByStep } from './stepByStep.ts';

/*
 * What Whetstone knows, in the real editor: what is switched there is gone from, or back in, the very next request that
 * reaches the server. The server is scripted, so that what it was sent can be read.
 */

const RULE = 'Keep the answer short and to the point.';
const SENTENCE = 'You prefer shorter answers';

describe('what Whetstone knows', () => {
  stepByStep();
  let server: FakeOllama;
  let stage: Stage;
  let panel: PanelPage;
  /** Everything that each question carried. */
  const sent: string[] = [];

  beforeAll(async () => {
    const models = [{ name: 'm:latest', digest: 'a'.repeat(64), size: 1_000, details: {} }];
    server = await startFakeOllama({
      '/api/tags': (call) => call.json(200, { models }),
      '/api/show': (call) => call.json(200, { capabilities: ['completion'], details: {}, model_info: {} }),
      '/api/chat': (call) => {
        sent.push(JSON.stringify(call.body['messages']));
        call.line(piece('Here it is.\n\n```ts\nexport const one = 1;\n```\n'));
        call.line(lastPiece());
        call.response.end();
      },
    });
    stage = await openStage({
      ollama: false,
      settings: {
        'whetstone.host': server.host,
        'whetstone.model': 'm:latest',
        'whetstone.candidates': '1',
        'whetstone.readings': 'never',
        'whetstone.contextLength': 4096,
      },
    });
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await stage?.window.screenshot('knowledge-failed');
  });
  afterAll(async () => {
    await stage?.close();
    await server?.stop();
  });

  /** Asks something else, and gives what the server got. */
  const ask = async (prompt: string): Promise<string> => {
    const before = sent.length;
    panel = await openPanel(stage.window);
    await panel.ask(prompt);
    await panel.answered();
    expect(sent.length).toBeGreaterThan(before);
    return sent.at(-1) ?? '';
  };
  const tree = (): Locator => stage.window.page.locator('.pane-body .monaco-list');
  const treeRow = (text: string): Locator => tree().locator('.monaco-list-row', { hasText: text });
  const page = (): Promise<Frame> => stage.window.webview('.knowledge');
  const box = async (): Promise<Locator> =>
    (await page()).getByRole('checkbox', { name: `On: ${SENTENCE}`, exact: true });

  it('starts nothing before it is looked at, and then says what to do', async () => {
    await stage.window.openFile('math.ts');
    await stage.window.statusBar(/Whetstone/);
    expect(readdirSync(stage.dataFolder)).toEqual([]);
    await stage.window.page.getByRole('tab', { name: 'Whetstone', exact: true }).click();
    await stage.window.page
      .getByText('Nothing learned yet. Decide on a few answers; reasons teach most.')
      .waitFor();
    await until('the sidecar at work', () => readdirSync(stage.dataFolder).length > 0);
  });

  it('opens at the rule that a decision made, by See rule', async () => {
    expect(await ask('Write a function that adds two numbers.')).not.toContain(RULE);
    await panel.button('Deny').click();
    await panel.newest.getByRole('button', { name: /too long/ }).click();
    await panel.noted(/^Denied: too long/);
    await panel.newest.getByRole('button', { name: 'See rule' }).click();
    const shown = (await page()).locator('[data-key="rule:short"]');
    await shown.waitFor();
    await until('the rule in focus', () => shown.evaluate((each) => each === document.activeElement));
    expect(await shown.innerText()).toContain('1 for, 0 against');
    await treeRow(SENTENCE).waitFor();
  });

  it('a rule that is switched off on the page is not in the next question', async () => {
    expect(await ask('Write a function that halves a number.')).toContain(RULE);
    await stage.window.runCommand('Whetstone: What Whetstone Knows');
    await (await box()).click();
    await stage.journaled('state', (event) => event['of'] === 'short' && event['state'] === 'off');
    expect(await ask('Write a function that doubles a number.')).not.toContain(RULE);
  });

  it('switched on again in the tree it is back in the next question', async () => {
    const ticked = treeRow(SENTENCE).locator('.monaco-custom-toggle, [role="checkbox"]').first();
    await ticked.click();
    await stage.journaled('state', (event) => event['of'] === 'short' && event['state'] === 'on');
    expect(await ask('Write a function that squares a number.')).toContain(RULE);
  });

  it('what is never to be suggested is said by hand', async () => {
    await stage.window.runCommand('Whetstone: Never Suggest Again');
    await stage.window.answer('lodash');
    await treeRow('Never suggest lodash').waitFor();
    expect(await ask('Write a function that cubes a number.')).toContain('Never use: lodash.');
  });

  it('what is added by hand goes along until it is switched off', async () => {
    await stage.window.runCommand('Whetstone: Add Memory');
    await stage.window.pick('Preference');
    await stage.window.answer('early returns wherever they fit');
    await treeRow('early returns wherever they fit').waitFor();
    expect(await ask('Write a function that rounds a number.')).toContain('early returns wherever they fit');
    await stage.window.runCommand('Whetstone: What Whetstone Knows');
    await (await page()).getByRole('checkbox', { name: 'On: early returns wherever they fit' }).click();
    await stage.journaled('state', (event) => String(event['of']) !== 'short' && event['state'] === 'off');
    expect(await ask('Write a function that truncates a number.')).not.toContain('early returns wherever');
  });

  it('shows the decisions behind it, and the card of one of them in the panel', async () => {
    await stage.window.runCommand('Whetstone: What Whetstone Knows');
    const rule = (await page()).locator('[data-key="rule:short"]');
    await rule.getByRole('button', { name: '1 for, 0 against' }).click();
    const decision = rule.locator('.decision', { hasText: 'Denied: too long' });
    await decision.waitFor();
    expect(await decision.innerText()).toContain('Write a function that adds two numbers.');
    await decision.click();
    const card = (await stage.window.webview('textarea.promptText')).locator('article.card').first();
    await until('its card in focus', () => card.evaluate((each) => each === document.activeElement));
    expect(await card.innerText()).toContain('Write a function that adds two numbers.');
  });

  it('deletes for real after a question, and not before', async () => {
    await stage.window.runCommand('Whetstone: What Whetstone Knows');
    const dialog = stage.window.page.getByRole('dialog');
    const entry = (await page()).locator('.entry', { hasText: 'Never suggest lodash' });
    await entry.getByRole('button', { name: 'Delete: Never suggest lodash' }).click();
    await dialog.getByText('There is no undo.').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(stage.journal('block')).toHaveLength(1);
    await entry.getByRole('button', { name: 'Delete: Never suggest lodash' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await entry.waitFor({ state: 'detached' });
    await until('no block on disk', () => stage.journal('block').length === 0);
    expect(await ask('Write a function that negates a number.')).not.toContain('lodash');
  });
});
