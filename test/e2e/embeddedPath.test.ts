import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setUpBuiltIn } from '../helpers/embeddedParts.ts';
import { openPanel, type PanelPage } from './panelPage.ts';
import { openStage, type Stage } from './stage.ts';
import { stepByStep } from './stepByStep.ts';

describe('the same path with no server at all, on the embedded engine', () => {
  stepByStep();
  let stage: Stage;
  let panel: PanelPage;

  beforeAll(async () => {
    stage = await openStage({
      ollama: false,
      decisions: 9,
      settings: { 'whetstone.engine': 'embedded' },
      prepare: setUpBuiltIn,
    });
    panel = await openPanel(stage.window);
  });
  afterAll(() => stage?.close());

  it('streams an answer and takes an approval', async () => {
    await panel.ask('Write a Python function that adds two numbers.');
    await panel.streaming();
    await panel.answered();
    await panel.button('Approve').click();
    await panel.noted(/^Approved/);
    const candidate = await stage.journaled('candidate', (event) => event['engine'] === 'embedded');
    await stage.journaled('decision', (event) => event['candidate'] === candidate['candidate']);
  });

  it('takes a denial with its reason', async () => {
    await panel.ask('Write a Python function that reads a file.');
    await panel.answered();
    await panel.button('Deny').click();
    await panel.newest.getByRole('button', { name: /no error handling/ }).click();
    await panel.noted(/^Denied: no error handling/);
  });

  it('trains a version, and the next answer comes from it', async () => {
    await stage.window.runCommand('Whetstone: Train Model');
    const published = await stage.journaled('version', (event) => event['event'] === 'published');
    expect((published['detail'] as { system: string }).system).toMatch(/error/i);
    const report = await stage.window.webview('.report');
    await report.getByRole('button', { name: /^Use v1/ }).click();
    await stage.journaled('version', (event) => event['event'] === 'activated');
    panel = await openPanel(stage.window);
    await panel.ask('Write a Python function that divides two numbers.');
    await panel.answered();
    const request = await stage.journaled('request', (event) => String(event['prompt']).includes('divides'));
    expect(request['version']).toBe(published['version']);
    expect(request['model']).toMatch(/^smollm2-trained:/);
  });
});
