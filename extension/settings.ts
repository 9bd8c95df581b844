import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import * as vscode from 'vscode';
import type { Settings } from '../sidecar/protocol/settingsSchemas.ts';

const SECTION = 'whetstone';

type Env = Readonly<Record<string, string | undefined>>;

/** The user's settings as the sidecar takes them. OLLAMA_MODEL and OLLAMA_HOST fill in what is not set. */
export function readSettings(env: Env): Settings {
  const config = vscode.workspace.getConfiguration(SECTION);
  const text = (name: string, fallback = ''): string => config.get<string>(name, fallback).trim();
  return {
    model: isSet('model') ? text('model') : (env['OLLAMA_MODEL'] ?? ''),
    host: isSet('host') ? text('host') : (env['OLLAMA_HOST'] ?? 'http://127.0.0.1:11434'),
    engine: oneOf(text('engine'), ['auto', 'ollama', 'embedded'], 'auto'),
    candidates: candidates(text('candidates')),
    strongModel: text('strongModel'),
    temperature: within(config.get<number>('temperature', 0.3), 0, 2),
    contextLength: Math.round(within(config.get<number>('contextLength', 8192), 512, 1_048_576)),
    learn: oneOf(text('learn'), ['atOnce', 'nextTraining'], 'atOnce'),
    allowRemoteHttp: config.get<boolean>('allowRemoteHttp', false),
    forgetUndecidedAfter: Math.round(within(config.get<number>('forgetUndecidedAfter', 0), 0, 36_500)),
    collect: config.get<boolean>('collect', true),
    minConfidence: within(config.get<number>('minConfidence', 0.7), 0, 1),
    enrich: config.get<boolean>('enrich', false),
    readings: oneOf(text('readings'), ['whenUnclear', 'never'], 'whenUnclear'),
    autoAdvance: within(config.get<number>('autoAdvance', 0.95), 0, 1),
  };
}

/** Absolute path of the data folder: the setting, else WHETSTONE_DATA, else `~/.whetstone`. */
export function readDataFolder(env: Env): string {
  const set = vscode.workspace.getConfiguration(SECTION).get<string>('dataFolder', '').trim();
  const chosen = set === '' ? (env['WHETSTONE_DATA'] ?? '') : set;
  if (chosen === '') return join(homedir(), '.whetstone');
  if (chosen === '~' || chosen.startsWith('~/') || chosen.startsWith('~\\'))
    return join(homedir(), chosen.slice(1));
  return isAbsolute(chosen) ? chosen : resolve(homedir(), chosen);
}

/** Path of the Node to fall back on, as the user set it; empty where there is none. */
export function readNodePath(): string {
  return vscode.workspace.getConfiguration(SECTION).get<string>('node.path', '').trim();
}

/** Writes a setting for the user, never for a workspace. */
export async function writeSetting(name: keyof Settings, value: string): Promise<void> {
  await vscode.workspace.getConfiguration(SECTION).update(name, value, vscode.ConfigurationTarget.Global);
}

export interface SettingsListener {
  settings(): void;
  dataFolder(): void;
}

/** Calls back when a setting of ours changes; the data folder apart, because it needs another process. */
export function onSettingsChange(listener: SettingsListener): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (!event.affectsConfiguration(SECTION)) return;
    if (event.affectsConfiguration(`${SECTION}.dataFolder`)) listener.dataFolder();
    else listener.settings();
  });
}

function isSet(name: string): boolean {
  const found = vscode.workspace.getConfiguration(SECTION).inspect<string>(name);
  return found?.globalValue !== undefined && found.globalValue !== '';
}

function oneOf<T extends string>(value: string, allowed: readonly T[], fallback: T): T {
  return allowed.find((each) => each === value) ?? fallback;
}

function candidates(value: string): Settings['candidates'] {
  const count = Number(value);
  return Number.isInteger(count) && count >= 1 && count <= 4 ? count : 'auto';
}

const within = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
