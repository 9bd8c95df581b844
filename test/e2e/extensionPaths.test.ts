import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeOllama, lastPiece, piece, startFakeOllama } from '../helpers/fakeOllama.ts';
import { until } from '../helpers/until.ts';
import { openPanel, type PanelPage } from './panelPage.ts';
import { openStage, type Stage } from './stage.ts';

/*
 * Ways through the editor that need the same answer every time, a server that can be asked how it was called, or a
 * download that is not one: so the server is scripted, and everything else is real.
 */

const ANSWER =
  'Here it is.\n\n```ts\nexport function subtract(a: number, b: number): number {\n  return a - b;\n}\n```\n';
const MATH = 'export function add(a: number, b: number): number {\n  return a + b;\n}\n';

let server: FakeOllama;
let stage: Stage;
let panel: PanelPage;
/** How each question was let in, newest last. */
const authorized: (string | undefined)[] = [];

beforeAll(async () => {
  const models = [{ name: 'm:latest', digest: 'a'.repeat(64), size: 1_000, details: {} }];
  server = await startFakeOllama({
    '/api/tags': (call) => call.json(200, { models }),
    '/api/show': (call) => call.json(200, { capabilities: ['completion'], details: {}, model_info: {} }),
    '/api/chat': (call) => {
      authorized.push(call.headers.authorization);
      call.line(piece(ANSWER));
      call.line(lastPiece());
      call.response.end();
    },
    '/api/pull': (call) => {
      call.line({ status: 'pulling manifest' });
      models.push({ name: 'tiny:1b', digest: 'b'.repeat(64), size: 2_000, details: {} });
      call.line({ status: 'success' });
      call.response.end();
    },
  });
  stage = await openStage({
    ollama: false,
    settings: { 'whetstone.host': server.host, 'whetstone.model': 'm:latest', 'whetstone.candidates': '1' },
  });
  panel = await panelBeside();
});
afterAll(async () => {
  await stage?.close();
  await server?.stop();
});

/** The panel in a group of its own: over the file it would be hidden, and made anew, by each file that is opened. */
async function panelBeside(): Promise<PanelPage> {
  const groups = stage.window.page.locator('.editor-group-container');
  return until('the panel beside the file', async () => {
    await stage.window.openFile('math.ts');
    const opened = await openPanel(stage.window);
    if ((await groups.count()) === 2) return opened;
    await stage.window.runCommand('View: Close All Editors');
    return undefined;
  });
}

const inWorkspace = (name: string): string => join(stage.workspace, name);
const dialog = (): Locator => stage.window.page.getByRole('dialog');
const dialogButton = (name: string): Locator => dialog().getByRole('button', { name, exact: true });

/** Opens a file beside the panel, never over it; the editor has the focus then. */
async function openBeside(name: string): Promise<void> {
  const { page } = stage.window;
  await page.locator('.editor-group-container').first().locator('.tab.active').click();
  await page.getByRole('treeitem', { name }).dblclick();
  const tab = page.locator('.editor-group-container').first().locator('.tab.active', { hasText: name });
  await tab.waitFor();
  await page.locator('.editor-group-container.active .monaco-editor.focused').first().waitFor();
}

async function selectAll(name: string): Promise<void> {
  await openBeside(name);
  await stage.window.press('Control+a');
}

async function askAboutMath(prompt: string): Promise<void> {
  writeFileSync(inWorkspace('math.ts'), MATH);
  await selectAll('math.ts');
  await until('the file in the editor', async () => (await stage.window.editorText()).includes('add'));
  await stage.window.press('Control+a');
  await panel.frame.locator('.chip', { hasText: 'selection' }).waitFor();
  await panel.ask(prompt);
  await panel.answered();
}

const codeButton = (name: string): Promise<void> =>
  panel.newest.getByRole('button', { name, exact: true }).click();

describe('code on its way into the workspace', () => {
  it('Replace selection shows the difference, then writes it', async () => {
    await askAboutMath('Subtract instead.');
    await codeButton('Replace selection');
    expect(await stage.window.pickLabels()).toEqual([
      expect.stringContaining('Replace'),
      expect.stringContaining('Discard'),
    ]);
    await stage.window.pick('Replace');
    await stage.journaled('applied', (event) => event['how'] === 'replace');
    await until('the code in the editor', async () => {
      const text = await stage.window.editorText();
      return text.includes('subtract') && !text.includes('add');
    });
    await stage.window.runCommand('File: Save');
    await until('the code on disk', () => readFileSync(inWorkspace('math.ts'), 'utf8').includes('subtract'));
  });

  it('New file refuses a path outside, and makes one inside', async () => {
    await panel.ask('Write it into a file.');
    await panel.answered();
    await codeButton('New file');
    const input = stage.window.page.locator('.quick-input-widget:visible input');
    await input.fill(' ../outside.ts');
    await stage.window.page.getByText('The path must be inside the folder.').waitFor();
    await stage.window.answer('src/subtract.ts');
    await stage.window.pick('Create');
    await stage.journaled('applied', (event) => event['how'] === 'newFile');
    expect(readFileSync(inWorkspace('src/subtract.ts'), 'utf8')).toMatch(/^export function subtract/);
    expect(existsSync(join(stage.workspace, '..', 'outside.ts'))).toBe(false);
  });

  it('is refused where the document changed, and nothing is written', async () => {
    await askAboutMath('Subtract once more.');
    const applied = stage.journal('applied').length;
    await openBeside('math.ts');
    await stage.window.press('Control+Home');
    await stage.window.page.keyboard.type('// changed ');
    await codeButton('Replace selection');
    await panel.newest.getByText(/math\.ts changed since you asked/).waitFor();
    for (const name of ['Show diff', 'Apply elsewhere', 'Copy']) {
      await panel.newest.locator('.error').getByRole('button', { name }).waitFor();
    }
    expect(stage.journal('applied')).toHaveLength(applied);
    await openBeside('math.ts');
    expect(await stage.window.editorText()).toContain('// changed export function add');
    await stage.window.runCommand('File: Revert File');
  });

  it('asks a second time before it writes a file that can run things', async () => {
    const write = async (choice: string): Promise<void> => {
      await codeButton('New file');
      await stage.window.answer('package.json');
      await stage.window.pick('Create');
      await dialog().getByText('Write to package.json?').waitFor();
      await dialogButton(choice).click();
      await dialog().waitFor({ state: 'hidden' });
    };
    await panel.ask('Write a package.json.');
    await panel.answered();
    await write('Cancel');
    expect(existsSync(inWorkspace('package.json'))).toBe(false);
    await write('Write to it');
    await until('the file', () => existsSync(inWorkspace('package.json')));
  });
});

describe('what may go into a prompt', () => {
  it('no link to a secret, and none that leaves the folder', async () => {
    const away = join(stage.workspace, '..', 'elsewhere');
    mkdirSync(away, { recursive: true });
    writeFileSync(join(away, 'private.ts'), 'const password = "outside";\n');
    writeFileSync(inWorkspace('.env'), 'PASSWORD=inside\n');
    writeFileSync(inWorkspace('linkable.ts'), 'export {};\n');
    symlinkSync(join(away, 'private.ts'), inWorkspace('linked-away.ts'));
    symlinkSync(inWorkspace('.env'), inWorkspace('linked-secret.ts'));
    symlinkSync(inWorkspace('linkable.ts'), inWorkspace('linked-fine.ts'));
    const listed = async (): Promise<string[]> => {
      await panel.box.fill('');
      await panel.box.pressSequentially('@link');
      await panel.frame
        .locator('.suggestion', { hasText: 'linkable.ts' })
        .first()
        .waitFor({ timeout: 5_000 });
      return panel.frame.locator('.suggestion').allInnerTexts();
    };
    const names = await until('the files in the list', () => listed().catch(() => undefined));
    const text = names.join(' ');
    expect(text).toContain('linked-fine.ts');
    expect(text).not.toContain('linked-away.ts');
    expect(text).not.toContain('linked-secret.ts');
    await panel.box.fill('');
    const chip = panel.frame.locator('.chip', { hasText: 'selection' });
    for (const [name, shown] of [
      ['linked-fine.ts', true],
      ['linked-away.ts', false],
      ['linked-fine.ts', true],
      ['linked-secret.ts', false],
    ] as const) {
      await selectAll(name);
      await chip.waitFor({ state: shown ? 'visible' : 'hidden' });
    }
  });
});

describe('commands that fetch or install', () => {
  it('Pull Model says from where, and the model is there after a yes', async () => {
    await stage.window.runCommand('Whetstone: Pull Model');
    await stage.window.pick('Another name');
    await stage.window.answer('tiny:1b');
    await dialog().getByText(`tiny:1b, from the model server at ${server.address}`).waitFor();
    expect(server.seen).not.toContain('POST /api/pull');
    await dialogButton('Download').click();
    await stage.window.statusBar(/tiny:1b is ready/);
    const call = await server.called('/api/pull');
    expect(call.body).toMatchObject({ name: 'tiny:1b' });
  });

  it('a name that is none is refused before anything is asked for', async () => {
    const pulls = server.seen.filter((each) => each === 'POST /api/pull').length;
    await stage.window.runCommand('Whetstone: Pull Model');
    await stage.window.pick('Another name');
    await stage.window.answer('../../etc/passwd');
    await stage.window.notification(/not understood|not a model name/i);
    expect(server.seen.filter((each) => each === 'POST /api/pull')).toHaveLength(pulls);
    await stage.window.runCommand('Notifications: Clear All Notifications');
  });

  it('Set Up Built-in Model says what comes from where and how large it is, and takes a no', async () => {
    await stage.window.runCommand('Whetstone: Set Up Built-in Model');
    await dialog().getByText('Set up the built-in model?').waitFor({ timeout: 60_000 });
    expect(await dialog().innerText()).toMatch(/, from .+, \d+ MB[\s\S]*Together \d+ MB/);
    await dialogButton('Cancel').click();
    await dialog().waitFor({ state: 'hidden' });
    expect(existsSync(join(stage.dataFolder, 'models', 'SmolLM2-135M-Instruct.Q4_1.gguf'))).toBe(false);
  });

  it('Install Terminal Command writes a command that runs', async () => {
    await stage.window.runCommand('Whetstone: Install Terminal Command');
    const command = join(stage.codeServer.home, '.local', 'bin', 'whetstone');
    await stage.window.notification(/The command is at/);
    const env = { PATH: process.env['PATH'] ?? '', HOME: stage.codeServer.home };
    const status = execFileSync(command, ['status', '--json', '--data', stage.dataFolder], {
      encoding: 'utf8',
      env,
    });
    expect(JSON.parse(status)).toHaveProperty('approval');
    await stage.window.runCommand('Notifications: Clear All Notifications');
  });
});

describe('Set Server Token', () => {
  const set = async (token: string, line: RegExp): Promise<void> => {
    await stage.window.runCommand('Whetstone: Set Server Token');
    expect(await stage.window.page.locator('.quick-input-widget:visible input').getAttribute('type')).toBe(
      'password',
    );
    await stage.window.answer(token);
    await stage.window.statusBar(line);
  };
  const asked = async (): Promise<string | undefined> => {
    const before = authorized.length;
    await panel.ask(`Write it down, number ${before}.`);
    await panel.answered();
    expect(authorized.length).toBeGreaterThan(before);
    return authorized.at(-1);
  };

  it('sends it with the next question, and no longer after an empty one', async () => {
    expect(await asked()).toBeUndefined();
    await set('tok-8d21', /The token for .* is in the keychain/);
    await until('the token with a question', async () => (await asked()) === 'Bearer tok-8d21');
    await set('', /No token is sent to/);
    await until('a question without one', async () => (await asked()) === undefined);
    const places = [stage.codeServer.home, stage.dataFolder];
    expect(spawnSync('grep', ['-rl', 'tok-8d21', ...places], { encoding: 'utf8' }).stdout).toBe('');
  });
});
