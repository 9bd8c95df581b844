import type { Frame } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../helpers/until.ts';
import { writeKnowledge } from '../helpers/writeKnowledge.ts';
import { findPanel, openPanel, type PanelPage } from './panelPage.ts';
import { openStage, type Stage, type StageOptions } from './stage.ts';
import { stepByStep } from './stepByStep.ts';

/*
 * Pictures of the real window in test-results/screenshots, made while the states last. A picture alone proves little,
 * so each is taken only after what must be in it was seen, and after nothing in the panel was found cut off.
 */

const FIRST = 'Write a Python function that checks whether a number is even.';
const SUM = 'Write a Python function that adds two numbers. Code only.';
const CODE = 'Write a Python function that reverses a string. Code only.';
const LONG = 'Explain at length, in many paragraphs, how a hash map works.';
const ROOMY = { width: 1280, height: 800 };

interface Look {
  readonly name: string;
  /** As the list of themes names it. */
  readonly theme: string;
  /** Class that VS Code gives to the body of a webview. */
  readonly body: string;
  readonly size: { readonly width: number; readonly height: number };
}
const DARK: Look = { name: 'dark', theme: 'Dark Modern', body: 'vscode-dark', size: ROOMY };
const LOOKS: readonly Look[] = [
  DARK,
  { ...DARK, name: 'narrow', size: { width: 648, height: 800 } },
  { name: 'light', theme: 'Light Modern', body: 'vscode-light', size: ROOMY },
  { name: 'highContrast', theme: 'Dark High Contrast', body: 'vscode-high-contrast', size: ROOMY },
];

/** Steps of the walkthrough, the names of their pictures, and a word that only that picture has. */
const STEPS = [
  ['Ask', 'ask', 'Send'],
  ['Decide', 'decide', 'Undo'],
  ['Train', 'train', 'Use v3'],
  ['Pick a model', 'model', 'qwen3:4b'],
] as const;

let stage: Stage;
let panel: PanelPage;
let policy: string[];

async function begin(options: StageOptions): Promise<void> {
  stage = await openStage(options);
  policy = [];
  stage.window.page.on('console', (message) => {
    const { url } = message.location();
    if (/Content Security Policy|TrustedHTML|TrustedScript/i.test(message.text()))
      policy.push(`${url}: ${message.text()}`);
  });
  await stage.window.openFile('math.ts');
  await stage.window.runCommand('View: Toggle Primary Side Bar Visibility');
  panel = await openPanel(stage.window);
}

/** What a person could not reach or read in a page: controls beyond its sides, and a page wider than its window. */
function cutOff(frame: Frame): Promise<readonly string[]> {
  return frame.evaluate(() => {
    const wide = [...document.querySelectorAll('html, body, .list, .foot, .report, .knowledge')]
      .filter((each) => each.scrollWidth > each.clientWidth + 1)
      .map((each) => `${each.className || each.tagName} is ${each.scrollWidth} of ${each.clientWidth} wide`);
    const controls = 'button, vscode-button, select, input, textarea, summary, .prompt';
    const out = [...document.querySelectorAll(controls)]
      .filter((each) => each.checkVisibility())
      .filter((each) => {
        const { left, right, width } = each.getBoundingClientRect();
        return width > 0 && (left < 0 || right > innerWidth + 1);
      })
      .map((each) => `${each.textContent?.trim() || each.getAttribute('aria-label')} is outside`);
    return [...wide, ...out];
  });
}

/** A picture of the window with a page of ours in it, once its layout is at rest. */
async function picture(name: string, frame: Frame = panel.frame): Promise<void> {
  const { page } = stage.window;
  await page.mouse.move(24, 500);
  await page.locator('.workbench-hover:visible').waitFor({ state: 'hidden' });
  await until(`nothing cut off in ${name}`, async () => (await cutOff(frame)).length === 0, 5_000).catch(
    () => undefined,
  );
  expect(await cutOff(frame), name).toEqual([]);
  await stage.window.screenshot(name);
}

/** Changes theme and size as a person does, and waits until the panel has followed. */
async function wear(look: Look): Promise<void> {
  await stage.window.resize(look.size.width, look.size.height);
  await wearTheme(look, panel.frame);
}

async function wearTheme({ theme, body }: Look, frame: Frame): Promise<void> {
  const worn = frame.locator(`body.${body}`);
  if ((await worn.count()) === 0) {
    await stage.window.runCommand('Preferences: Color Theme');
    await stage.window.answer(theme);
  }
  await worn.waitFor();
}

/** Asks, and waits until the box is empty again and the newest card is the one of this prompt. */
async function ask(prompt: string): Promise<void> {
  await panel.ask(prompt);
  await panel.newest.locator('.prompt', { hasText: prompt }).waitFor();
  await until('an empty box', async () => (await panel.box.inputValue()) === '');
}

/** Waits until some lines of an answer stand; returns them. */
function flowing(): Promise<string> {
  const text = panel.newest.locator('.answerText');
  return until(
    'lines of text',
    async () => {
      const shown = await text.innerText();
      return shown.length > 160 && shown;
    },
    120_000,
  );
}

/** Closes the editor that covers the panel; the panel's page is then a new one. */
async function closeEditor(): Promise<void> {
  await stage.window.runCommand('View: Close Editor');
  panel = await openPanel(stage.window);
}

describe('the window in pictures', () => {
  stepByStep();
  beforeAll(() => begin({ decisions: 12 }));
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await stage.window.screenshot('failed');
  });
  afterAll(() => stage?.close());

  it('empty: offers prompts made from the open file', async () => {
    await panel.frame.getByRole('heading', { name: /Ask for code/ }).waitFor();
    const examples = panel.frame.locator('.example');
    await until('three prompts', async () => (await examples.count()) === 3);
    expect(await examples.first().innerText()).toContain('math.ts');
    await panel.frame.getByRole('button', { name: /Model: smollm2/ }).waitFor();
    await picture('panel-empty-dark');
  });

  it('decided: what was noted, in one line', async () => {
    await ask(FIRST);
    await panel.answered();
    await picture('panel-first-dark');
    await panel.button('Approve').click();
    await panel.noted(/^Approved/);
    await stage.window.statusBar(/77\s?% of 13/);
    await picture('panel-decided-dark');
  });

  it.each(LOOKS)('streaming and stopped: $name', async (look) => {
    await wear(look);
    if (look.name === 'narrow') {
      // A window that gets narrower shares its width as before, in more than one step.
      await stage.window.runCommand('View: Reset Editor Group Sizes');
      await until('a panel of about 300 pixels', async () => {
        const width = await panel.frame.evaluate(() => innerWidth);
        return width > 260 && width < 340;
      });
    }
    await ask(LONG);
    await flowing();
    expect(await panel.button('Stop').isVisible()).toBe(true);
    await picture(`panel-streaming-${look.name}`);
    await panel.button('Stop').click();
    await panel.newest.getByText('Stopped. The text so far is kept.').waitFor();
    await picture(`panel-stopped-${look.name}`);
  });

  it('an answer with code', async () => {
    await ask(CODE);
    expect(await panel.answered()).toContain('def ');
  });

  it.each(LOOKS)('answer and reasons: $name', async (look) => {
    await wear(look);
    for (const name of ['Approve', 'Deny', 'Edit'])
      expect(await panel.button(name).isVisible(), name).toBe(true);
    await picture(`panel-answer-${look.name}`);
    await panel.button('Deny').click();
    await panel.noted(/^Denied/);
    await panel.newest.getByRole('button', { name: /too long/ }).waitFor();
    await picture(`panel-reasons-${look.name}`);
    await panel.button('Undo').click();
    await until('Approve after Undo', () => panel.button('Approve').isEnabled());
  });

  it.each(LOOKS)('settings and walkthrough: $name', async (look) => {
    const { page } = stage.window;
    await wear(look);
    await panel.frame.getByRole('button', { name: 'Settings' }).click();
    const settings = page.locator('.settings-editor');
    // A remote window shows what holds for the machine under a head of its own.
    await settings
      .getByRole('tab', { name: /^Remote/ })
      .or(settings.getByText(/^Remote \[/))
      .first()
      .click();
    await settings.getByText('Base model that answers').waitFor();
    await page.mouse.move(24, 500);
    await stage.window.screenshot(`settings-${look.name}`);
    // The settings lie above the window and take its keys until they are closed.
    await until('closed settings', async () => {
      await stage.window.press('Escape');
      return settings.isHidden();
    });
    await stage.window.runCommand('Welcome: Open Walkthrough...');
    await stage.window.pick('Start with Whetstone');
    const guide = page.locator('.gettingStartedContainer');
    await guide.getByText('Pick a model').first().waitFor();
    // Beside a file there is no room for the pictures, and the editor leaves them out.
    const roomy = look.size === ROOMY;
    if (roomy) await stage.window.runCommand('View: Toggle Maximize Editor Group');
    for (const [step, name, word] of roomy ? STEPS : []) {
      await guide.getByText(step, { exact: true }).first().click();
      await until(`the picture of ${step}`, async () => {
        const shown = page.frames().map((frame) => frame.locator('svg text', { hasText: word }).count());
        return (await Promise.all(shown.map((count) => count.catch(() => 0)))).some((count) => count > 0);
      });
      await page.mouse.move(24, 500);
      await stage.window.screenshot(`walkthrough-${name}-${look.name}`);
    }
    await page.mouse.move(24, 500);
    await stage.window.screenshot(`walkthrough-${look.name}`);
    if (roomy) await stage.window.runCommand('View: Toggle Maximize Editor Group');
    await closeEditor();
  });

  it('status bar: tooltip and menu', async () => {
    const { page } = stage.window;
    await wear(DARK);
    await page.locator('.statusbar-item', { hasText: /% of \d+/ }).hover();
    const tooltip = page.locator('.monaco-hover', { hasText: 'approved' });
    await tooltip.waitFor();
    expect(await tooltip.innerText()).toContain('Answers with');
    await stage.window.screenshot('statusBar-tooltip-dark');
    await page.locator('.statusbar-item', { hasText: /% of \d+/ }).click();
    expect(await stage.window.pickLabels()).toEqual(
      expect.arrayContaining([expect.stringContaining('Train Model')]),
    );
    await stage.window.screenshot('statusBar-menu-dark');
    await stage.window.press('Escape');
  });

  it('report of a training', async () => {
    await stage.window.runCommand('Whetstone: Train Model');
    const report = await stage.window.webview('.report');
    await report.getByRole('button', { name: /^Use v1/ }).waitFor();
    expect(await report.locator('.rules li').count()).toBeGreaterThan(0);
    await picture('report-dark', report);
    await closeEditor();
  });

  it('restored after a reload in mid-answer', async () => {
    await ask(LONG);
    const before = await flowing();
    await panel.box.fill('And when two keys have the same hash?');
    await stage.window.reload();
    panel = await findPanel(stage.window);
    expect(await panel.answered()).toContain(before.slice(0, 20));
    expect(await panel.box.inputValue()).toBe('And when two keys have the same hash?');
    await picture('panel-restored-dark');
    await panel.box.fill('');
  });

  it('no server', async () => {
    await stage.ollama.kill();
    await panel.ask(CODE);
    await panel.frame
      .getByText(/does not answer/)
      .first()
      .waitFor();
    await panel.frame.getByRole('button', { name: /Start/ }).first().waitFor();
    await picture('panel-noServer-dark');
  });

  it('a server without models', async () => {
    await stage.ollama.restart();
    await deleteModels(stage.ollama.host);
    await stage.window.reload();
    panel = await findPanel(stage.window);
    await panel.frame.getByText(/no model yet/).waitFor();
    expect(await panel.frame.getByRole('button', { name: 'Pull' }).count()).toBe(3);
    await picture('panel-noModels-dark');
  });

  it('kept the policy of its pages all the while', () => {
    expect(policy).toEqual([]);
  });
});

describe('Restricted Mode in a picture', () => {
  beforeAll(() => begin({ server: { restricted: true } }));
  afterAll(() => stage?.close());

  it('asks and shows, and does not write', async () => {
    await panel.frame
      .getByText(/Restricted Mode/)
      .first()
      .waitFor();
    await ask(SUM);
    await panel.answered();
    expect(await panel.newest.getByRole('button', { name: 'Insert' }).first().isEnabled()).toBe(false);
    await picture('panel-restricted-dark');
    expect(policy).toEqual([]);
  });
});

describe.each([
  ['empty', undefined],
  ['full', writeKnowledge],
] as const)('what Whetstone knows in pictures, %s', (state, prepare) => {
  stepByStep();
  beforeAll(async () => {
    await begin({ ollama: false, ...(prepare && { prepare }) });
    await stage.window.runCommand('View: Close All Editors');
    await stage.window.page.getByRole('tab', { name: 'Whetstone', exact: true }).click();
    await stage.window.runCommand('Whetstone: What Whetstone Knows');
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await stage.window.screenshot('failed');
  });
  afterAll(() => stage?.close());

  it.each(LOOKS)('tree and page: $name', async (look) => {
    const { page } = stage.window;
    const knowledge = await stage.window.webview('.knowledge');
    await stage.window.resize(look.size.width, look.size.height);
    await wearTheme(look, knowledge);
    const shown = state === 'empty' ? 'Nothing learned yet.' : 'You prefer documented functions';
    await knowledge.getByText(shown).first().waitFor();
    await page.locator('.pane-body').getByText(shown).first().waitFor();
    await knowledge.evaluate(() => scrollTo(0, 0));
    await picture(`knowledge-${state}-${look.name}`, knowledge);
    if (look.name !== 'narrow' && state === 'full') {
      await stage.window.runCommand('View: Toggle Primary Side Bar Visibility');
      await knowledge.locator('[data-key="facet:concise"]').scrollIntoViewIfNeeded();
      await picture(`knowledge-style-${look.name}`, knowledge);
      await openDecisions(look.name, knowledge);
      await stage.window.runCommand('View: Toggle Primary Side Bar Visibility');
    }
  });

  it('kept the policy of its page all the while', () => {
    expect(policy).toEqual([]);
  });
});

/** Decisions below a rule; one that the panel does not have opens as a text. */
async function openDecisions(name: string, knowledge: Frame): Promise<void> {
  const { page } = stage.window;
  const rule = knowledge.locator('[data-key="rule:docs"]');
  await rule.getByRole('button', { name: '8 for, 0 against' }).click();
  await rule.locator('.decision').first().waitFor();
  await rule.scrollIntoViewIfNeeded();
  await picture(`knowledge-evidence-${name}`, knowledge);
  await rule.locator('.decision').first().click();
  const tab = page.locator('.tab.active', { hasText: 'Decision.md' });
  await tab.waitFor();
  await stage.window.runCommand('View: Close Editor');
  await tab.waitFor({ state: 'detached' });
}

async function deleteModels(host: string): Promise<void> {
  const listed = await fetch(`${host}/api/tags`);
  const { models } = (await listed.json()) as { models: { name: string }[] };
  for (const { name } of models) {
    const gone = await fetch(`${host}/api/delete`, {
      method: 'DELETE',
      body: JSON.stringify({ model: name }),
    });
    expect(gone.ok, name).toBe(true);
  }
}
