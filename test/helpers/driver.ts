import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Browser, chromium, type Frame, type Locator, type Page } from 'playwright-core';
import { chromiumBinary, repositoryRoot } from './parts.ts';
import { until } from './until.ts';

const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--force-color-profile=srgb',
];
const START_MS = 90_000;

/** Starts a headless Chromium; one can serve several windows. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumBinary(), args: CHROMIUM_ARGS });
}

export interface WindowOptions {
  readonly width?: number;
  readonly height?: number;
  /** Runs before the page is loaded. */
  readonly prepare?: (page: Page) => Promise<void>;
}

/** One VS Code window, driven as a person does: by keys, clicks and what is to be seen. All waits have deadlines. */
export interface Workbench {
  readonly page: Page;
  /** Runs a command from the palette; `title` as shown there, with its category ("Whetstone: Ask"). */
  runCommand(title: string): Promise<void>;
  /** Opens a file of the workspace by its relative path. */
  openFile(path: string): Promise<void>;
  /** Types into the open input box and confirms it. */
  answer(text: string): Promise<void>;
  /** Chooses the row of the open quick pick whose label contains `text`. */
  pick(text: string): Promise<void>;
  /** The labels of the open quick pick. */
  pickLabels(): Promise<string[]>;
  /** The page inside Whetstone's webview that shows `selector` (two nested frames). */
  webview(selector?: string): Promise<Frame>;
  /** Text (or, without one, the spoken label) of the status bar entry that matches. */
  statusBar(match: RegExp): Promise<string>;
  /** Text of every notification now shown. */
  notifications(): Promise<string[]>;
  /** The notification that matches; press a button of it with `.getByRole('button', {name})`. */
  notification(match: RegExp): Promise<Locator>;
  /** Text of the focused text editor, lines joined by newline; only what is scrolled into view. */
  editorText(): Promise<string>;
  press(...keys: readonly string[]): Promise<void>;
  resize(width: number, height: number): Promise<void>;
  /** Writes test-results/screenshots/NAME.png and returns its path. */
  screenshot(name: string): Promise<string>;
  /** Runs Reload Window and waits until the workbench stands again. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the window at `url` and waits until the workbench and its status bar stand. */
export async function openWorkbench(
  browser: Browser,
  url: string,
  options: WindowOptions = {},
): Promise<Workbench> {
  const viewport = { width: options.width ?? 1280, height: options.height ?? 800 };
  const context = await browser.newContext({ viewport, reducedMotion: 'reduce', deviceScaleFactor: 1 });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  await options.prepare?.(page);
  await page.goto(url);
  await workbenchStands(page);
  const input = quickInput(page);
  return {
    page,
    ...input,
    ...shownTexts(page),
    webview: (selector = 'body') => findWebview(page, selector),
    press: async (...keys) => {
      for (const key of keys) await page.keyboard.press(key);
    },
    resize: (width, height) => page.setViewportSize({ width, height }),
    screenshot: (name) => screenshot(page, name),
    reload: async () => {
      const loaded = page.waitForEvent('load', { timeout: START_MS });
      await input.runCommand('Developer: Reload Window');
      await loaded;
      await workbenchStands(page);
    },
    close: () => context.close(),
  };
}

async function workbenchStands(page: Page): Promise<void> {
  await page.locator('.monaco-workbench').waitFor({ timeout: START_MS });
  await page.locator('.part.statusbar .statusbar-item').first().waitFor({ timeout: START_MS });
}

type QuickInput = Pick<Workbench, 'runCommand' | 'openFile' | 'answer' | 'pick' | 'pickLabels'>;

function quickInput(page: Page): QuickInput {
  const box = page.locator('.quick-input-widget:visible .quick-input-box input');
  const focused = page.locator('.quick-input-widget:visible input:focus');
  const rows = page.locator('.quick-input-widget:visible .monaco-list-row');
  const open = async (key: string, text: string): Promise<void> => {
    // The first key press of a window can come before its keybindings are there.
    await until('the quick input to open', async () => {
      await page.keyboard.press(key);
      return focused.waitFor({ timeout: 2_000 }).then(
        () => true,
        () => false,
      );
    });
    await page.keyboard.insertText(text);
  };
  // What is listed is what was known when the list opened, and a webview can take the focus back: then once more.
  const choose = (what: string, key: string, text: string, row: Locator): Promise<true> =>
    until(what, async () => {
      await open(key, text);
      try {
        await row.click({ timeout: 2_000 });
        return true;
      } catch {
        await page.keyboard.press('Escape');
        return false;
      }
    });
  return {
    runCommand: async (title) => {
      const row = labelled(rows, `[aria-label=${quoted(title)}]`, `[aria-label^=${quoted(`${title},`)}]`);
      await choose(`the command ${title}`, 'F1', title, row);
    },
    openFile: async (path) => {
      const name = path.split('/').at(-1) ?? path;
      await choose(`the file ${path}`, 'Control+p', path, labelled(rows, `[aria-label^=${quoted(name)}]`));
      await page.locator('.editor-instance.active, .editor-group-container.active').first().waitFor();
      await page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    },
    answer: async (text) => {
      await box.fill(text);
      await box.press('Enter');
    },
    pick: (text) => labelled(rows, `[aria-label*=${quoted(text)}]`).click(),
    pickLabels: async () => {
      await rows.first().waitFor();
      return labels(rows);
    },
  };
}

/**
 * The row whose spoken label (its title, then a comma and its keybinding or description) fits one of `selectors`.
 * Found by its label until the click, not by its place: the list is drawn anew while it is filtered.
 */
function labelled(rows: Locator, ...selectors: readonly string[]): Locator {
  return rows.and(rows.page().locator(selectors.join(', '))).first();
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

function labels(rows: Locator): Promise<string[]> {
  return rows.evaluateAll((all) => all.map((row) => row.getAttribute('aria-label') ?? row.textContent ?? ''));
}

type ShownTexts = Pick<Workbench, 'statusBar' | 'notifications' | 'notification' | 'editorText'>;

function shownTexts(page: Page): ShownTexts {
  const items = page.locator('.part.statusbar .statusbar-item');
  const toasts = page.locator('.notification-toast .notification-list-item');
  return {
    statusBar: (match) =>
      until(`${match} in the status bar`, async () => {
        const texts = await items.evaluateAll((all) =>
          all.map((item) => item.textContent?.trim() || item.getAttribute('aria-label') || ''),
        );
        return texts.find((text) => match.test(text));
      }),
    notifications: () => toasts.locator('.notification-list-item-message').allInnerTexts(),
    notification: async (match) => {
      const toast = toasts.filter({ hasText: match }).first();
      await toast.waitFor();
      return toast;
    },
    editorText: () =>
      page
        .locator('.editor-group-container.active .view-lines')
        .first()
        .evaluate((view) => {
          const top = (line: Element): number => line.getBoundingClientRect().top;
          const lines = [...view.querySelectorAll('.view-line')].sort((a, b) => top(a) - top(b));
          return lines.map((line) => (line.textContent ?? '').replaceAll('\u00a0', ' ')).join('\n');
        }),
  };
}

function findWebview(page: Page, selector: string): Promise<Frame> {
  return until(`${selector} in Whetstone's webview`, async () => {
    const outer = page.frames().filter((frame) => /extensionId=whetstone\.whetstone/i.test(frame.url()));
    for (const frame of outer.flatMap((each) => each.childFrames())) {
      // A frame that is being replaced rejects; the next round finds its successor.
      const shown = await frame
        .locator(selector)
        .first()
        .isVisible()
        .catch(() => false);
      if (shown) return frame;
    }
    return undefined;
  });
}

async function screenshot(page: Page, name: string): Promise<string> {
  const path = join(repositoryRoot, 'test-results', 'screenshots', `${name}.png`);
  mkdirSync(dirname(path), { recursive: true });
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
  return path;
}
