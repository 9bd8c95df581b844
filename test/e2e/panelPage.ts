import type { Frame, Locator } from 'playwright-core';
import type { Workbench } from '../helpers/driver.ts';
import { until } from '../helpers/until.ts';

/** The Whetstone panel as a person sees it: by roles and words, not by class names where it can be helped. */
export interface PanelPage {
  readonly frame: Frame;
  readonly box: Locator;
  /** Types a prompt and sends it with Enter. */
  ask(prompt: string): Promise<void>;
  /** The newest card. */
  readonly newest: Locator;
  button(name: string): Locator;
  /** Waits until the newest card has some streamed text; returns it. */
  streaming(): Promise<string>;
  /** Waits until the newest answer is complete and can be decided on; returns its text. */
  answered(): Promise<string>;
  /** Waits for the line that says what was noted. */
  noted(match: RegExp): Promise<string>;
}

/** Opens the panel by its command and waits for its prompt box. */
export async function openPanel(window: Workbench): Promise<PanelPage> {
  await window.runCommand('Whetstone: Ask');
  return findPanel(window);
}

/** The panel that is open already, for example after a reload. */
export async function findPanel(window: Workbench): Promise<PanelPage> {
  const frame = await window.webview('textarea.promptText');
  const newest = frame.locator('article.card').last();
  const answer = newest.locator('.answer');
  return {
    frame,
    box: frame.getByRole('textbox', { name: 'Prompt', exact: true }),
    newest,
    ask: async (prompt) => {
      const before = await frame.locator('article.card').count();
      await frame.getByRole('textbox', { name: 'Prompt', exact: true }).fill(prompt);
      await frame.getByRole('textbox', { name: 'Prompt', exact: true }).press('Enter');
      await until('a new card', async () => (await frame.locator('article.card').count()) > before);
    },
    button: (name) => newest.getByRole('button', { name, exact: true }),
    streaming: () =>
      until(
        'text to stream',
        async () => (await answer.locator('.answerText').innerText()).trim() || undefined,
        120_000,
      ),
    answered: async () => {
      await until('the answer to be complete', async () => isPressable(newest, 'Approve'), 180_000);
      return answer.innerText();
    },
    noted: (match) =>
      until(`the noted line ${match}`, async () => {
        const line = await newest.locator('.noted').innerText();
        return match.test(line) ? line : undefined;
      }),
  };
}

/** True where the button is there and enabled. The property, as the toolkit writes the attribute a moment later. */
export async function isPressable(card: Locator, name: string): Promise<boolean> {
  const button = card.locator('vscode-button', { hasText: new RegExp(`^\\s*${name}\\s*$`) });
  if (!(await button.isVisible())) return false;
  return button.evaluate((element) => !Reflect.get(element, 'disabled'));
}
