import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../helpers/until.ts';
import { openPanel, type PanelPage } from './panelPage.ts';
import { openStage, type Stage } from './stage.ts';
import { stepByStep } from './stepByStep.ts';

describe('a person who never touches the mouse', () => {
  stepByStep();
  let stage: Stage;
  let panel: PanelPage;

  beforeAll(async () => {
    stage = await openStage();
    await stage.window.openFile('math.ts');
    panel = await openPanel(stage.window);
  });
  afterAll(() => stage?.close());

  const press = (...keys: string[]) => stage.window.press(...keys);

  it('asks, and approves with A', async () => {
    await panel.box.focus();
    await stage.window.page.keyboard.type('Write a Python function that adds two numbers.');
    await press('Enter');
    await panel.answered();
    await press('Escape', 'a');
    await panel.noted(/^Approved/);
    await stage.journaled('decision', (event) => event['verdict'] === 'approved');
  });

  it('takes the decision back with Z', async () => {
    await press('z');
    await stage.journaled('undo');
    await until('the buttons to be back', () => panel.button('Approve').isVisible());
  });

  it('denies with D and a digit', async () => {
    await press('d', '1');
    await panel.noted(/^Denied: /);
    const denied = await stage.journaled('decision', (event) => event['verdict'] === 'denied');
    await stage.journaled('reason', (event) => event['decision'] === denied['decision']);
  });

  it('corrects an answer with E', async () => {
    await panel.box.focus();
    await stage.window.page.keyboard.type(
      'Write a TypeScript function that subtracts two numbers, code only.',
    );
    await press('Enter');
    await panel.answered();
    await press('Escape', 'e');
    const editor = panel.newest.locator('textarea');
    await editor.waitFor();
    await editor.fill('```ts\nexport const subtract = (a: number, b: number): number => a - b;\n```\n');
    await panel.newest.getByRole('button', { name: /Save and approve/ }).focus();
    await press('Enter');
    await stage.journaled('decision', (event) => event['verdict'] === 'edited');
  });

  it('inserts code into the open file with I, after the difference was shown', async () => {
    // A small model does not always answer with one block of code; then a person asks once more.
    const blocks = panel.newest.locator('.codeBlock');
    await until(
      'an answer with one function',
      async () => {
        await panel.box.focus();
        await stage.window.page.keyboard.type('Write a Python function that adds two numbers.');
        await press('Enter');
        await panel.answered();
        return (await blocks.count()) === 1 && /def /.test(await blocks.innerText());
      },
      300_000,
    );
    await press('Escape', 'i');
    expect(await stage.window.pickLabels()).toEqual([
      expect.stringContaining('Insert'),
      expect.stringContaining('Discard'),
    ]);
    expect(readFileSync(join(stage.workspace, 'math.ts'), 'utf8')).not.toContain('def ');
    await press('Enter');
    await stage.journaled('applied', (event) => event['how'] === 'insert');
    await until('the code in the editor', async () => /def /.test(await stage.window.editorText()));
  });

  it('recalls the last prompt with Up', async () => {
    await panel.box.focus();
    await press('ArrowUp');
    expect(await panel.box.inputValue()).toContain('adds two numbers');
  });
});
