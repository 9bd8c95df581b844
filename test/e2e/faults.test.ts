import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findPanel, openPanel } from './panelPage.ts';
import { openStage, type Stage } from './stage.ts';

const LONG = 'Explain at length, in many paragraphs, how a hash map works.';

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

/** Process ids of sidecars that work on a data folder. */
function sidecars(dataFolder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return (
          command.includes('sidecar.cjs') &&
          readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`WHETSTONE_DATA=${dataFolder}`)
        );
      } catch {
        return false;
      }
    });
}

describe('when something goes wrong, nothing is lost', () => {
  it('a reload in mid-answer keeps the text so far, and it can be decided on', async () => {
    stage = await openStage();
    const before = await openPanel(stage.window);
    await before.ask(LONG);
    await before.streaming();
    await before.box.fill('half a thought');
    await stage.window.reload();
    const after = await findPanel(stage.window);
    await stage.journaled('candidate', (event) => event['stopped'] === 'interrupted');
    expect(await after.answered()).not.toBe('');
    expect(await after.box.inputValue()).toBe('half a thought');
    await after.button('Approve').click();
    await after.noted(/^Approved/);
    await stage.journaled('decision');
  });

  it('a killed sidecar in mid-answer: text kept, decided on once, and the next answer comes', async () => {
    stage = await openStage();
    const panel = await openPanel(stage.window);
    await panel.ask(LONG);
    await panel.streaming();
    const [pid] = sidecars(stage.dataFolder);
    if (pid === undefined) throw new Error('no sidecar process');
    process.kill(pid, 'SIGKILL');
    await panel.answered();
    await panel.button('Approve').click();
    const decision = await stage.journaled('decision');
    const candidate = await stage.journaled(
      'candidate',
      (event) => event['candidate'] === decision['candidate'],
    );
    expect(candidate['sha256']).toBe(decision['sha256']);
    await panel.ask('Write a Python function that adds two numbers.');
    await panel.answered();
    expect(stage.journal('decision')).toHaveLength(1);
    expect(sidecars(stage.dataFolder)).toHaveLength(1);
  });

  it('a server that stops and comes back', async () => {
    stage = await openStage();
    const panel = await openPanel(stage.window);
    await panel.ask('Write a Python function that adds two numbers.');
    await panel.answered();
    await stage.ollama.kill();
    await panel.ask('Write a Python function that reads a file.');
    await panel.newest
      .getByText(/does not answer/)
      .first()
      .waitFor();
    await stage.ollama.restart();
    await panel.newest
      .getByRole('button', { name: /Retry|Try again/ })
      .first()
      .click();
    await panel.answered();
  });

  it('a model that is missing says so and offers to pull it', async () => {
    stage = await openStage({ settings: { 'whetstone.model': 'not-there:1b' } });
    const panel = await openPanel(stage.window);
    await panel.ask('Write a Python function that adds two numbers.');
    await panel.newest.getByText(/not-there:1b is not on the model server/).waitFor();
    await panel.newest.getByRole('button', { name: /Pull/ }).waitFor();
  });

  it('Restricted Mode asks and shows, and does not write', async () => {
    stage = await openStage({ server: { restricted: true } });
    const panel = await openPanel(stage.window);
    await panel.ask('Write a Python function that adds two numbers, with code.');
    await panel.answered();
    await panel.frame
      .getByText(/Restricted Mode/)
      .first()
      .waitFor();
    expect(await panel.newest.getByRole('button', { name: 'Insert' }).first().isEnabled()).toBe(false);
    await panel.button('Approve').click();
    await stage.journaled('decision');
  });

  it('terminal and window work on one data folder at once', async () => {
    stage = await openStage();
    const panel = await openPanel(stage.window);
    await panel.ask('Write a Python function that adds two numbers.');
    await panel.answered();
    const cli = join(import.meta.dirname, '..', '..', 'dist', 'cli.cjs');
    const run = (...args: string[]): string =>
      execFileSync(
        process.execPath,
        [cli, ...args, '--json', '--data', stage?.dataFolder ?? '', '--host', stage?.ollama.host ?? ''],
        { encoding: 'utf8' },
      );
    const asked = JSON.parse(
      run('ask', 'Write a Python function that reads a file.', '--model', stage.ollama.model),
    );
    run('decide', asked.request, '--approve');
    await stage.window.statusBar(/\b1 decision$/);
    await panel.button('Deny').click();
    await stage.window.statusBar(/\b2 decisions$/);
    expect(JSON.parse(run('status')).approval).toMatchObject({ n: 2, value: 0.5 });
  });
});
