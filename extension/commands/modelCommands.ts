import * as vscode from 'vscode';
import type { Client, Result } from '../../sidecar/protocol/methods.ts';
import { formatBytes } from '../formatBytes.ts';
import { writeSetting } from '../settings.ts';
import { confirmFetch, fetchModel } from './modelFetching.ts';
import { createModelPickers, type ModelPickers } from './modelPickers.ts';

type Models = Result<'models.list'>;

export interface ModelCommandsDeps {
  readonly client: Client;
  /** Something about models or versions changed: panel and status bar look again. */
  changed(): Promise<void>;
  /** Says one line in passing. */
  say(line: string): void;
}

export interface ModelCommands extends ModelPickers {
  pullModel(name?: string): Promise<void>;
  setUpBuiltIn(): Promise<void>;
  /** Makes a version answer, or the base model with null. */
  activate(version: string | null): Promise<void>;
}

export function createModelCommands({ client, changed, say }: ModelCommandsDeps): ModelCommands {
  async function activate(version: string | null): Promise<void> {
    const { line } = await client.call('versions.activate', { version });
    say(line);
    await changed();
  }

  async function useBase(name: string, leaveVersion: boolean): Promise<void> {
    await writeSetting('model', name);
    await client.call('settings.set', { model: name });
    if (leaveVersion) return activate(null);
    say(`Answers come from ${name}.`);
    await changed();
  }

  async function pullModel(name?: string): Promise<void> {
    const wanted = name ?? (await askForModel(await client.call('models.list', {})));
    if (wanted === undefined || !(await confirmFetch(client, wanted))) return;
    if (await fetchModel(client, wanted, `Pulling ${wanted}`)) say(`${wanted} is ready.`);
    await changed();
  }

  async function setUpBuiltIn(): Promise<void> {
    const before = await client.call('models.list', {});
    if (!before.builtIn.installed) {
      if (!(await confirmFetch(client, 'builtin'))) return;
      if (!(await fetchModel(client, 'builtin', 'Setting up the built-in model'))) return;
    }
    // Without a server `auto` uses the built-in model; with one, the user has just said that it should.
    if (before.server.engine === 'ollama' && before.server.state === 'ready') {
      await writeSetting('engine', 'embedded');
      await client.call('settings.set', { engine: 'embedded' });
    }
    say('The built-in model is ready. It is a small one, made for trying things out.');
    await changed();
  }

  const pickers = createModelPickers({ client, activate, useBase, pullModel, setUpBuiltIn });
  return { activate, pullModel, setUpBuiltIn, ...pickers };
}

async function askForModel(models: Models): Promise<string | undefined> {
  const other = '$(edit) Another name';
  const items = models.recommended.map((model) => ({
    label: model.name,
    description: `${formatBytes(model.size)}, needs ${formatBytes(model.memory)} of memory`,
    detail: model.note,
  }));
  const title = 'Pull a model';
  const picked = await vscode.window.showQuickPick([...items, { label: other }], {
    title,
    ignoreFocusOut: true,
  });
  if (picked?.label !== other) return picked?.label;
  const prompt = 'Name of the model, for example qwen2.5-coder:7b';
  const name = await vscode.window.showInputBox({ title, prompt, ignoreFocusOut: true });
  return name?.trim() === '' ? undefined : name?.trim();
}
