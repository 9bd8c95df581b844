import * as vscode from 'vscode';
import { countOf } from '../../sidecar/protocol/countOf.ts';
import type { Client, Result } from '../../sidecar/protocol/methods.ts';
import type { Version } from '../../sidecar/protocol/trainingSchemas.ts';
import { formatBytes } from '../formatBytes.ts';

type Models = Result<'models.list'>;

export interface ModelPickersDeps {
  readonly client: Client;
  activate(version: string | null): Promise<void>;
  /** Makes a base model answer; `leaveVersion` where a trained version answers now. */
  useBase(name: string, leaveVersion: boolean): Promise<void>;
  pullModel(): Promise<void>;
  setUpBuiltIn(): Promise<void>;
}

/** The two lists to choose from: everything that can answer, and the base models alone. */
export interface ModelPickers {
  switchModel(): Promise<void>;
  selectModel(): Promise<void>;
}

interface Choice extends vscode.QuickPickItem {
  readonly run?: () => Promise<void>;
}

export function createModelPickers(deps: ModelPickersDeps): ModelPickers {
  const { client, activate, useBase } = deps;
  return {
    async switchModel() {
      const { models, versions } = await listAll(client);
      const live = versions.filter((version) => !version.deleted);
      const active = live.find((version) => version.active);
      const back: Choice[] =
        active === undefined
          ? []
          : [{ label: '$(discard) Back to base', description: active.base, run: () => activate(null) }];
      await choose('Switch model', [
        ...group(
          'Trained versions',
          live.map((version) => versionChoice(version, activate)),
        ),
        ...back,
        ...group('Base models', baseChoices(models, active, useBase)),
      ]);
    },
    async selectModel() {
      const { models, versions } = await listAll(client);
      const active = versions.find((version) => version.active);
      await choose('Select the base model', [
        ...baseChoices(models, active, useBase),
        ...group('More', [
          { label: '$(cloud-download) Pull a model', run: () => deps.pullModel() },
          { label: '$(chip) Use the built-in model', run: () => deps.setUpBuiltIn() },
        ]),
      ]);
    },
  };
}

async function listAll(client: Client): Promise<{ models: Models; versions: Version[] }> {
  const [models, { versions }] = await Promise.all([
    client.call('models.list', {}),
    client.call('versions.list', {}),
  ]);
  return { models, versions };
}

async function choose(title: string, choices: readonly Choice[]): Promise<void> {
  const picked = await vscode.window.showQuickPick(choices, {
    title,
    matchOnDescription: true,
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  await picked?.run?.();
}

function group(title: string, choices: readonly Choice[]): Choice[] {
  if (choices.length === 0) return [];
  return [{ label: title, kind: vscode.QuickPickItemKind.Separator }, ...choices];
}

function versionChoice(version: Version, activate: (version: string) => Promise<void>): Choice {
  return {
    label: `${version.active ? '$(check) ' : ''}v${version.number}`,
    description: version.name,
    detail: `${countOf(version.rules.length, 'rule')}, ${countOf(version.examples, 'example')} from ${countOf(version.decisions, 'decision')}. ${version.verdict}`,
    run: () => activate(version.version),
  };
}

function baseChoices(
  models: Models,
  active: Version | undefined,
  useBase: ModelPickersDeps['useBase'],
): Choice[] {
  return models.models
    .filter((model) => !model.ours)
    .map((model) => ({
      label: `${active === undefined && model.name === models.current ? '$(check) ' : ''}${model.name}`,
      description: [model.parameters, model.quantization, formatBytes(model.size)].filter(Boolean).join(', '),
      run: () => useBase(model.name, active !== undefined),
    }));
}
