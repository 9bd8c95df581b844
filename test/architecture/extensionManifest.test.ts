import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { COMMANDS } from '../../extension/commandNames.ts';
import { DEFAULT_SETTINGS } from '../../sidecar/protocol/settingsSchemas.ts';

const manifestSchema = z.object({
  contributes: z.object({
    commands: z.array(z.object({ command: z.string() })),
    keybindings: z.array(z.object({ key: z.string(), command: z.string() })),
    menus: z.unknown(),
    walkthroughs: z.unknown(),
    configuration: z.array(
      z.object({
        properties: z.record(z.string(), z.object({ scope: z.string().optional(), default: z.unknown() })),
      }),
    ),
  }),
  capabilities: z.object({
    untrustedWorkspaces: z.object({ restrictedConfigurations: z.array(z.string()) }),
  }),
});
const { contributes, capabilities } = manifestSchema.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')),
);
const [first, ...further] = contributes.configuration.map((section) => section.properties);
const properties = Object.assign({}, first, ...further);

describe('package.json', () => {
  test('declares exactly the commands that are registered', () => {
    const declared = contributes.commands.map(({ command }) => command);
    expect([...declared].sort()).toEqual(COMMANDS.map((name) => `whetstone.${name}`).sort());
  });

  test('every keybinding uses a modifier, so that typing is never swallowed', () => {
    for (const { key } of contributes.keybindings) expect(key).toMatch(/^(ctrl|alt|shift)\+/);
  });

  test('menus, keys and the walkthrough name only commands that exist', () => {
    const named = JSON.stringify([contributes.menus, contributes.keybindings, contributes.walkthroughs]);
    const ours = new Set(COMMANDS.map((name) => `whetstone.${name}`));
    for (const [found] of named.matchAll(/whetstone\.[A-Za-z]+/g)) {
      if (/^whetstone\.(busy|hasAnswer|hasDecision|panel)$/.test(found)) continue;
      expect([...ours]).toContain(found);
    }
  });

  test('a workspace can not redirect: what chooses server, model or folder is for the machine only', () => {
    for (const name of [
      'model',
      'host',
      'engine',
      'strongModel',
      'dataFolder',
      'allowRemoteHttp',
      'forgetUndecidedAfter',
      'node.path',
    ]) {
      expect(properties[`whetstone.${name}`]?.scope, name).toBe('machine');
      expect(capabilities.untrustedWorkspaces.restrictedConfigurations).toContain(`whetstone.${name}`);
    }
  });

  test('ten settings or fewer on the first screen, with the defaults of the protocol', () => {
    expect(Object.keys(first ?? {}).length).toBeLessThanOrEqual(10);
    for (const [name, value] of Object.entries(DEFAULT_SETTINGS)) {
      expect(properties[`whetstone.${name}`]?.default, name).toBe(value);
    }
  });
});
