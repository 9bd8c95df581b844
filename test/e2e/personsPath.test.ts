import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../helpers/until.ts';
import { openPanel, type PanelPage } from './panelPage.ts';
import { openStage, type Stage } from './stage.ts';
import { stepByStep } from './stepByStep.ts';

/** Nine decisions are there; the ones made here bring it over the ten that training needs. */
const BEFORE = 9;

describe('a person asks, decides, trains and switches, by mouse', () => {
  stepByStep();
  let stage: Stage;
  let panel: PanelPage;

  beforeAll(async () => {
    stage = await openStage({ decisions: BEFORE });
    panel = await openPanel(stage.window);
  });
  afterAll(() => stage?.close());

  it('streams an answer, and Approve puts it into the journal', async () => {
    await panel.ask('Write a Python function that adds two numbers.');
    await panel.streaming();
    await panel.answered();
    await panel.button('Approve').click();
    await panel.noted(/^Approved/);
    const decision = await stage.journaled(
      'decision',
      (event) => event['verdict'] === 'approved' && event['dwellMs'] !== undefined,
    );
    const candidate = await stage.journaled(
      'candidate',
      (event) => event['candidate'] === decision['candidate'],
    );
    expect(decision['sha256']).toBe(candidate['sha256']);
  });

  it('takes a denial with its reason', async () => {
    await panel.ask('Write a Python function that reads a file.');
    await panel.answered();
    await panel.button('Deny').click();
    await panel.newest.getByRole('button', { name: /no error handling/ }).click();
    await panel.noted(/^Denied: no error handling/);
    const decision = await stage.journaled(
      'decision',
      (event) => event['verdict'] === 'denied' && event['dwellMs'] !== undefined,
    );
    await until('the reason on disk', () =>
      [...stage.journal('decision'), ...stage.journal('reason')].some(
        (event) =>
          event['decision'] === decision['decision'] &&
          JSON.stringify(event['reasons']).includes('missing_error_handling'),
      ),
    );
  });

  it('takes a corrected answer', async () => {
    await panel.ask('Write a Python function that squares a number.');
    await panel.answered();
    await panel.button('Edit').click();
    const editor = panel.newest.locator('textarea');
    await editor.fill(
      '```python\ndef square(x: float) -> float:\n    """Return x squared."""\n    return x * x\n```\n',
    );
    await panel.newest.getByRole('button', { name: /Save and approve/ }).click();
    const decision = await stage.journaled('decision', (event) => event['verdict'] === 'edited');
    expect(decision['editedText']).toContain('Return x squared');
  });

  it('shows the approval rate in the status bar', async () => {
    // 9 before: 6 approved, 3 denied; here 1 approved, 1 denied, 1 edited: 8 of 12.
    await stage.window.statusBar(/67\s?% of 12/);
  });

  it('trains a version whose SYSTEM holds the rule that the reason named', async () => {
    await stage.window.runCommand('Whetstone: Train Model');
    const published = await stage.journaled('version', (event) => event['event'] === 'published');
    const detail = published['detail'] as { name: string; base: string };
    const shown = await show(stage.ollama.host, detail.name);
    expect(shown.system).toMatch(/error/i);
    expect(readFileSync(join(stage.dataFolder, 'Modelfile.trained'), 'utf8')).toContain('SYSTEM');
  });

  it('answers from the trained model after one click', async () => {
    const report = await stage.window.webview('.report');
    await report.getByRole('button', { name: /^Use v1/ }).click();
    await stage.journaled('version', (event) => event['event'] === 'activated');
    panel = await openPanel(stage.window);
    await panel.ask('Write a Python function that divides two numbers.');
    await panel.answered();
    const request = await stage.journaled('request', (event) => String(event['prompt']).includes('divides'));
    expect(request['model']).toMatch(/^smollm2-trained:/);
    expect(request['version']).toBeTruthy();
  });

  it('writes the views', async () => {
    const view = await until('the decisions in agent_memory.json', () => {
      const read = JSON.parse(readFileSync(join(stage.dataFolder, 'agent_memory.json'), 'utf8'));
      return read.conversation_history.length >= BEFORE + 3 ? read : undefined;
    });
    expect(Object.keys(view.approval_history)).toHaveLength(view.conversation_history.length);
  });
});

async function show(host: string, model: string): Promise<{ system: string }> {
  const answer = await fetch(`${host}/api/show`, { method: 'POST', body: JSON.stringify({ model }) });
  return (await answer.json()) as { system: string };
}
